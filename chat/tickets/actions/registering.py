"""«Зарегистрировать заявку»: a ticket out of a conversation, with its number at once."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localtime

from chat import access
from chat.actions.errors import Refusal
from chat.actions.locks import lock_ticket_counter, lock_visible
from chat.actions.log import append_line, named
from chat.events import MessagePosted, TicketRegistered
from chat.happened import happened
from chat.models import (
    Attachment,
    Conversation,
    Criticality,
    LineCode,
    Message,
    Ticket,
    TicketConversation,
    TicketDeed,
)
from chat.text import clean_line, clean_text, is_blank
from chat.tickets import deadlines, errors
from chat.tickets.actions.history import found_by, note_event, of_staff, recount
from operators.models import Account

MOST_DESCRIBED = 4000  # characters
_LONGEST: dict[str, tuple[int, type[Refusal]]] = {
    "subject": (200, errors.SubjectTooLong),
    "software": (200, errors.SoftwareTooLong),
    "version": (100, errors.VersionTooLong),
    "contract": (200, errors.ContractTooLong),
    "description": (MOST_DESCRIBED, errors.DescriptionTooLong),
}


@dataclass(frozen=True)
class TicketDraft:
    """As it was typed."""

    subject: str
    description: str = ""
    software: str = ""
    version: str = ""
    contract: str = ""
    criticality: int = Criticality.NORMAL


@dataclass(frozen=True)
class Described:
    """What of the conversation was chosen for the description, by staff's numbers and file ids."""

    messages: Collection[int] = ()
    files: Collection[uuid.UUID] = ()


def cleaned(draft: TicketDraft) -> dict[str, Any]:
    """Fields of the ticket. Raises a Refusal that names the field."""
    fields = {name: _cleaned(name, getattr(draft, name)) for name in _LONGEST}
    if not fields["subject"]:
        raise errors.SubjectMissing
    if draft.criticality not in Criticality.values:
        raise errors.BadCriticality
    return fields | {"criticality": draft.criticality}


def _cleaned(name: str, typed: str) -> str:
    limit, too_long = _LONGEST[name]
    typed = typed.replace("\r\n", "\n")
    if len(typed) > limit:
        raise too_long(limit, len(typed))
    return clean_text(typed) if name == "description" else clean_line(typed, limit)


def register_ticket(
    account: Account,
    conversation_id: str,
    draft: TicketDraft,
    described: Described = Described(),
    *,
    client_id: uuid.UUID,
    at: datetime,
) -> Ticket:
    """With its deadlines, counted from now. The same client id again is the same ticket.

    Raises a Refusal.
    """
    fields, register = cleaned(draft), deadlines.Register()
    with transaction.atomic():
        conversation = lock_visible(account, conversation_id)
        counter = lock_ticket_counter(localtime(at).year)
        known = Ticket.objects.filter(client_id=client_id).first()
        if known is not None:
            if not known.links.filter(conversation=conversation).exists():
                raise errors.RegisteredElsewhere
            return known
        access.demand(access.to_register_ticket, account, conversation, at=at)
        fields["contract"] = spelt(fields["contract"], conversation.visitor.site_id, register)
        counter.last += 1
        counter.save()
        ticket = Ticket(
            year=counter.year,
            serial=counter.last,
            client_id=client_id,
            site=conversation.visitor.site,
            visitor=conversation.visitor,
            department=conversation.department,
            origin=conversation.department,
            responsible=conversation.operator or (None if account.is_system else account),
            created_at=at,
            changed_at=at,
            **fields,
        )
        ticket.found_by = found_by(ticket)
        if deadlines.answers_in(conversation=conversation).exists():
            deadlines.answered(ticket, at=at)
        recount(ticket, of_staff(account), "", register=register, stops=(), at=at)
        ticket.save()
        TicketConversation.objects.create(ticket=ticket, conversation=conversation, linked_at=at)
        ticket.messages.set(sayings(conversation).filter(seq__in=described.messages))
        ticket.files.set(files_said(conversation).filter(public_id__in=described.files))
        note_event(ticket, of_staff(account), TicketDeed.REGISTERED, at=at)
        _tell(ticket, conversation, account, at=at)
    return ticket


def spelt(number: str, site_id: int, register: deadlines.Register) -> str:
    """A contract's number as the register has it; one that it does not know stays as typed."""
    known = register.contract(number, site_id)
    return known.number if known else number


def sayings(conversation: Conversation) -> QuerySet[Message]:
    """What may be chosen: what both sides read of it."""
    return conversation.messages.said().filter(visitor_seq__isnull=False, retracted_at=None)


def files_said(conversation: Conversation) -> QuerySet[Attachment]:
    return Attachment.objects.filter(message__in=sayings(conversation))


def first_words(conversation: Conversation) -> str:
    """What the subject begins as: the first line of the visitor's first message."""
    said = sayings(conversation).filter(author_kind="visitor").exclude(text="")
    text = said.order_by("seq").values_list("text", flat=True).first() or ""
    lines = [line for line in text.splitlines() if not is_blank(line)]
    return clean_line(lines[0], _LONGEST["subject"][0]) if lines else ""


def _tell(ticket: Ticket, conversation: Conversation, account: Account, *, at: datetime) -> None:
    line = append_line(conversation, LineCode.TICKET, **named(account), number=ticket.number, at=at)
    by = account.pk
    happened(TicketRegistered(conversation=conversation, ticket=ticket, by_id=by, at=at))
    happened(MessagePosted(conversation=conversation, message=line, by_id=by, at=at))
