"""The deadline of a ticket as lists and heads of conversations show it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.models import Pressure, Ticket, TicketConversation, TicketStatus

# {field: what is to be done by then}
WORDS: dict[str, Any] = {
    "answer_due_at": gettext_lazy("Ответить до"),
    "solution_due_at": gettext_lazy("Решить до"),
}
# As static/js/zone/time-left.js tells them.
LOOKS = {Pressure.CALM: "fresh", Pressure.QUARTER: "late", Pressure.OVER: "urgent"}


def nearest_of(conversation: str) -> Subquery:
    """The key of the ticket of that conversation whose deadline is the first."""
    linked = TicketConversation.objects.filter(conversation=OuterRef(conversation))
    running = linked.filter(ticket__due_at__isnull=False)
    return Subquery(running.order_by("ticket__due_at", "ticket").values("ticket")[:1])


def deadlines_shown(keys: Iterable[int | None], *, at: datetime) -> Mapping[int, dict[str, Any]]:
    """Of tickets by key, in one statement; in none where there are none."""
    wanted = {key for key in keys if key is not None}
    if not wanted:
        return {}
    found = Ticket.objects.filter(pk__in=wanted)
    return {one.pk: shown for one in found if (shown := deadline_shown(one, at=at))}


def deadline_shown(ticket: Ticket, *, at: datetime) -> dict[str, Any] | None:
    """What _deadline.html shows; None where nothing runs."""
    if ticket.due_at is None:
        return None
    return {
        "number": ticket.number,
        "words": str(WORDS[ticket.pressing]),
        "due_at": ticket.due_at,
        "warns_at": ticket.warns_at,
        "look": LOOKS[ticket.pressure(at)],
    }


def call_in_words(ticket: Ticket, *, at: datetime) -> str:
    """What whoever has it hears as it presses."""
    names = {"number": ticket.number, "subject": ticket.subject}
    is_answer = ticket.pressing == "answer_due_at"
    if ticket.pressure(at) == Pressure.OVER:
        words = _("Заявка № %(number)s: срок решения прошёл. %(subject)s")
        if is_answer:
            words = _("Заявка № %(number)s: срок первого ответа прошёл. %(subject)s")
        return words % names
    words = _("Заявка № %(number)s: осталась четверть срока решения. %(subject)s")
    if is_answer:
        words = _("Заявка № %(number)s: осталась четверть срока первого ответа. %(subject)s")
    return words % names


def stopped_words(ticket: Ticket) -> str:
    """Why nothing runs though something was promised; empty where it does, or was not."""
    promised = ticket.solution_due_at or (ticket.answered_at is None and ticket.answer_due_at)
    if ticket.due_at is None and promised and ticket.status == TicketStatus.CUSTOMER:
        return _("срок стоит: ждём клиента")
    return ""
