"""What is said, to both sides of a conversation."""

from chat.broadcasts.conversations import row_changed
from chat.events import MessageAmended, MessagePosted
from chat.models import Conversation, Message
from chat.sockets.history import staff_entry, visitor_entry
from chat.streams import push


def message_posted(event: MessagePosted) -> None:
    _tell(event.message, event.conversation)


def message_amended(event: MessageAmended) -> None:
    """Whoever has the message shows it as it is now; so do the rows of the lists."""
    _tell(event.amendment, event.conversation)
    whole = Conversation.objects.select_related("visitor__site", "operator", "department")
    row_changed(whole.get(pk=event.conversation.pk))


def _tell(message: Message, conversation: Conversation) -> None:
    """The log's new entry, to the visitor (unless a note) and to the staff who follow it."""
    push(
        f"staff.{conversation.visitor_id}",
        conversation=conversation.pk,
        **staff_entry(message, conversation)._asdict(),
    )
    if message.visitor_seq is not None:
        push(
            f"visitor.{conversation.visitor_id}",
            conversation=conversation.pk,
            public_id=conversation.public_id,
            **visitor_entry(message, conversation)._asdict(),
        )
