"""A ticket: a request that outlives the conversation it was registered in.

Its number counts the tickets of a year, on all sites, without gaps; it is taken in the transaction
that registers (chat.tickets.actions). Its status changes only as TRANSITIONS say.
"""

import re
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from chat.models.conversations import Conversation
from chat.models.messages import Attachment, AuthorKind, Message
from chat.models.visitors import Visitor
from departments.contracts.models import Plan
from departments.criticality import Criticality
from departments.models import Department, Site
from operators.models import Account


class TicketStatus(models.TextChoices):
    NEW = "new", _("новая")
    WORK = "work", _("в работе")
    CUSTOMER = "customer", _("ждёт клиента")
    HANDED = "handed", _("передана")
    SOLVED = "solved", _("решена")
    CLOSED = "closed", _("закрыта")


_GOES_ON = {TicketStatus.WORK, TicketStatus.CUSTOMER, TicketStatus.HANDED}
_ENDS = {TicketStatus.SOLVED, TicketStatus.CLOSED}
# What each may become. Out of the last two it comes back within a term alone.
TRANSITIONS: Mapping[str, frozenset[TicketStatus]] = {
    TicketStatus.NEW: frozenset(_GOES_ON | _ENDS),
    TicketStatus.WORK: frozenset(_GOES_ON - {TicketStatus.WORK} | _ENDS),
    TicketStatus.CUSTOMER: frozenset(_GOES_ON - {TicketStatus.CUSTOMER} | _ENDS),
    TicketStatus.HANDED: frozenset(_GOES_ON - {TicketStatus.HANDED} | _ENDS),
    TicketStatus.SOLVED: frozenset({TicketStatus.WORK, TicketStatus.CLOSED}),
    TicketStatus.CLOSED: frozenset({TicketStatus.WORK}),
}
DONE = frozenset(_ENDS)
# While it is one of these, the clock of its deadlines stands still.
STOPPED = frozenset({TicketStatus.CUSTOMER} | _ENDS)

_NUMBER = re.compile(r"(20\d{2})-(\d{5,9})", re.ASCII)


def read_number(text: str) -> tuple[int, int] | None:
    """Year and place in it of «2026-01187», also with «№»; None of what is none."""
    found = _NUMBER.fullmatch(text.strip().removeprefix("№").strip())
    return (int(found[1]), int(found[2])) if found else None


class Pressure(models.IntegerChoices):
    """How a deadline presses: not yet, in the last quarter of its term, past it."""

    CALM = 0
    QUARTER = 1
    OVER = 2


class TicketCounter(models.Model):
    """How many tickets a year has so far; who registers one locks its row."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class TicketQuerySet(models.QuerySet["Ticket"]):
    def open(self) -> Self:
        # Named one by one: the few there are have an index.
        return self.filter(status__in=sorted(set(TicketStatus) - DONE))

    def numbered(self, number: str) -> Self:
        year, serial = read_number(number) or (0, 0)
        return self.filter(year=year, serial=serial)

    def overdue(self, at: datetime) -> Self:
        return self.filter(due_at__lte=at)

    def unanswered(self) -> Self:
        """Open ones to which a first answer was promised."""
        return self.filter(answered_at=None, answer_due_at__isnull=False, done_at=None)

    def to_be_called(self, at: datetime) -> Self:
        return self.filter(calls_at__lte=at)


class Ticket(models.Model):
    # Solved or closed, it may be taken up again for so long.
    REOPENABLE_FOR = timedelta(days=30)

    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField()
    # The registration that made it: pressed again, it makes no other.
    client_id = models.UUIDField(unique=True, default=uuid.uuid4)
    site = models.ForeignKey(Site, models.CASCADE, related_name="tickets", db_index=False)
    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="tickets")
    subject = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    software = models.CharField(max_length=200, blank=True)
    version = models.CharField(max_length=100, blank=True)
    contract = models.CharField(max_length=200, blank=True)
    criticality = models.PositiveSmallIntegerField(choices=Criticality, default=Criticality.NORMAL)
    status = models.CharField(max_length=10, choices=TicketStatus, default=TicketStatus.NEW)
    # Where it is now, which says its level; and where it was registered.
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="tickets", db_index=False
    )
    origin = models.ForeignKey(Department, models.PROTECT, related_name="+")
    responsible = models.ForeignKey(
        Account, models.SET_NULL, null=True, related_name="tickets", db_index=False
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    # Since when it is solved or closed.
    done_at = models.DateTimeField(null=True)
    # What its contract promised, by the register; deadlines come from it (chat.tickets.deadlines).
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, related_name="tickets")
    # When staff first answered its customer, and by when they have to, and to solve it.
    answered_at = models.DateTimeField(null=True)
    answer_due_at = models.DateTimeField(null=True)
    solution_due_at = models.DateTimeField(null=True)
    # The nearer of the two that is not met and not stopped; none of what is done.
    due_at = models.DateTimeField(null=True)
    # When the last quarter of its term begins; how far staff were called, and when they are next.
    warns_at = models.DateTimeField(null=True)
    called = models.PositiveSmallIntegerField(choices=Pressure, default=Pressure.CALM)
    calls_at = models.DateTimeField(null=True)
    # Grows with each change, so that two who change it notice each other.
    revision = models.PositiveIntegerField(default=1)
    # What a search looks into, folded as chat.text.folded does.
    found_by = models.TextField(blank=True)

    conversations = models.ManyToManyField(
        Conversation, through="TicketConversation", related_name="tickets"
    )
    # Chosen for the description.
    messages = models.ManyToManyField(Message, related_name="+", db_constraint=False)
    files = models.ManyToManyField(Attachment, related_name="tickets")

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["year", "serial"], name="ticket_number_once"),
            models.CheckConstraint(
                condition=models.Q(done_at=None) ^ models.Q(status__in=["solved", "closed"]),
                name="ticket_done_since_some_time",
            ),
        )
        # Each with the order of the list.
        indexes = (
            models.Index(fields=["status", "-id"], name="ticket_status"),
            models.Index(fields=["department", "-id"], name="ticket_department"),
            models.Index(fields=["responsible", "-id"], name="ticket_responsible"),
            models.Index(fields=["criticality", "-id"], name="ticket_criticality"),
            models.Index(fields=["contract", "-id"], name="ticket_contract"),
            models.Index(
                fields=["-id", "due_at"],
                name="ticket_overdue",
                condition=models.Q(due_at__isnull=False),
            ),
            # Looked into every two seconds.
            models.Index(
                fields=["calls_at"],
                name="ticket_calls",
                condition=models.Q(calls_at__isnull=False),
            ),
            models.Index(
                fields=["answer_due_at"],
                name="ticket_unanswered",
                condition=models.Q(answered_at=None, answer_due_at__isnull=False, done_at=None),
            ),
        )

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("ticket", args=[self.number])

    @property
    def number(self) -> str:
        return f"{self.year}-{self.serial:05}"

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    @property
    def pressing(self) -> str:
        """The field of the deadline that `due_at` is; empty for none."""
        if self.due_at is None:
            return ""
        is_answer = self.answered_at is None and self.due_at == self.answer_due_at
        return "answer_due_at" if is_answer else "solution_due_at"

    def pressure(self, at: datetime) -> Pressure:
        if self.due_at is not None and at >= self.due_at:
            return Pressure.OVER
        presses = self.warns_at is not None and at >= self.warns_at
        return Pressure.QUARTER if presses else Pressure.CALM

    def reopens_at(self, at: datetime) -> bool:
        return self.done_at is not None and at - self.done_at <= self.REOPENABLE_FOR


class TicketConversation(models.Model):
    """That a conversation is about a ticket: one may be about several, several about one."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="links", db_index=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="ticket_links")
    linked_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["ticket", "conversation"], name="conversation_of_ticket_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.conversation_id}"


class TicketDeed(models.TextChoices):
    REGISTERED = "registered"
    CHANGED = "changed"  # a field, from `before` to `after`
    LINKED = "linked"  # with the conversation that `after` names
    UNLINKED = "unlinked"
    NOTE = "note"  # for staff
    ANSWER = "answer"  # to the customer
    REPLY = "reply"  # of the customer
    DEADLINE = "deadline"  # `field` is another, `text` says why


_SAID = (TicketDeed.ANSWER, TicketDeed.REPLY)


class TicketEventQuerySet(models.QuerySet["TicketEvent"]):
    def for_customer(self) -> Self:
        """The only ones that a customer may read, and of these the words alone."""
        said = models.Q(deed__in=_SAID)
        return self.filter(said | models.Q(deed=TicketDeed.CHANGED, field="status"))

    def said(self) -> Self:
        """What staff and the customer wrote to each other."""
        return self.filter(deed__in=_SAID)


class TicketEvent(models.Model):
    """The history of a ticket, which only grows: who did what, when, what was before and after."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="events")
    at = models.DateTimeField()
    author_kind = models.CharField(max_length=8, choices=AuthorKind)
    by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200, blank=True)
    # Under which name its author answers visitors.
    shown_name = models.CharField(max_length=150, blank=True)
    deed = models.CharField(max_length=10, choices=TicketDeed)
    field = models.CharField(max_length=20, blank=True)
    # As the field keeps it, a person or a department by name.
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    # What was written.
    text = models.TextField(blank=True)
    client_id = models.UUIDField(default=uuid.uuid4)

    objects = TicketEventQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["ticket", "client_id"], name="ticket_event_once"),
        )

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.deed} {self.field}"
