"""Tickets as their customer reads them: an allow-list, what is not named here does not leave."""

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat import access
from chat.markup import find_links, to_html
from chat.models import (
    AuthorKind,
    Ticket,
    TicketDeed,
    TicketEvent,
    TicketStatus,
    Visitor,
)
from chat.tickets.pressing import stopped_words
from chat.wire.faces import shown_as, visitor_face
from chat.wire.files import file_context

PAGE = 20
BEGINNING = 80  # characters of an answer, in the list

# In plain words: between which of our levels it is, is nothing for them.
STATES: dict[str, tuple[Any, str]] = {
    TicketStatus.NEW: (gettext_lazy("Принята"), "accent"),
    TicketStatus.WORK: (gettext_lazy("В работе"), "accent"),
    TicketStatus.CUSTOMER: (gettext_lazy("Ждёт вашего ответа"), "warn"),
    TicketStatus.HANDED: (gettext_lazy("В работе"), "accent"),
    TicketStatus.SOLVED: (gettext_lazy("Решена"), "good"),
    TicketStatus.CLOSED: (gettext_lazy("Закрыта"), ""),
}


def tickets_page(
    visitor: Visitor, *, before: int = 0, at: datetime
) -> tuple[list[dict[str, Any]], int]:
    """Their latest, or those before that key; and the key of the last where there are more."""
    told = TicketEvent.objects.for_customer().filter(ticket=OuterRef("pk")).order_by("-pk")
    found = access.tickets_of(visitor).annotate(
        told_at=Subquery(told.values("at")[:1]),
        said_last=Subquery(told.said().values("pk")[:1]),
    )
    listed: list[Any] = list(
        (found.filter(pk__lt=before) if before else found).order_by("-pk")[: PAGE + 1]
    )
    more = listed[PAGE - 1].pk if len(listed) > PAGE else 0
    shown, face = listed[:PAGE], visitor_face(visitor.site)
    said = TicketEvent.objects.in_bulk([one.said_last for one in shown if one.said_last])
    return [
        _row(ticket, at=at) | {"last": _last(said.get(ticket.said_last), face)} for ticket in shown
    ], more


def _last(event: TicketEvent | None, face: str) -> dict[str, Any] | None:
    """Who answered last, when, and how it begins."""
    if event is None:
        return None
    begins = " ".join(event.text[: 4 * BEGINNING].split())
    return {
        "by": _author(event, face),
        "at": event.at,
        "begins": begins if len(begins) <= BEGINNING else begins[:BEGINNING].rstrip() + "…",
    }


def find_ticket(visitor: Visitor, number: str) -> Ticket | None:
    return access.tickets_of(visitor).numbered(number).first()


def ticket_page(visitor: Visitor, ticket: Ticket, *, at: datetime) -> dict[str, Any]:
    face = visitor_face(visitor.site)
    events = list(ticket.events.for_customer().order_by("pk"))
    shown = access.files_shown_to(visitor).filter(tickets=ticket).order_by("pk")
    return {
        **_row(ticket, told_at=events[-1].at if events else None, at=at),
        "created_at": ticket.created_at,
        "said": [one for event in events if (one := _said(event, face)) is not None],
        "files": [file_context(attachment, face) for attachment in shown],
        "may_settle": ticket.status != TicketStatus.CLOSED,
        "may_reopen": ticket.is_done and ticket.reopens_at(at),
        "may_reply": not ticket.is_done,
    }


def _row(ticket: Any, *, told_at: datetime | None = None, at: datetime) -> dict[str, Any]:
    words, badge = STATES[ticket.status]
    return {
        "key": ticket.pk,
        "number": ticket.number,
        "subject": ticket.subject,
        "criticality": ticket.criticality,
        "state": str(words),
        "badge": badge,
        "deadline": _deadline(ticket, at=at),
        "told_at": told_at or getattr(ticket, "told_at", None) or ticket.created_at,
    }


def _deadline(ticket: Ticket, *, at: datetime) -> dict[str, Any] | None:
    """By when we do what, in plain words; None where the contract promises nothing. A first answer
    that was given is told no more, nor is the term of what is done.
    """
    due = ticket.due_at
    if due is None:
        stops = bool(stopped_words(ticket))
        return {"words": _("Срок стоит, пока вы не ответите"), "until": None} if stops else None
    words = _("Ответим до") if ticket.pressing == "answer_due_at" else _("Решим до")
    return {"words": _("Задерживаемся: обещали до") if at >= due else words, "until": due}


def _said(event: TicketEvent, face: str) -> dict[str, Any] | None:
    """None of a change between states that are the same to them."""
    said = {"at": event.at, "by": _author(event, face), "deed": event.deed, "html": ""}
    if event.deed == TicketDeed.CHANGED:
        before, after = (str(STATES[status][0]) for status in (event.before, event.after))
        words = _("Состояние: %s") % after
        return None if before == after else said | {"words": words, "text": words}
    html = to_html(event.text, find_links(event.text))
    return said | {"words": "", "html": html, "text": event.text}


def _author(event: TicketEvent, face: str) -> str:
    if event.author_kind == AuthorKind.VISITOR:
        return _("Вы")
    return shown_as(event.shown_name or event.by_name, face)
