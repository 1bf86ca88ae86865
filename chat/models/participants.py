"""Operators who take part in a conversation beside its owner.

States are facts, and change only as follows (chat.actions.invitations):

    (none)  -> invited   the owner, an administrator or a participant asks
    invited -> in        the addressee joins: from now on they write to the visitor
    invited -> out       declined, withdrawn, not answered in time
    in      -> out       they leave or are removed, become the owner, are put off
    either  -> out       the conversation is closed
"""

from datetime import datetime, timedelta
from typing import Self

from django.db import models

from chat.models.conversations import Conversation
from operators.clock import SLACK
from operators.models import Account


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def current(self) -> Self:
        return self.filter(left_at=None)

    def invited(self) -> Self:
        return self.current().filter(joined_at=None)

    def joined(self) -> Self:
        return self.current().exclude(joined_at=None)

    def overdue(self, at: datetime) -> Self:
        """Or made by a clock that was set back since."""
        too_late = models.Q(invited_at__gt=at + SLACK)
        return self.invited().filter(models.Q(invited_at__lte=at - Participant.TIMEOUT) | too_late)


class Participant(models.Model):
    TIMEOUT = timedelta(minutes=5)

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="participants")
    account = models.ForeignKey(Account, models.PROTECT, related_name="participations")
    invited_by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    note = models.TextField(blank=True)
    invited_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    # A read pointer of their own, in the staff's numbering.
    read_seq = models.PositiveIntegerField(default=0)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["conversation", "account"],
                condition=models.Q(left_at=None),
                name="participant_once_at_a_time",
            ),
        )
        indexes = (
            models.Index(
                fields=["account"],
                name="participant_current",
                condition=models.Q(left_at=None),
            ),
            models.Index(
                fields=["invited_at"],
                name="participant_invited",
                condition=models.Q(left_at=None, joined_at=None),
            ),
        )

    def __str__(self) -> str:
        return str(self.account)

    @property
    def is_in(self) -> bool:
        return self.joined_at is not None and self.left_at is None

    @property
    def expires_at(self) -> datetime:
        return self.invited_at + self.TIMEOUT
