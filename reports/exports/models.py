"""An export that is too large for the answer to a press: written behind it, kept for a day.

States change only as follows (reports.actions.exports):

    (none)  -> queued
    queued  -> running      by whichever process claims it
    running -> running      claimed again, once who wrote it has been silent for too long
    running -> ready, failed
    queued, running -> cancelled    by its owner
    ready   -> gone         its day is over: the file is no more
"""

import secrets
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from operators.models import Account


def new_public_id() -> str:
    return secrets.token_urlsafe(16)


class Format(models.TextChoices):
    CSV = "csv", "CSV"
    CSV_COMMA = "csv_comma", _("CSV с запятой")
    XLSX = "xlsx", "XLSX"

    @property
    def ending(self) -> str:
        return "xlsx" if self == Format.XLSX else "csv"

    @property
    def separator(self) -> str:
        return "," if self == Format.CSV_COMMA else ";"


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, account: Account) -> Self:
        """One's own alone: whose filter it is decides what is in it."""
        return self.filter(account=account)


class Export(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued", _("в очереди")
        RUNNING = "running", _("готовится")
        READY = "ready", _("готова")
        FAILED = "failed", _("не удалась")
        CANCELLED = "cancelled", _("отменена")
        GONE = "gone", _("удалена")

    KEPT_FOR = timedelta(days=1)
    # How long who writes one may say nothing before another takes it up.
    SILENT_FOR = timedelta(minutes=2)

    public_id = models.CharField(max_length=24, unique=True, default=new_public_id)
    account = models.ForeignKey(Account, models.CASCADE, related_name="exports")
    source = models.CharField(max_length=20)
    # The filter as in the address of its page, and in words.
    asked = models.TextField(blank=True)
    words = models.TextField(blank=True)
    format = models.CharField(max_length=10, choices=Format)
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    expires_at = models.DateTimeField(null=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = (
            models.Index(
                fields=["created_at"],
                name="export_to_do",
                condition=models.Q(state__in=["queued", "running", "ready"]),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def file_name(self) -> str:
        """In MEDIA_ROOT; beside it, while it is written, the same with `.part`."""
        return f"exports/{self.public_id}.{Format(self.format).ending}"

    @property
    def path(self) -> str:
        return str(settings.MEDIA_ROOT / self.file_name)

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0
