"""Notices that go to browsers through the servers of their makers: to whom, and of what."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from chat.models.conversations import Conversation
from chat.models.rooms import InternalChat
from operators.models import SignIn


class PushSubscription(models.Model):
    """A browser in which one of the staff wants notices, for as long as its session lasts."""

    MAX_ENDPOINT = 1000

    sign_in = models.OneToOneField(SignIn, models.CASCADE, related_name="push_subscription")
    # Whoever knows it can burden its service: it goes into no log.
    endpoint = models.CharField(max_length=MAX_ENDPOINT, unique=True)
    # By which that browser alone reads what comes (RFC 8291), in base64url.
    public_key = models.CharField(max_length=100)
    secret = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.sign_in_id)


class PushNotice(models.Model):
    """What somebody may have to hear of. Whom that concerns, and what it says, is asked as it goes:
    no text is kept here.
    """

    class Kind(models.TextChoices):
        MESSAGE = "message"
        WAITING = "waiting"
        TRANSFER = "transfer"
        INVITATION = "invitation"
        COLLEAGUE = "colleague"

    kind = models.CharField(max_length=12, choices=Kind)
    conversation = models.ForeignKey(Conversation, models.CASCADE, null=True, related_name="+")
    chat = models.ForeignKey(InternalChat, models.CASCADE, null=True, related_name="+")
    # Of a message, its number there.
    seq = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    # Since when it has its deliveries.
    spread_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        indexes = (
            models.Index(fields=["id"], name="push_notices_to_spread", condition=Q(spread_at=None)),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"


class PushDeliveryQuerySet(models.QuerySet["PushDelivery"]):
    def due(self, at: datetime) -> Self:
        free = Q(leased_until=None) | Q(leased_until__lte=at)
        return self.filter(free, next_at__lte=at)


class PushDelivery(models.Model):
    """A notice on its way to one browser: gone when it has arrived, or concerns nobody any more."""

    notice = models.ForeignKey(PushNotice, models.CASCADE, related_name="deliveries")
    subscription = models.ForeignKey(PushSubscription, models.CASCADE, related_name="deliveries")
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)

    objects = PushDeliveryQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=["next_at"], name="push_deliveries_due"),)

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.subscription_id}"
