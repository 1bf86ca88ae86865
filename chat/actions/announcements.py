"""What a department says to a visitor by itself, with its placeholders filled."""

from chat import placeholders
from chat.models import Conversation
from chat.queue.position import queue_position
from chat.wire.faces import face_of, shown_as


def greeting_of(conversation: Conversation) -> str:
    """When its operator has accepted; empty for none."""
    text, operator = conversation.department.greeting, conversation.operator
    if not text:
        return ""
    name = shown_as(operator.public_name, face_of(conversation)) if operator else ""
    return placeholders.fill(text, _known(conversation) | {placeholders.OPERATOR: name})


def waiting_text(conversation: Conversation) -> str:
    """After the message that begins a wait."""
    text = conversation.department.waiting_text
    if not text:
        return ""
    values = _known(conversation) | {placeholders.POSITION: queue_position(conversation) or ""}
    return placeholders.fill(text, values)


def _known(conversation: Conversation) -> dict[str, object]:
    visitor = conversation.visitor
    return {placeholders.NAME: visitor.name, placeholders.SITE: visitor.site.name}
