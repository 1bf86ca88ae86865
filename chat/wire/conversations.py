"""What goes over the wire about conversations, to each face.

A visitor's are allow-lists: what is not named here does not leave.
"""

from typing import Any

from chat.models import Conversation
from chat.queue.availability import Snapshot
from chat.wire.faces import NAMELESS, face_of, shown_as, wire_time
from operators.models import Account


def status_for_visitor(
    snapshot: Snapshot, site: int, owner: int | None, *, is_held: bool = False
) -> dict[str, Any]:
    """Which form to show and why, and when the site opens where it is for that. To whom a rule
    holds back, nobody is there but who is in dialogue with them.
    """
    status, reason = snapshot.status(site, owner, is_held=is_held)
    opens_at = snapshot.openings.get(site) if reason == "hours" else None
    return {"status": status, "reason": reason, "opens_at": opens_at and wire_time(opens_at)}


def conversation_for_visitor(conversation: Conversation, position: int | None) -> dict[str, Any]:
    return {
        "type": "conversation",
        "id": conversation.public_id,
        "state": conversation.state,
        "seq": conversation.last_visitor_seq,
        "position": position,
        "operator": _who_answers(conversation),
        "approach": conversation.begun_by_operator,
    }


def _who_answers(conversation: Conversation) -> dict[str, Any] | None:
    operator = conversation.operator
    if conversation.state != "active" or operator is None:
        return None
    if face_of(conversation) == NAMELESS:
        return {"name": shown_as(operator.public_name, NAMELESS), "photo": None}
    return _answering(operator, operator.public_name)


def conversation_for_staff(conversation: Conversation, position: int | None) -> dict[str, Any]:
    operator = conversation.operator
    return {
        "type": "conversation",
        "id": conversation.public_id,
        "state": conversation.state,
        "seq": conversation.last_seq,
        "position": position,
        "operator": _answering(operator, operator.name) if operator else None,
        "visitor": {"id": str(conversation.visitor_id), "name": conversation.visitor.name},
        "department": str(conversation.department_id),
        "level": conversation.department.level,
        "criticality": conversation.criticality,
        "revision": conversation.revision,
    }


def _answering(operator: Account, name: str) -> dict[str, Any]:
    return {"name": name, "photo": operator.photo_url or None}
