"""Tickets go where what they belong to goes: their conversation, their department."""

from collections import defaultdict
from datetime import datetime

from django.db.models import F

from chat.actions.handover import heir_of
from chat.actions.locks import lock_tickets_in, lock_tickets_of
from chat.models import (
    Conversation,
    Incident,
    Ticket,
    TicketDeed,
    TicketEvent,
    TicketStatus,
    Transfer,
)
from chat.tickets.actions.history import change, of_staff
from departments.models import Department
from operators.models import Account


def follow_conversation(
    conversation: Conversation, transfer: Transfer, department_id: int, *, at: datetime
) -> None:
    """The open ones that were with it in that department are handed on with it. It is locked."""
    if conversation.department_id == department_id:
        return
    by = transfer.sender or conversation.operator
    for ticket in lock_tickets_of(conversation):
        if by is not None and ticket.department_id == department_id:
            change(
                ticket,
                of_staff(by),
                department=conversation.department,
                responsible=conversation.operator,
                status=TicketStatus.HANDED,
                at=at,
            )


def leave_department(department: Department, by: Account, *, at: datetime) -> None:
    """It is deleted: all its tickets, however many, and its incidents go where its conversations
    go.
    """
    for incident in Incident.objects.filter(department=department):
        if (site := incident.sites.first()) and (heir := heir_of(department, site)):
            Incident.objects.filter(pk=incident.pk).update(department=heir)
    author, of_sites = of_staff(by), defaultdict(list)
    for ticket in lock_tickets_in(department):
        of_sites[ticket.site].append(ticket)
    for site, left in of_sites.items():
        if (heir := heir_of(department, site)) is None:
            continue
        moved = Ticket.objects.filter(pk__in=[ticket.pk for ticket in left])
        moved.update(department=heir, changed_at=at, revision=F("revision") + 1)
        TicketEvent.objects.bulk_create(
            TicketEvent(
                ticket=ticket,
                at=at,
                author_kind=author.kind,
                by=by,
                by_name=author.name,
                deed=TicketDeed.CHANGED,
                field="department",
                before=department.name,
                after=heir.name,
            )
            for ticket in left
        )
