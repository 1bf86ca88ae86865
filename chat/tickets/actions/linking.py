"""Which conversations a ticket is about."""

from datetime import datetime

from django.db import transaction

from chat import access
from chat.actions.facts import note_late
from chat.actions.locks import lock_ticket, lock_ticket_of, lock_visible
from chat.actions.log import append_line
from chat.models import Conversation, LineCode, Message, Ticket, TicketConversation, TicketDeed
from chat.tickets import errors
from chat.tickets.actions.history import note_event, of_staff, the_customer, touch
from operators.models import Account


def link_ticket(account: Account, conversation_id: str, number: str, *, at: datetime) -> Ticket:
    """The conversation is about this ticket of its visitor's, too. Linked already, nothing
    changes. Raises a Refusal.
    """
    with transaction.atomic():
        conversation = lock_visible(account, conversation_id)
        access.demand(access.to_register_ticket, account, conversation, at=at)
        ticket = lock_ticket(account, number)
        if ticket.visitor_id != conversation.visitor_id:
            raise errors.AnotherVisitorsTicket
        if ticket.links.filter(conversation=conversation).exists():
            return ticket
        TicketConversation.objects.create(ticket=ticket, conversation=conversation, linked_at=at)
        author, told = of_staff(account), conversation.public_id
        note_late(conversation, at=at)
        note_event(ticket, author, TicketDeed.LINKED, after=told, at=at)
        touch(ticket, author, at=at)
    return ticket


def link_own_ticket(conversation: Conversation, number: str, *, at: datetime) -> Message | None:
    """Its visitor writes in it about this ticket of theirs: the line that says so. The caller has
    locked it. Linked already, nothing changes. Raises NoSuchTicket.
    """
    ticket = lock_ticket_of(conversation.visitor, number)
    _link, is_new = TicketConversation.objects.get_or_create(
        ticket=ticket, conversation=conversation, defaults={"linked_at": at}
    )
    if not is_new:
        return None
    author = the_customer(conversation.visitor)
    note_event(ticket, author, TicketDeed.LINKED, after=conversation.public_id, at=at)
    touch(ticket, author, at=at)
    return append_line(conversation, LineCode.ABOUT_TICKET, number=ticket.number, at=at)


def unlink_ticket(account: Account, conversation_id: str, number: str, *, at: datetime) -> Ticket:
    """Raises a Refusal."""
    with transaction.atomic():
        conversation = lock_visible(account, conversation_id)
        ticket = lock_ticket(account, number)
        access.refuse(access.to_change_ticket(account, ticket))
        gone, _rows = ticket.links.filter(conversation=conversation).delete()
        if not gone:
            raise errors.NotLinked
        author, told = of_staff(account), conversation.public_id
        note_late(conversation, at=at)
        note_event(ticket, author, TicketDeed.UNLINKED, before=told, at=at)
        touch(ticket, author, at=at)
    return ticket
