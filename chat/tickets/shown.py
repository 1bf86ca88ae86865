"""Tickets as staff read them: a row of a list, the history in words."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat import access
from chat.markup import find_links, to_html
from chat.models import (
    Conversation,
    Criticality,
    Incident,
    Ticket,
    TicketConversation,
    TicketDeed,
    TicketEvent,
    TicketStatus,
)
from chat.tickets.pressing import deadline_shown, stopped_words
from departments.models import Department, Membership
from operators.models import Account, Role

# How each status looks.
BADGES: dict[str, str] = {
    TicketStatus.NEW: "accent",
    TicketStatus.WORK: "accent",
    TicketStatus.CUSTOMER: "warn",
    TicketStatus.HANDED: "warn",
    TicketStatus.SOLVED: "good",
    TicketStatus.CLOSED: "",
}
_FIELDS: dict[str, Any] = {
    "subject": gettext_lazy("Тема"),
    "description": gettext_lazy("Описание"),
    "software": gettext_lazy("ПО"),
    "version": gettext_lazy("Версия"),
    "contract": gettext_lazy("Договор"),
    "criticality": gettext_lazy("Критичность"),
    "status": gettext_lazy("Состояние"),
    "department": gettext_lazy("Отдел"),
    "responsible": gettext_lazy("Ответственный"),
    "answer_due_at": gettext_lazy("Срок первого ответа"),
    "solution_due_at": gettext_lazy("Срок решения"),
    "incident": gettext_lazy("Инцидент"),
}
_DEEDS: dict[str, Any] = {
    TicketDeed.REGISTERED: gettext_lazy("Заявка зарегистрирована"),
    TicketDeed.LINKED: gettext_lazy("Связано ещё одно обращение"),
    TicketDeed.UNLINKED: gettext_lazy("Обращение отвязано"),
    TicketDeed.NOTE: gettext_lazy("Заметка для сотрудников"),
    TicketDeed.ANSWER: gettext_lazy("Ответ клиенту"),
    TicketDeed.REPLY: gettext_lazy("Ответ клиента"),
}
TERMS = {"answer_due_at": "answer", "solution_due_at": "solution"}
DEADLINE_TITLES = {
    "answer_due_at": gettext_lazy("Первый ответ"),
    "solution_due_at": gettext_lazy("Решение"),
}
MOST_IN_PANEL = 20
MOST_INCIDENTS = 50  # to choose from


def in_panel(account: Account, conversation: Conversation, *, at: datetime) -> dict[str, Any]:
    """What _in_panel.html shows: the visitor's open ones that the account sees, the latest first,
    and what may be done with each.
    """
    prefetch_related_objects([account], "departments")
    linked = TicketConversation.objects.filter(conversation=conversation, ticket=OuterRef("pk"))
    found = access.tickets_visible_to(account).open().filter(visitor=conversation.visitor_id)
    whole = found.select_related("department", "responsible", "under").annotate(
        is_linked=Exists(linked), has_incidents=Exists(Incident.objects.open())
    )
    listed: list[Any] = list(whole.order_by("-pk")[:MOST_IN_PANEL])
    rows = [_panel_row(account, ticket, at=at) for ticket in listed]
    # Asked for on the days on which there are any.
    incidents = incidents_for(account) if any(one.has_incidents for one in listed) else []
    return {"cid": conversation.public_id, "tickets": rows, "incidents": incidents}


def _panel_row(account: Account, ticket: Any, *, at: datetime) -> dict[str, Any]:
    return {
        **ticket_row(ticket, at=at),
        "is_linked": ticket.is_linked,
        "may": access.ticket_deeds_of(account, ticket),
        "statuses": statuses_of(ticket, at=at),
        "client_id": uuid.uuid4(),  # of a note to it
        "error_id": f"ticket-error-{ticket.number}",
    }


def places() -> list[tuple[str, list[tuple[str, str]]]]:
    """To whom a ticket may go, by department: [(its name, [(value, words)])]."""
    found = Membership.objects.filter(account__is_active=True).select_related("account")
    members: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for one in found.order_by("account__name"):
        members[one.department_id].append((f"account-{one.account_id}", one.account.name))
    departments = [
        (
            _("%(name)s, уровень %(level)s") % {"name": one.name, "level": one.level},
            [(f"department-{one.pk}", _("весь отдел")), *members[one.pk]],
        )
        for one in Department.objects.taking_part().order_by("level", "position", "pk")
    ]
    listed = {value for rows in members.values() for value, _name in rows}
    administrators = Account.objects.active().filter(role=Role.ADMINISTRATOR)
    others = [(f"account-{one.pk}", one.name) for one in administrators]
    rest = [one for one in others if one[0] not in listed]
    return [*departments, (_("Администраторы"), rest)] if rest else departments


def incidents_for(account: Account) -> list[tuple[int, str]]:
    """Under which a ticket may come now: [(key, words)], the latest first."""
    found = access.incidents_visible_to(account).open().order_by("-pk")
    titles = found.values_list("pk", "title")[:MOST_INCIDENTS]
    return [
        (key, _("№ %(number)s: %(title)s") % {"number": key, "title": title})
        for key, title in titles
    ]


def has_open(visitor: Any) -> Exists:
    """Whether that visitor has any, to ask for them where there are some."""
    return Exists(Ticket.objects.open().filter(visitor=OuterRef(visitor)))


def ticket_row(ticket: Ticket, *, at: datetime) -> dict[str, Any]:
    return {
        "ticket": ticket,
        "number": ticket.number,
        "status": ticket.get_status_display(),
        "badge": BADGES[ticket.status],
        "responsible": ticket.responsible.name if ticket.responsible else "",
        "incident": ticket.under.incident_id if hasattr(ticket, "under") else 0,
        "level": ticket.department.level,
        "department": ticket.department.name,
        "deadline": deadline_shown(ticket, at=at),
        "stopped": stopped_words(ticket),
    }


def promised(ticket: Ticket) -> list[tuple[str, str, datetime | None]]:
    """What the plan has to do with it, line by line: (of what, in words, by when)."""
    if ticket.plan is None:
        return []
    lines: list[tuple[str, str, datetime | None]] = []
    met = {"answer_due_at": ticket.answered_at, "solution_due_at": ticket.done_at}
    for field, title in DEADLINE_TITLES.items():
        due, done = getattr(ticket, field), met[field]
        if done is not None:
            is_late = due is not None and done > due
            lines.append((str(title), _("с опозданием") if is_late else _("в срок"), done))
        elif due is None:
            lines.append((str(title), _no_deadline(ticket, field), None))
        else:
            stopped = stopped_words(ticket)
            lines.append((str(title), stopped or _("до"), None if stopped else due))
    return lines


def _no_deadline(ticket: Ticket, field: str) -> str:
    term = ticket.plan and ticket.plan.terms.filter(criticality=ticket.criticality).first()
    if term and getattr(term, TERMS[field]):
        return _("срока не назвать: у сайта нет рабочих часов на ближайшие 400 дней")
    return _("план ничего не обещает")


def statuses_of(ticket: Ticket, *, at: datetime) -> list[tuple[str, str]]:
    """What it is, and what it may become now."""
    return [
        (status.value, str(status.label))
        for status in TicketStatus
        if status == ticket.status or access.to_become(ticket, status, at=at) is None
    ]


def history(events: Iterable[TicketEvent]) -> list[dict[str, Any]]:
    return [
        {
            "at": event.at,
            "by": event.by_name,
            "deed": event.deed,
            "words": _words(event),
            "html": to_html(event.text, find_links(event.text)),
            "moved": _moved(event),
            "conversation": event.after or event.before if event.deed in _LINKS else "",
        }
        for event in events
    ]


def _moved(event: TicketEvent) -> dict[str, datetime | None] | None:
    """From when to when a deadline was moved."""
    if event.deed != TicketDeed.DEADLINE:
        return None
    kept = {"before": event.before, "after": event.after}
    return {name: datetime.fromisoformat(at) if at else None for name, at in kept.items()}


_LINKS = {TicketDeed.LINKED, TicketDeed.UNLINKED}


def _words(event: TicketEvent) -> str:
    if event.deed == TicketDeed.DEADLINE:
        return str(_FIELDS[event.field])
    if event.deed != TicketDeed.CHANGED:
        return str(_DEEDS[event.deed])
    before, after = (_value(event.field, kept) for kept in (event.before, event.after))
    told = {"field": str(_FIELDS[event.field]), "before": before, "after": after}
    return _("%(field)s: %(before)s → %(after)s") % told


def _value(field: str, kept: str) -> str:
    if not kept:
        return _("нет")
    if field == "status":
        return str(TicketStatus(kept).label)
    return str(Criticality(int(kept)).label) if field == "criticality" else kept
