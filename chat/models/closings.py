"""How conversations ended: what staff choose from, and each closing with what was chosen.

The outcome of a transfer (chat.models.transfers.Outcome) is another thing: what became of the offer
to hand a conversation over.
"""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.conversations import Conversation
from operators.models import Account


class ClosingOutcomeQuerySet(models.QuerySet["ClosingOutcome"]):
    def current(self) -> Self:
        return self.filter(retired_at=None)


class ClosingOutcome(models.Model):
    """What staff may say a conversation came to, on all sites, in the administrator's order.

    Nothing is ever deleted: a retired one stays where it was chosen, a renamed one reads by its new
    title there.
    """

    MAX_TITLE = 60

    title = models.CharField(max_length=MAX_TITLE)
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    # Grows with each change, so that two who change it notice each other.
    version = models.PositiveIntegerField(default=1)

    objects = ClosingOutcomeQuerySet.as_manager()

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.title


class ClosingQuerySet(models.QuerySet["Closing"]):
    def current(self) -> Self:
        """Those that hold: their conversations have not been opened again since."""
        return self.filter(reopened_at=None).select_related("outcome")


class Closing(models.Model):
    """One end of a conversation. One that was opened again keeps it, and gets another."""

    class Way(models.TextChoices):
        STAFF = "staff", _("Закрыл сотрудник")
        VISITOR = "visitor", _("Завершил посетитель")
        DECLINED = "declined", _("Посетитель ответил «Не сейчас»")
        BLOCKED = "blocked", _("Посетитель заблокирован")
        IGNORED = "ignored", _("Посетитель ушёл, не ответив на приглашение")

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="closings")
    way = models.CharField(max_length=8, choices=Way)
    # Staff alone are asked, while there is anything to choose from.
    outcome = models.ForeignKey(ClosingOutcome, models.PROTECT, null=True, related_name="closings")
    by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField()
    # By whom it was taken back; by nobody where the visitor wrote again.
    reopened_at = models.DateTimeField(null=True)
    reopened_by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")

    objects = ClosingQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["conversation"],
                condition=models.Q(reopened_at=None),
                name="one_closing_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome=None) | models.Q(way="staff"),
                name="outcome_is_chosen_by_staff",
            ),
        )

    def __str__(self) -> str:
        return self.words or self.get_way_display()

    @property
    def words(self) -> str:
        """What it came to; nothing where staff had nothing to choose from."""
        if self.outcome is not None:
            return self.outcome.title
        return "" if self.way == self.Way.STAFF else self.get_way_display()
