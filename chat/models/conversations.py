"""A conversation: a log of messages with two gapless numberings, and who answers it.

State is computed from facts, and changes only as follows (chat.actions.conversations):

    (none)  -> waiting   the visitor's first message
    (none)  -> active    an operator writes first (chat.actions.approach)
    waiting -> active    an operator accepts
    waiting -> closed    staff close it, or the visitor ends it
    active  -> active    the addressee of a transfer accepts (chat.actions.transfers)
    active  -> waiting   its owner puts it back, or is gone (put off, their place died on an open
                         question, their promise ran out), or it goes to somebody absent
    any open -> either   an administrator puts it where they want (chat.actions.moves)
    active  -> closed    staff close it, or the visitor ends it
    closed  -> waiting   the visitor writes again within the site's reopen window
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db import models

from chat.models.visitors import Visitor
from departments.criticality import Criticality
from departments.models import Department
from operators.models import Account


def new_public_id() -> str:
    return secrets.token_urlsafe(12)


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)

    def closed(self) -> Self:
        return self.exclude(closed_at=None)

    def waiting(self) -> Self:
        return self.open().filter(operator=None)

    def active(self) -> Self:
        return self.open().exclude(operator=None)

    def without_transfer(self) -> Self:
        """Those that nobody is asked to take over."""
        return self.exclude(transfers__outcome="pending")

    def in_queue_order(self) -> Self:
        return self.order_by("queued_at", "pk")


@dataclass(frozen=True)
class Beside:
    """What stood beside a conversation when its lock was given."""

    account: int | None
    department: int
    limit: int | None  # of the account in the department; None for who is not of it
    is_shared: bool  # somebody is asked to take it over or into it, or is in it
    moves_queues: bool  # a department that chooses whom to ask is concerned
    others_wait: bool  # in its department
    rates_at_closing: bool  # its site


def state_of(operator_id: int | None, closed_at: datetime | None) -> str:
    if closed_at is not None:
        return "closed"
    return "waiting" if operator_id is None else "active"


class Conversation(models.Model):
    # Of one that an action has locked (chat.actions.locks).
    beside: Beside | None = None
    # How its visitor is told of it (chat.wire.faces), where that was read without them.
    face: str = ""

    public_id = models.CharField(max_length=20, unique=True, default=new_public_id)
    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="conversations")
    department = models.ForeignKey(Department, models.PROTECT, related_name="conversations")
    operator = models.ForeignKey(Account, models.PROTECT, null=True, related_name="conversations")
    previous = models.ForeignKey("self", models.SET_NULL, null=True, related_name="next")
    # By the first message of an operator, to somebody who was merely on the site.
    begun_by_operator = models.BooleanField(default=False)
    criticality = models.PositiveSmallIntegerField(choices=Criticality, default=Criticality.NORMAL)

    started_at = models.DateTimeField()
    waiting_since = models.DateTimeField()
    # By which the waiting list is ordered (chat.queue.order).
    queued_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    last_message_at = models.DateTimeField(null=True)
    # Its owner left it unanswered: it stays theirs until then (chat.actions.departure).
    kept_until = models.DateTimeField(null=True)

    # While it waits (chat.actions.queue): whom it is offered to and until when; who let an offer
    # pass, the latest last; and with whom it rings, null for all who may see it.
    offered_to = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="offers")
    offered_until = models.DateTimeField(null=True)
    passed_by = models.JSONField(default=list, blank=True)
    rings_for = models.JSONField(null=True, blank=True)

    # Staff see every message, numbered 1, 2, 3, …; the visitor's own numbering leaves notes out.
    last_seq = models.PositiveIntegerField(default=0)
    last_visitor_seq = models.PositiveIntegerField(default=0)
    # Read pointers, each in the numbering of its reader.
    operator_read_seq = models.PositiveIntegerField(default=0)
    visitor_read_seq = models.PositiveIntegerField(default=0)
    # Grows with every change of state or owner, and `changed_at` with it, for the pulse; messages
    # it finds in the log. A message changes no column that has an index: PostgreSQL would write
    # the row into all of them anew.
    revision = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["visitor"],
                condition=models.Q(closed_at=None),
                name="one_open_conversation_per_visitor",
            ),
        )
        indexes = (
            models.Index(fields=["visitor", "-started_at"], name="conversations_of_visitor"),
            models.Index(fields=["changed_at"], name="conversation_changed"),
            # By which the purge finds them.
            models.Index(
                fields=["closed_at"],
                name="conversation_closed",
                condition=models.Q(closed_at__isnull=False),
            ),
            models.Index(
                fields=["department", "queued_at"],
                name="conversation_queue",
                condition=models.Q(closed_at=None, operator=None),
            ),
            models.Index(
                fields=["operator"],
                name="conversation_active",
                condition=models.Q(closed_at=None),
            ),
        )

    def __str__(self) -> str:
        return self.public_id

    @property
    def state(self) -> str:
        return state_of(self.operator_id, self.closed_at)

    def reopens_at(self, at: datetime) -> bool:
        """Whether a message at this moment continues this closed conversation."""
        window = self.visitor.site.reopen_window
        return self.closed_at is not None and at - self.closed_at <= window
