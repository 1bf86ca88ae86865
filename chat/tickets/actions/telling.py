"""What is said of an incident, carried to its tickets: in the cabinet, in the open conversation.

One short transaction for each ticket, so that nobody waits for a crowd of them, and whoever is
killed in between goes on where they stopped. What a ticket has already it gets no second time,
whoever brings it: its words have an id of their own, made of the event's.
"""

import time
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from chat import access
from chat.actions.locks import lock_conversation, lock_ticket_under
from chat.actions.log import append
from chat.actions.repairs import repair_each
from chat.events import MessagePosted
from chat.happened import happened
from chat.models import (
    AuthorKind,
    Conversation,
    IncidentDeed,
    IncidentEvent,
    IncidentTicket,
    LineCode,
    Message,
    MessageKind,
    Ticket,
    TicketDeed,
    TicketStatus,
)
from chat.tickets.actions.history import Author, change, say
from operators.prepared import Prepared

BATCH = 50  # tickets between two notes of how far it is


def tell_first(incident_id: int) -> None:
    """What is untold of it to the first tickets at once: mostly there are no more."""
    tell_next(incident_id, at=timezone.now())


def tell_for(limit: timedelta) -> None:
    """A batch of each incident in turn, until all is told, or for so long. Raises Unrepaired."""
    ends = time.monotonic() + limit.total_seconds()
    while repair_each("incident", tell_next, _untold(), at=timezone.now()):
        if time.monotonic() > ends:
            return


def _untold() -> set[tuple[int]]:
    return set(_untold_of.all())


_untold_of = Prepared(lambda: IncidentEvent.objects.filter(is_told=False).values_list("incident"))


def tell_next(incident_id: int, *, at: datetime) -> bool:
    """The next batch of the first thing that is untold of it; whether there was any."""
    untold = IncidentEvent.objects.untold().select_related("by")
    event = untold.filter(incident=incident_id).first()
    if event is None:
        return False
    links = IncidentTicket.objects.filter(incident=incident_id, ticket__gt=event.told_to)
    concerned = links.filter(since__lte=event.at).order_by("ticket")
    batch = list(concerned.values_list("ticket", "ticket__visitor")[:BATCH])
    try:
        for ticket_id, visitor_id in batch:
            _tell(event, ticket_id, visitor_id, at=at)
            event.told_to = ticket_id
        event.is_told = len(batch) < BATCH
    finally:
        event.save(update_fields=["told_to", "is_told"])
    return True


def _tell(event: IncidentEvent, ticket_id: int, visitor_id: int, *, at: datetime) -> None:
    with transaction.atomic():
        conversation = lock_conversation(visitor=visitor_id, closed_at=None)
        ticket = lock_ticket_under(event.incident_id, ticket_id)
        if ticket is None or ticket.is_done:
            return
        key, author = _id_of(event, "ticket", ticket_id), _author(event)
        if event.text:
            say(ticket, author, TicketDeed.ANSWER, event.text, client_id=key, at=at)
            if conversation is not None:
                _tell_in(conversation, ticket, event, at=at)
        if event.deed == IncidentDeed.SOLVED:
            access.refuse(access.to_become(ticket, TicketStatus.SOLVED, at=at))
            change(ticket, author, status=TicketStatus.SOLVED, at=at)


def _tell_in(
    conversation: Conversation, ticket: Ticket, event: IncidentEvent, *, at: datetime
) -> None:
    """Once, of several tickets of theirs."""
    key = _id_of(event, "conversation", conversation.pk)
    if Message.objects.filter(conversation=conversation, client_id=key).exists():
        return
    told = {"incident": event.incident_id, "number": ticket.number, "text": event.text}
    line = append(
        conversation,
        client_id=key,
        kind=MessageKind.EVENT,
        author_kind=AuthorKind.SYSTEM,
        code=LineCode.INCIDENT,
        params=told,
        at=at,
    )
    posted = MessagePosted(conversation=conversation, message=line, by_id=event.by_id, at=at)
    happened(posted)


def _author(event: IncidentEvent) -> Author:
    return Author(AuthorKind.OPERATOR, event.by_name, event.by)


def _id_of(event: IncidentEvent, kind: str, key: int) -> uuid.UUID:
    return uuid.uuid5(event.client_id, f"{kind} {key}")
