"""Automatic actions: the rules of an administrator, and each time that one fired."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.blocks import Block
from chat.models.conversations import Conversation
from chat.models.fields import ExtraField
from chat.models.visitors import Visit
from departments.criticality import Criticality
from departments.models import Department, Site
from operators.models import Account


class AutomaticRuleQuerySet(models.QuerySet["AutomaticRule"]):
    def current(self) -> Self:
        return self.filter(deleted_at=None)

    def on(self) -> Self:
        """Those that fire."""
        return self.current().filter(is_on=True)


class AutomaticRule(models.Model):
    """For whom (chat.automatic.conditions) it does what. One that is deleted keeps its row, which
    says why something was done.
    """

    class Barrier(models.TextChoices):
        SOFT = "soft", _("Показать форму «Не в сети»")
        HARD = "hard", _("Убрать окно")

    MAX_TITLE = 80
    MAX_TAG = 40
    MAX_BANNER = 300
    LONGEST_DELAY = 3600  # seconds

    title = models.CharField(max_length=MAX_TITLE)
    site = models.ForeignKey(Site, models.CASCADE, null=True, related_name="+")
    is_on = models.BooleanField(default=True)
    # «Остановиться здесь»: after it no other fires in the same visit.
    stops = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    conditions = models.JSONField()
    delay = models.PositiveSmallIntegerField(default=0)

    # What it does; what is empty it does not.
    invitation = models.TextField(blank=True)
    # In whose name; of nobody's, of whoever has the fewest conversations.
    operator = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    department = models.ForeignKey(Department, models.SET_NULL, null=True, related_name="+")
    criticality = models.PositiveSmallIntegerField(choices=Criticality, null=True)
    tag = models.CharField(max_length=MAX_TAG, blank=True)
    field = models.ForeignKey(ExtraField, models.SET_NULL, null=True, related_name="+")
    value = models.TextField(blank=True)
    barrier = models.CharField(max_length=4, choices=Barrier, blank=True)
    term = models.CharField(max_length=8, choices=Block.Term, default=Block.Term.DAY)
    banner = models.CharField(max_length=MAX_BANNER, blank=True)

    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)
    # Who wrote it as it is now; blocks are in their name.
    changed_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    # Grows with each change, so that two who change it notice each other.
    version = models.PositiveIntegerField(default=1)

    objects = AutomaticRuleQuerySet.as_manager()

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.title


class Firing(models.Model):
    """A rule fired in a visit: once, however many windows and processes there are."""

    rule = models.ForeignKey(AutomaticRule, models.CASCADE, related_name="firings")
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="firings")
    at = models.DateTimeField()
    # That it began by an invitation.
    conversation = models.ForeignKey(
        Conversation, models.SET_NULL, null=True, related_name="firings"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["visit", "rule"], name="rule_fires_once_per_visit"),
        )


class ConversationTag(models.Model):
    """Staff alone read it; `rule` is what put it there."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="tags")
    name = models.CharField(max_length=AutomaticRule.MAX_TAG)
    rule = models.ForeignKey(AutomaticRule, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=["conversation", "name"], name="tag_once"),)

    def __str__(self) -> str:
        return self.name
