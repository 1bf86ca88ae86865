"""Tokens of other systems, which read and write by HTTP (chat.api)."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.models import Site
from operators.models import Account


class Scope(models.TextChoices):
    """What a token lets one do. Names on the wire are for ever."""

    CONVERSATIONS = "conversations:read", _("Читать обращения и переписку")
    NOTES = "notes:read", _("Читать и заметки сотрудников")
    TICKETS = "tickets:read", _("Читать заявки")
    TICKETS_WRITE = "tickets:write", _("Регистрировать и менять заявки")
    VISITORS = "visitors:read", _("Читать данные посетителей")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def good(self, at: datetime) -> Self:
        """Neither revoked nor out of date."""
        lasting = models.Q(ends_at=None) | models.Q(ends_at__gt=at)
        return self.filter(lasting, revoked_at=None)


class ApiToken(models.Model):
    """What another system shows at each request; kept as a digest alone.

    What it does is done by an account of its own, so its name stands wherever an author's does.
    """

    MAX_NAME = 100
    MOST_A_MINUTE = 6000

    account = models.OneToOneField(Account, models.PROTECT, related_name="token")
    # SHA-256 of the token, which is 256 random bits: it needs no salt, and nobody tries them all.
    digest = models.CharField(max_length=64, unique=True)
    # How it begins, for people to tell one from another.
    hint = models.CharField(max_length=16)
    scopes = models.JSONField(default=list)
    sites = models.ManyToManyField(Site, related_name="tokens")
    # How many requests a minute it may make.
    pace = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    created_by_name = models.CharField(max_length=150)
    ends_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    # To a minute: reading writes no more often than that.
    used_at = models.DateTimeField(null=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.account.name

    def has(self, scope: str) -> bool:
        return scope in self.scopes

    def is_over(self, at: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= at
