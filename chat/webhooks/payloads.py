"""What an event tells other systems: the facts of its moment, as data for JSON.

Of what staff keep among themselves there is nothing here but under `Told.among_staff`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from chat import events
from chat.models import (
    AmendmentCode,
    Block,
    Closing,
    Conversation,
    FieldValue,
    Message,
    MessageKind,
    Outcome,
    RatingState,
    Ticket,
    Transfer,
    Visitor,
)
from chat.webhooks import kinds
from departments.criticality import Criticality
from operators.models import Account

Data = dict[str, Any]
SAID = {MessageKind.TEXT, MessageKind.FILE, MessageKind.LINK}
HANDED_ON = {Outcome.ACCEPTED, Outcome.QUEUED}


@dataclass(frozen=True)
class Told:
    """`among_staff` is added to the part of that name where a webhook is told of notes too; what
    `is_note` goes to no other.
    """

    kind: str
    stream: str
    data: Data
    visitor_id: int | None
    is_note: bool = False
    among_staff: Mapping[str, Data] = field(default_factory=dict)

    def data_for(self, *, with_notes: bool) -> Data:
        if not with_notes:
            return self.data
        added = {part: {**self.data[part], **words} for part, words in self.among_staff.items()}
        return {**self.data, **added}


def told_by(event: events.Event) -> list[Told]:
    return list(_TELLERS[type(event)](event))


def may_tell(event: events.Event) -> frozenset[str]:
    """Kinds that it may be told as; without a look at the database."""
    return _MAY_TELL.get(type(event), frozenset())


def _opened(event: events.ConversationEvent) -> Iterator[Told]:
    is_again = isinstance(event, events.ConversationReopened)
    conversation = _whole(event.conversation)
    yield _of(conversation, kinds.OPENED, event, opening={"is_again": is_again})


def _accepted(event: events.ConversationEvent) -> Iterator[Told]:
    yield _of(_whole(event.conversation), kinds.ACCEPTED, event)


def _decided(event: events.TransferDecided) -> Iterator[Told]:
    if event.transfer.outcome in HANDED_ON:
        yield _transferred(event, event.transfer)


def _moved(event: events.ConversationMoved) -> Iterator[Told]:
    yield _transferred(event, event.transfer)


def _transferred(event: events.ConversationEvent, transfer: Transfer) -> Told:
    to = transfer.to_account or transfer.to_department
    told = {"from": transfer.sender_name, "to": str(to), "is_return": transfer.is_return}
    return _of(
        _whole(event.conversation),
        kinds.TRANSFERRED,
        event,
        among_staff={"transfer": {"note": transfer.note}},
        transfer=told,
    )


def _ended(event: events.ConversationEnded) -> Iterator[Told]:
    conversation = _whole(event.conversation)
    closing = conversation.closings.current().first()
    way = closing.way if closing else ""
    told = {"way": way, "outcome": closing.words if closing else ""}
    yield _of(conversation, kinds.CLOSED, event, closing=told)
    if conversation.answered_at is None and way != Closing.Way.BLOCKED:
        yield _of(conversation, kinds.MISSED, event, closing=told)


def _posted(event: events.MessagePosted) -> Iterator[Told]:
    message = event.message
    is_note = message.kind == MessageKind.NOTE and not message.code
    if is_note or (message.kind in SAID and message.visitor_seq is not None):
        conversation = _whole(event.conversation)
        yield _of(conversation, kinds.MESSAGE, event, is_note=is_note, message=_message(message))


def _message(message: Message) -> Data:
    files = message.attachments.all() if message.kind != MessageKind.TEXT else ()
    return {
        "id": str(message.client_id),
        "seq": message.seq,
        "kind": message.kind,
        "author_kind": message.author_kind,
        "author": message.author_name,
        "text": message.text,
        "files": [{"name": file.name, "size": file.size} for file in files],
        "created_at": _moment(message.created_at),
    }


def _amended(event: events.MessageAmended) -> Iterator[Told]:
    if event.amendment.code != AmendmentCode.RATED or event.amendment.amends is None:
        return
    request = event.amendment.amends.rating
    if request.state == RatingState.SCORED:
        told = {
            "score": request.score,
            "scale": request.scale,
            "comment": request.comment,
            "operator": request.operator.name,
        }
        yield _of(_whole(event.conversation), kinds.RATING, event, rating=told)


def _registered(event: events.TicketRegistered) -> Iterator[Told]:
    yield _ticket(event.ticket, kinds.TICKET_REGISTERED, event)


def _ticket_changed(event: events.TicketChanged) -> Iterator[Told]:
    yield _ticket(event.ticket, kinds.TICKET_CHANGED, event)


def _ticket(ticket: Ticket, kind: str, event: events.Event) -> Told:
    told = {
        "number": ticket.number,
        "subject": ticket.subject,
        "status": ticket.status,
        "criticality": Criticality(ticket.criticality).name.lower(),
        "department": ticket.department.name,
        "responsible": ticket.responsible.name if ticket.responsible else "",
        "due_at": _moment(ticket.due_at),
        "url": _address("ticket", ticket.number),
    }
    data = {"ticket": told, **_person(ticket.visitor), "by": _by(event.by_id)}
    return Told(kind, f"ticket.{ticket.pk}", data, ticket.visitor_id)


def _fields(event: events.FieldSaved | events.SignedAnew) -> Iterator[Told]:
    visitor = event.visitor
    person = _person(visitor)
    written = FieldValue.objects.filter(visitor=visitor, conversation=None).exclude(value="")
    person["visitor"]["fields"] = {
        **visitor.claims,
        **dict(written.values_list("field__key", "value")),
    }
    data = {**person, "by": _by(event.by_id)}
    yield Told(kinds.FIELDS, f"visitor.{visitor.pk}", data, visitor.pk)


def _blocked(event: events.VisitorBlocked | events.VisitorUnblocked) -> Iterator[Told]:
    is_blocked = isinstance(event, events.VisitorBlocked)
    block = event.block
    told = {"term": block.term, "until": _moment(block.until)}
    data = {"block": told, **_kept_out(block), "by": _by(event.by_id)}
    visitor = Visitor.objects.filter(site=block.site_id, subject=block.subject).first()
    yield Told(
        kinds.BLOCKED if is_blocked else kinds.UNBLOCKED,
        f"visitor.{visitor.pk}" if visitor else f"block.{block.pk}",
        data,
        visitor.pk if visitor else None,
        among_staff={"block": {"reason": block.reason}},
    )


def _kept_out(block: Block) -> Data:
    site = {"key": block.site.key, "name": block.site.name}
    return {"site": site, "visitor": {"subject": block.subject, "name": block.visitor_name}}


def _of(
    conversation: Conversation,
    kind: str,
    event: events.Event,
    *,
    is_note: bool = False,
    among_staff: Mapping[str, Data] | None = None,
    **parts: Data,
) -> Told:
    about = {
        "id": conversation.public_id,
        "state": conversation.state,
        "department": conversation.department.name,
        "operator": conversation.operator.name if conversation.operator else "",
        "criticality": Criticality(conversation.criticality).name.lower(),
        "started_at": _moment(conversation.started_at),
        "url": _address("zone_conversation", conversation.public_id),
    }
    data = {"conversation": about, **_person(conversation.visitor), **parts}
    stream, visitor_id = f"conversation.{conversation.pk}", conversation.visitor_id
    by = {"by": _by(event.by_id)}
    return Told(kind, stream, data | by, visitor_id, is_note, among_staff or {})


def _whole(conversation: Conversation) -> Conversation:
    """As it is in this transaction, with all that is told of it."""
    whole = Conversation.objects.select_related("visitor__site", "department", "operator")
    return whole.get(pk=conversation.pk)


def _person(visitor: Visitor) -> Data:
    return {
        "site": {"key": visitor.site.key, "name": visitor.site.name},
        "visitor": {
            "subject": visitor.subject,
            "name": visitor.name,
            "email": visitor.email,
            "contract": visitor.contract,
            "plan": visitor.plan,
        },
    }


def _by(account_id: int | None) -> Data | None:
    """Nobody of staff where it is null."""
    if account_id is None:
        return None
    account = Account.objects.get(pk=account_id)
    return {"name": account.name, "login": account.login}


def _address(name: str, *args: str) -> str:
    return settings.PUBLIC_ORIGINS[0] + reverse(name, args=args)


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None


_TELLERS: Mapping[type[events.Event], Callable[[Any], Iterator[Told]]] = {
    events.ConversationOpened: _opened,
    events.ConversationReopened: _opened,
    events.VisitorApproached: _opened,
    events.ConversationAccepted: _accepted,
    events.TransferDecided: _decided,
    events.ConversationMoved: _moved,
    events.ConversationEnded: _ended,
    events.MessagePosted: _posted,
    events.MessageAmended: _amended,
    events.TicketRegistered: _registered,
    events.TicketChanged: _ticket_changed,
    events.FieldSaved: _fields,
    events.SignedAnew: _fields,
    events.VisitorBlocked: _blocked,
    events.VisitorUnblocked: _blocked,
}
_MAY_TELL: Mapping[type[events.Event], frozenset[str]] = {
    events.ConversationOpened: frozenset({kinds.OPENED}),
    events.ConversationReopened: frozenset({kinds.OPENED}),
    events.VisitorApproached: frozenset({kinds.OPENED}),
    events.ConversationAccepted: frozenset({kinds.ACCEPTED}),
    events.TransferDecided: frozenset({kinds.TRANSFERRED}),
    events.ConversationMoved: frozenset({kinds.TRANSFERRED}),
    events.ConversationEnded: frozenset({kinds.CLOSED, kinds.MISSED}),
    events.MessagePosted: frozenset({kinds.MESSAGE}),
    events.MessageAmended: frozenset({kinds.RATING}),
    events.TicketRegistered: frozenset({kinds.TICKET_REGISTERED}),
    events.TicketChanged: frozenset({kinds.TICKET_CHANGED}),
    events.FieldSaved: frozenset({kinds.FIELDS}),
    events.SignedAnew: frozenset({kinds.FIELDS}),
    events.VisitorBlocked: frozenset({kinds.BLOCKED}),
    events.VisitorUnblocked: frozenset({kinds.UNBLOCKED}),
}
