"""What one of the staff wants to have by e-mail, and how often."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from operators.models import Account
from reports.exports.models import Format


class Every(models.TextChoices):
    WEEK = "week", _("Каждую неделю")
    MONTH = "month", _("Каждый месяц")


class ReportScheduleQuerySet(models.QuerySet["ReportSchedule"]):
    def visible_to(self, account: Account) -> Self:
        """One's own alone: it goes to one's own address."""
        return self.filter(account=account)


class ReportSchedule(models.Model):
    account = models.ForeignKey(Account, models.CASCADE, related_name="report_schedules")
    source = models.CharField(max_length=20)
    # The filter as in the address of its page, without a period, and in words.
    asked = models.TextField(blank=True)
    words = models.TextField(blank=True)
    every = models.CharField(max_length=5, choices=Every)
    format = models.CharField(max_length=10, choices=Format)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects = ReportScheduleQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=["next_at"], name="schedules_by_time"),)

    def __str__(self) -> str:
        return f"{self.source} {self.every}"
