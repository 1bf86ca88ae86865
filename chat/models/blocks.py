"""Who gets no window: people whom staff have blocked, and addresses that are left alone."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.conversations import Conversation
from departments.models import Site
from operators.models import Account


class BlockQuerySet(models.QuerySet["Block"]):
    def in_force(self, at: datetime) -> Self:
        """Those that leave no window."""
        return self.lasting(at).filter(is_soft=False)

    def soft(self, at: datetime) -> Self:
        """Those that leave a window in which nobody is there."""
        return self.lasting(at).filter(is_soft=True)

    def lasting(self, at: datetime) -> Self:
        """A term ends by itself."""
        return self.filter(lifted_at=None).exclude(until__lte=at)


class Block(models.Model):
    """One person of a site, and the network they came from where that is blocked with them.

    The person is who the site says they are, `subject` of its tokens: another browser, another
    address or a forgotten cookie change nothing.
    """

    class Term(models.TextChoices):
        HOUR = "hour", _("час")
        DAY = "day", _("сутки")
        WEEK = "week", _("неделя")
        FOREVER = "forever", _("навсегда")

        @property
        def length(self) -> timedelta | None:
            lengths = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
            return (lengths | {"week": timedelta(weeks=1)}).get(self.value)

    site = models.ForeignKey(Site, models.CASCADE, related_name="blocks")
    subject = models.CharField(max_length=255)
    visitor_name = models.CharField(max_length=200)
    # In canonical form (operators.addresses), an address as a network of one; empty for none.
    network = models.CharField(max_length=50, blank=True)
    conversation = models.ForeignKey(Conversation, models.SET_NULL, null=True, related_name="+")
    term = models.CharField(max_length=8, choices=Term)
    reason = models.TextField()
    # The window stays and shows the form for when nobody is there (chat.models.automatic).
    is_soft = models.BooleanField(default=False)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    objects = BlockQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (
            models.Index(
                fields=["site", "subject"],
                name="block_of_person",
                condition=models.Q(lifted_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.visitor_name}: {self.at}"

    def is_in_force(self, at: datetime) -> bool:
        return self.lifted_at is None and (self.until is None or self.until > at)


class ExcludedNetworkQuerySet(models.QuerySet["ExcludedNetwork"]):
    def current(self) -> Self:
        return self.filter(removed_at=None)


class ExcludedNetwork(models.Model):
    """Addresses that get no window on any site and count nowhere: one's own staff, mostly.

    What is taken out of the list keeps its row, which says who did it.
    """

    network = models.CharField(max_length=50)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    objects = ExcludedNetworkQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["network"],
                condition=models.Q(removed_at=None),
                name="excluded_once",
            ),
        )

    def __str__(self) -> str:
        return self.network
