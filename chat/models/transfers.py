"""A conversation on its way from its owner to an operator or a department.

While a transfer is pending the owner stays the owner, and the addressee sees the conversation.
It changes only as follows (chat.actions.transfers):

    pending -> accepted    the addressee takes it: owner and department change
    pending -> declined    the addressee refuses; one member speaks for a department
    pending -> expired     nobody answered in time
    pending -> cancelled   the sender thought better, or the conversation ended or lost its owner
    (none)  -> queued      the addressee was absent and the sender knew: it waits in their queue
"""

from datetime import datetime, timedelta
from math import inf
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.conversations import Conversation
from departments.models import Department
from operators.clock import SLACK
from operators.models import Account


class Outcome(models.TextChoices):
    """What became of the offer; what a conversation came to is a ClosingOutcome."""

    PENDING = "pending", _("ожидает решения")
    ACCEPTED = "accepted", _("принято")
    DECLINED = "declined", _("отклонено")
    EXPIRED = "expired", _("не дождались ответа")
    CANCELLED = "cancelled", _("отменено")
    QUEUED = "queued", _("поставлено в очередь")


class TransferQuerySet(models.QuerySet["Transfer"]):
    def pending(self) -> Self:
        return self.filter(outcome=Outcome.PENDING)

    def done(self) -> Self:
        """Those that took the conversation to another place."""
        return self.filter(outcome__in=[Outcome.ACCEPTED, Outcome.QUEUED])

    def bounces(self) -> Self:
        """Those that gave a conversation back from the level that it had been brought up to."""
        return self.done().filter(is_return=True)

    def last_climb(self) -> "Transfer | None":
        """Of one conversation, what brought it up to the level where it is; none where it has gone
        back since, or never came up.
        """
        came = self.done().select_related("sender", "from_department")
        lowest_since: float = inf
        for transfer in came.order_by("-decided_at", "-pk"):
            lowest_since = min(lowest_since, transfer.level_to)
            if transfer.level_from < lowest_since:
                return transfer
        return None

    def overdue(self, at: datetime) -> Self:
        """Or made by a clock that was set back since."""
        too_late = models.Q(expires_at__gt=at + Transfer.TIMEOUT + SLACK)
        return self.pending().filter(models.Q(expires_at__lte=at) | too_late)


class Transfer(models.Model):
    TIMEOUT = timedelta(seconds=60)

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="transfers")
    sender = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    sender_name = models.CharField(max_length=150)
    from_department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    # Exactly one of the two.
    to_account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    to_department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    # Of a return, the reason for it.
    note = models.TextField(blank=True)
    is_return = models.BooleanField(default=False)
    # How often it had been returned by then, with itself where it is a return.
    bounces = models.PositiveSmallIntegerField(default=0)
    # The hand-over card.
    asked = models.TextField(blank=True)
    done = models.TextField(blank=True)
    expected = models.TextField(blank=True)
    level_from = models.PositiveSmallIntegerField()
    level_to = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.PENDING)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    # Why it was declined.
    reason = models.TextField(blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["conversation"],
                condition=models.Q(outcome="pending"),
                name="one_pending_transfer",
            ),
            models.CheckConstraint(
                condition=models.Q(to_account=None, to_department__isnull=False)
                | models.Q(to_account__isnull=False, to_department=None),
                name="transfer_has_one_addressee",
            ),
        )
        indexes = (
            models.Index(
                fields=["expires_at"],
                name="transfer_pending",
                condition=models.Q(outcome="pending"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.sender_name} → {self.addressee_name}"

    @property
    def addressee_name(self) -> str:
        return str(self.to_account or self.to_department)

    @property
    def is_up(self) -> bool:
        return self.level_to > self.level_from
