"""What is written about a ticket: notes among staff, answers to the customer, and theirs."""

import uuid
from datetime import datetime

from django.db import transaction

from chat import access
from chat.actions.locks import lock_incident, lock_ticket, lock_ticket_of
from chat.models import Ticket, TicketDeed, TicketEvent, TicketStatus, Visitor
from chat.text import clean_text, is_blank
from chat.tickets.actions.changing import change_ticket_status
from chat.tickets.actions.history import change, of_staff, say, the_customer, written
from chat.tickets.actions.incidents import put_under
from operators.models import Account


def note_on_ticket(
    account: Account, number: str, text: str, *, client_id: uuid.UUID, at: datetime
) -> TicketEvent:
    """For staff alone. Raises a Refusal."""
    text = written(text)
    with transaction.atomic():
        ticket = lock_ticket(account, number)
        access.refuse(access.to_note_on_ticket(account, ticket))
        return say(ticket, of_staff(account), TicketDeed.NOTE, text, client_id=client_id, at=at)


def answer_ticket(
    account: Account, number: str, text: str, *, client_id: uuid.UUID, at: datetime
) -> TicketEvent:
    """What the customer reads in their cabinet. Raises a Refusal."""
    text = written(text)
    with transaction.atomic():
        ticket = lock_ticket(account, number)
        access.refuse(access.to_change_ticket(account, ticket))
        return say(ticket, of_staff(account), TicketDeed.ANSWER, text, client_id=client_id, at=at)


def go_on_with_ticket(
    account: Account,
    number: str,
    *,
    status: str,
    note: str,
    incident: int = 0,
    client_id: uuid.UUID,
    shown: int | None = None,
    at: datetime,
) -> None:
    """Another status, an incident and a note at once, each of which may be empty. Raises a
    Refusal.
    """
    with transaction.atomic():
        if incident:
            lock_incident(account, incident)
        if status:
            change_ticket_status(account, number, status, shown=shown, at=at)
        if incident:
            put_under(account, number, incident, at=at)
        if not is_blank(note):
            note_on_ticket(account, number, note, client_id=client_id, at=at)


def reply_to_ticket(
    visitor: Visitor, number: str, text: str, *, client_id: uuid.UUID, at: datetime
) -> Ticket:
    """The customer's answer; what waited for it goes on. Raises a Refusal."""
    text = written(text)
    with transaction.atomic():
        ticket = lock_ticket_of(visitor, number)
        author = the_customer(visitor)
        say(ticket, author, TicketDeed.REPLY, text, client_id=client_id, at=at)
        if ticket.status == TicketStatus.CUSTOMER:
            change(ticket, author, status=TicketStatus.WORK, at=at)
    return ticket


def settle_ticket(
    visitor: Visitor,
    number: str,
    *,
    is_solved: bool,
    text: str = "",
    client_id: uuid.UUID | None = None,
    at: datetime,
) -> Ticket:
    """«Решено» ends it, «не решено» takes it up again, with what they write to it; said twice,
    nothing changes. Raises a Refusal.
    """
    status, text = TicketStatus.CLOSED if is_solved else TicketStatus.WORK, clean_text(text)
    with transaction.atomic():
        ticket = lock_ticket_of(visitor, number)
        author = the_customer(visitor)
        goes_on = not is_solved and not ticket.is_done
        if not goes_on and ticket.status != status:
            access.refuse(access.to_become(ticket, status, at=at))
            change(ticket, author, status=status, at=at)
        if text:
            key = client_id or uuid.uuid4()
            say(ticket, author, TicketDeed.REPLY, text, client_id=key, at=at)
    return ticket
