"""Outlets to other systems: who wants to be told what, what is to be sent, and how sending went."""

import secrets
import uuid
from base64 import b64encode
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from chat.models.outbox import OutboxRow, free_at
from chat.models.visitors import Visitor


def new_webhook_secret() -> str:
    """As Standard Webhooks spells one."""
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def active(self) -> Self:
        return self.filter(is_active=True)


class Webhook(models.Model):
    """An address of another system, and what it is told.

    `headers`, the address and the secrets may let their holder in elsewhere: they go into no log.
    """

    class Shape(models.TextChoices):
        JSON = "json", _("JSON")
        FORM = "form", _("Форма (ключ=значение)")

    MAX_TITLE = 100
    MAX_URL = 2000
    # After a rotation receivers may still check by the old secret for so long.
    OLD_SECRET_VALID = timedelta(days=1)

    title = models.CharField(max_length=MAX_TITLE)
    url = models.CharField(max_length=MAX_URL)
    kinds = models.JSONField(default=list)
    shape = models.CharField(max_length=4, choices=Shape, default=Shape.JSON)
    # What is sent instead of the whole event, with {переменные}; empty for the event itself.
    template = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    # Of the event's data; empty for all of it.
    only_fields = models.JSONField(default=list, blank=True)
    # What staff write among themselves goes out only where this says so.
    with_notes = models.BooleanField(default=False)
    secret = models.CharField(max_length=80, default=new_webhook_secret)
    old_secret = models.CharField(max_length=80, blank=True)
    old_secret_until = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    # Since when nothing has arrived; and when it was put off by itself for that.
    failing_since = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    # Grows with each change, so that two who change it notice each other.
    version = models.PositiveIntegerField(default=1)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ("title", "pk")

    def __str__(self) -> str:
        return self.title

    def secrets_at(self, at: datetime) -> list[str]:
        """By which it is signed: the new one first."""
        is_old_valid = self.old_secret_until is not None and self.old_secret_until > at
        return [self.secret, self.old_secret] if is_old_valid else [self.secret]


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def pending(self) -> Self:
        return self.filter(state=WebhookDelivery.State.PENDING)

    def due(self, at: datetime) -> Self:
        """What a courier may take: nobody has it, and nothing before it in its stream waits."""
        before = WebhookDelivery.objects.pending().filter(
            webhook=OuterRef("webhook"), stream=OuterRef("stream"), pk__lt=OuterRef("pk")
        )
        ready = self.pending().filter(free_at(at), next_at__lte=at, webhook__is_active=True)
        return ready.filter(~Exists(before))

    def under_way(self, at: datetime) -> Self:
        return self.pending().filter(leased_until__gt=at)


class WebhookDelivery(OutboxRow):
    """One event on its way to one webhook: a row of the outbox, and of the log of deliveries.

    What happened to one thing (`stream`) is told in the order in which it happened.
    """

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", db_index=False)
    # The same at each attempt, and when sent again by hand: receivers leave out doubles by it.
    event_id = models.UUIDField(default=uuid.uuid4)
    kind = models.CharField(max_length=32)
    stream = models.CharField(max_length=32)
    # Whom it is about, for whoever deletes a person.
    visitor = models.ForeignKey(Visitor, models.CASCADE, null=True, related_name="+")
    data = models.JSONField()

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=["webhook", "event_id"], name="event_once_a_webhook"),
        )
        indexes = (
            models.Index(
                fields=["webhook", "stream", "id"],
                name="webhook_streams",
                condition=models.Q(state="pending"),
            ),
            models.Index(
                fields=["next_at"], name="webhook_due", condition=models.Q(state="pending")
            ),
            models.Index(fields=["webhook", "-id"], name="webhook_log"),
            models.Index(fields=["at"], name="webhook_deliveries_by_time"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class WebhookAttempt(models.Model):
    """What was sent and what came back: both cut, and without what is secret."""

    MAX_TEXT = 8000

    delivery = models.ForeignKey(WebhookDelivery, models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    # None where there was no answer.
    status = models.PositiveSmallIntegerField(null=True)
    # Why it did not arrive, in words; empty where it did.
    error = models.CharField(max_length=300, blank=True)
    request = models.TextField(blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.status or self.error}"
