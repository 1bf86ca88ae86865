"""What goes over the wire about conversations, to each face.

A visitor's are allow-lists: what is not named here does not leave.
"""

from datetime import datetime
from typing import Any, NamedTuple

from chat.models import Conversation
from chat.models.conversations import state_of
from chat.queue.availability import Snapshot
from chat.wire.faces import NAMELESS, face_of, shown_as, wire_time
from operators.photos import address_of


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
    return _answering(operator.public_name, operator.photo.name)


class Listed(NamedTuple):
    """Of a conversation no more than staff are told of it."""

    pk: int
    public_id: str
    visitor_id: int
    visitor_name: str
    department_id: int
    level: int
    operator_id: int | None
    operator_name: str | None
    operator_photo: str | None
    closed_at: datetime | None
    last_seq: int
    criticality: int
    revision: int

    @property
    def state(self) -> str:
        return state_of(self.operator_id, self.closed_at)


# Columns of conversations: many of them are made from these in a tenth of the time.
LISTED = (
    *("pk", "public_id", "visitor", "visitor__name", "department", "department__level"),
    *("operator", "operator__name", "operator__photo", "closed_at"),
    *("last_seq", "criticality", "revision"),
)


def conversation_for_staff(conversation: Conversation, position: int | None) -> dict[str, Any]:
    operator = conversation.operator
    listed = Listed(
        conversation.pk,
        conversation.public_id,
        conversation.visitor_id,
        conversation.visitor.name,
        conversation.department_id,
        conversation.department.level,
        conversation.operator_id,
        operator.name if operator else None,
        operator.photo.name if operator else None,
        conversation.closed_at,
        conversation.last_seq,
        conversation.criticality,
        conversation.revision,
    )
    return listed_for_staff(listed, position)


def listed_for_staff(listed: Listed, position: int | None = None) -> dict[str, Any]:
    return {
        "type": "conversation",
        "id": listed.public_id,
        "state": listed.state,
        "seq": listed.last_seq,
        "position": position,
        "operator": _answering(listed.operator_name, listed.operator_photo),
        "visitor": {"id": str(listed.visitor_id), "name": listed.visitor_name},
        "department": str(listed.department_id),
        "level": listed.level,
        "criticality": listed.criticality,
        "revision": listed.revision,
    }


def _answering(name: str | None, photo: str | None) -> dict[str, Any] | None:
    return None if name is None else {"name": name, "photo": address_of(photo) or None}
