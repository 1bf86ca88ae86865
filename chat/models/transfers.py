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
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.conversations import Conversation
from departments.models import Department
from operators.clock import SLACK
from operators.models import Account


class Outcome(models.TextChoices):
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

    def last_climb(self) -> "Transfer | None":
        """Of one conversation, what brought it where it is, if that was up."""
        came = self.done().select_related("sender", "from_department")
        latest = came.order_by("-decided_at", "-pk").first()
        return latest if latest is not None and latest.is_up else None

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
