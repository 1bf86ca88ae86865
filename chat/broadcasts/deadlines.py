"""Tickets and their deadlines: to who follows their customers, and to whoever has to hurry."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.html import format_html

from chat.broadcasts.conversations import rows_changed
from chat.broadcasts.fragments import deadline_fragment, fragment
from chat.broadcasts.visitors import tell_information
from chat.events import DeadlinePresses, DeadlinesMoved, TicketChanged, TicketRegistered
from chat.models import Conversation, Ticket
from chat.streams import push
from chat.tickets.pressing import call_in_words, deadlines_shown, nearest_of


def ticket_changed(event: TicketRegistered | TicketChanged) -> None:
    """Whoever follows a conversation of its customer; what is told of it, each may see or not."""
    tell_information(event.ticket.visitor_id, "tickets")
    _tell_talks([event.ticket], at=event.at)


def deadlines_moved(event: DeadlinesMoved) -> None:
    for visitor_id in _tell_talks(event.tickets, at=event.at):
        tell_information(visitor_id, "tickets")


def deadline_presses(event: DeadlinePresses) -> None:
    """Heard by who has it, else by its department: a line in the corner with a tone."""
    ticket = event.ticket
    whom = f"account.{ticket.responsible_id}"
    if ticket.responsible_id is None:
        whom = f"department.{ticket.department_id}"
    words = call_in_words(ticket, at=event.at)
    line = format_html('<p data-deadline="{}">{}</p>', ticket.number, words)
    push(whom, fragment("toasts", line, "append"))


def _tell_talks(tickets: Sequence[Ticket], *, at: datetime) -> set[int]:
    """The first deadline, in the rows and heads of what their customers have open; whose it is."""
    customers = {one.visitor_id for one in tickets}
    found = Conversation.objects.open().filter(visitor__in=customers)
    whole = found.select_related("visitor", "operator", "department")
    talks: list[Any] = list(whole.annotate(pressed=nearest_of("pk")))
    shown = deadlines_shown((one.pressed for one in talks), at=at)
    rows_changed(talks)
    for one in talks:
        mark = deadline_fragment(one, shown.get(one.pressed))
        push(f"staff.{one.visitor_id}", mark, conversation=one.pk)
    return {one.visitor_id for one in talks}
