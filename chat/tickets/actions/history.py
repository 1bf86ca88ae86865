"""What is written into a ticket that is locked: fields with what they were, and words."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from chat.events import TicketChanged
from chat.happened import happened
from chat.models import (
    DONE,
    STOPPED,
    AuthorKind,
    Criticality,
    Ticket,
    TicketDeed,
    TicketEvent,
    Visitor,
)
from chat.text import clean_text, folded
from chat.tickets import deadlines
from chat.tickets.errors import NothingWritten
from departments.deadlines import Stop
from operators.models import Account


@dataclass(frozen=True)
class Author:
    kind: AuthorKind
    name: str
    account: Account | None = None


def of_staff(account: Account) -> Author:
    return Author(AuthorKind.OPERATOR, account.name, account)


def the_customer(visitor: Visitor) -> Author:
    return Author(AuthorKind.VISITOR, visitor.name)


def note_event(
    ticket: Ticket, author: Author, deed: TicketDeed, *, at: datetime, **told: Any
) -> TicketEvent:
    """`told` are fields of TicketEvent. Whoever calls it saves the ticket."""
    return TicketEvent.objects.create(
        ticket=ticket,
        at=at,
        author_kind=author.kind,
        by=author.account,
        by_name=author.name,
        shown_name=author.account.shown_name if author.account else "",
        deed=deed,
        **told,
    )


def change(ticket: Ticket, author: Author, *, at: datetime, **values: Any) -> bool:
    """Give its fields these values; whether any was another."""
    changed = {field: value for field, value in values.items() if getattr(ticket, field) != value}
    why = " ".join(_reason(field, getattr(ticket, field), new) for field, new in changed.items())
    for field, value in changed.items():
        before = _told(getattr(ticket, field))
        setattr(ticket, field, value)
        told = {"field": field, "before": before, "after": _told(value)}
        note_event(ticket, author, TicketDeed.CHANGED, at=at, **told)
    if "status" in changed:
        ticket.done_at = at if ticket.status in DONE else None
    if changed.keys() & {"status", "criticality", "contract"}:
        recount(ticket, author, why.strip(), at=at)
    if changed:
        touch(ticket, author, at=at)
    return bool(changed)


def _reason(field: str, before: Any, after: Any) -> str:
    """Why deadlines are others, for the history; empty of what moves none."""
    if field == "criticality":
        return _("Критичность: %s → %s.") % (Criticality(before).label, Criticality(after).label)
    if field == "contract":
        return _("Договор: %s → %s.") % (before or _("нет"), after or _("нет"))
    if field == "status" and before in STOPPED and after not in STOPPED:
        return _("Срок снова идёт: пока заявка ждала клиента или была решена, он стоял.")
    return ""


def recount(
    ticket: Ticket,
    author: Author,
    why: str,
    *,
    register: deadlines.Register | None = None,
    stops: Collection[Stop] | None = None,
    at: datetime,
) -> bool:
    """Its deadlines, of which the history says how they moved and why; whether any did. Whoever
    calls it saves the ticket.
    """
    before = deadlines.told(ticket)
    if stops is None:
        stops = deadlines.stops_of([ticket])[ticket.pk]
    promise = (register or deadlines.Register()).promise(ticket)
    deadlines.reckon(ticket, promise, stops, at=at)
    after = deadlines.told(ticket)
    for field in after if why else ():
        if after[field] != before[field]:
            moved = {"field": field, "before": before[field], "after": after[field]}
            note_event(ticket, author, TicketDeed.DEADLINE, text=why, at=at, **moved)
    return after != before


def touch(ticket: Ticket, author: Author, *, at: datetime) -> None:
    """Save it with what is new in it, and say so."""
    ticket.changed_at, ticket.found_by = at, found_by(ticket)
    ticket.revision += 1
    ticket.save()
    by_id = author.account.pk if author.account else None
    happened(TicketChanged(ticket=ticket, by_id=by_id, at=at))


def written(text: str) -> str:
    """As it is kept. Raises a Refusal."""
    text = clean_text(text)
    if not text:
        raise NothingWritten
    return text


def say(
    ticket: Ticket,
    author: Author,
    deed: TicketDeed,
    text: str,
    *,
    client_id: uuid.UUID,
    at: datetime,
) -> TicketEvent:
    """Words, once for each client id."""
    known = ticket.events.filter(client_id=client_id).first()
    if known is not None:
        return known
    event = note_event(ticket, author, deed, text=text, client_id=client_id, at=at)
    if deed == TicketDeed.ANSWER and deadlines.answered(ticket, at=at):
        recount(ticket, author, "", at=at)
    touch(ticket, author, at=at)
    return event


def found_by(ticket: Ticket) -> str:
    told = (ticket.number, ticket.subject, ticket.visitor.name, ticket.contract, ticket.software)
    return folded("\n".join(told))


def _told(value: object) -> str:
    return "" if value is None else str(value)
