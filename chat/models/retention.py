"""How long what is kept of people is kept, what is held back from that, and what was destroyed."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.conversations import Conversation
from chat.models.visitors import Visitor
from operators.models import Account, OnlyGrows


class RetentionTerms(models.Model):
    """One row. Days; null: as long as the stage of service has it."""

    MOST_REASON = 500

    messages = models.PositiveIntegerField(null=True)
    files = models.PositiveIntegerField(null=True)
    addresses = models.PositiveIntegerField(null=True)
    visits = models.PositiveIntegerField(null=True)
    staff_chats = models.PositiveIntegerField(null=True)
    # Why one of them is longer than the stage's.
    reason = models.CharField(max_length=MOST_REASON, blank=True)
    # The quiet hours begin at this hour of the installation.
    hour = models.PositiveSmallIntegerField(default=3)
    version = models.PositiveIntegerField(default=0)
    # Since when there is a purge at all.
    began_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.version)


class HoldQuerySet(models.QuerySet["Hold"]):
    def in_force(self, at: datetime) -> Self:
        return self.filter(lifted_at=None, until__gt=at)

    def on(self, conversation: Conversation) -> Self:
        """Also by way of its visitor."""
        theirs = models.Q(visitor=conversation.visitor_id)
        return self.filter(theirs | models.Q(conversation=conversation))


class Hold(models.Model):
    """«Не удалять до …»: of one conversation, or of all that is kept of a visitor."""

    MOST_REASON = 500

    conversation = models.ForeignKey(Conversation, models.CASCADE, null=True, related_name="holds")
    visitor = models.ForeignKey(Visitor, models.CASCADE, null=True, related_name="holds")
    reason = models.CharField(max_length=MOST_REASON)
    until = models.DateTimeField()
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    objects = HoldQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(conversation=None) ^ models.Q(visitor=None),
                name="hold_has_one_subject",
            ),
            models.UniqueConstraint(
                fields=["conversation"],
                condition=models.Q(lifted_at=None, conversation__isnull=False),
                name="conversation_held_once",
            ),
            models.UniqueConstraint(
                fields=["visitor"],
                condition=models.Q(lifted_at=None, visitor__isnull=False),
                name="visitor_held_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk}: {self.until}"


class PurgeRunQuerySet(models.QuerySet["PurgeRun"]):
    def unfinished(self) -> Self:
        return self.filter(is_over=False)


class PurgeRun(models.Model):
    """One run of the purge, whoever works on it, however often it is broken off: its row is locked
    for each batch, so that what two of them do is done once and counted once.
    """

    class Way(models.TextChoices):
        NIGHTLY = "nightly", _("по расписанию")
        COMMAND = "command", _("командой manage.py purge")

    way = models.CharField(max_length=8, choices=Way)
    started_at = models.DateTimeField()
    touched_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    is_over = models.BooleanField(default=False)
    # {kind: what is older goes}, as ISO 8601: a run that is taken up again ends as it began.
    before = models.JSONField()
    # {rule: how many of its roots}, and {model: how many rows}.
    roots = models.JSONField(default=dict)
    rows = models.JSONField(default=dict)
    bytes = models.PositiveBigIntegerField(default=0)
    # Of the list of what was destroyed, so far.
    digest = models.CharField(max_length=64, blank=True)
    # Why it stands still, in words; empty while it goes on.
    trouble = models.CharField(max_length=300, blank=True)

    objects = PurgeRunQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["is_over"], condition=models.Q(is_over=False), name="one_purge_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk}: {self.started_at}"


class DestructionAct(models.Model):
    """«Акт об уничтожении», kept for good: of a run, or of an erasure that a person asked for."""

    class Reason(models.TextChoices):
        TERM = "term", _("достижение срока хранения")
        ERASURE = "erasure", _("обращение субъекта персональных данных")

    number = models.PositiveIntegerField(unique=True)
    reason = models.CharField(max_length=8, choices=Reason)
    run = models.OneToOneField(PurgeRun, models.PROTECT, null=True, related_name="act")
    made_at = models.DateTimeField()
    began_at = models.DateTimeField()
    # By whom it was started: nobody of a nightly one.
    by_name = models.CharField(max_length=150, blank=True)
    # By which terms, and how many of what, in words of then.
    grounds = models.JSONField(default=list)
    rows = models.JSONField(default=dict)
    visitors = models.PositiveIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    # Files whose bytes were still there then: tried again with each run.
    left_files = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("-number",)

    def __str__(self) -> str:
        return str(self.number)


class DestructionQuerySet(models.QuerySet["Destruction"]):
    def update(self, **_fields: Any) -> int:
        raise OnlyGrows

    def delete(self) -> tuple[int, dict[str, int]]:
        raise OnlyGrows


class Destruction(models.Model):
    """An entry of the log of events: one batch that was destroyed, written with it. It names the
    persons as «other information» by the numbers that their rows had, and nothing of theirs.
    """

    run = models.ForeignKey(PurgeRun, models.PROTECT, null=True, related_name="destructions")
    # Of an erasure; a run's act is made when it is over.
    act = models.ForeignKey(DestructionAct, models.PROTECT, null=True, related_name="destructions")
    at = models.DateTimeField()
    rule = models.CharField(max_length=20)
    rows = models.JSONField()
    visitors = models.JSONField(default=list)
    digest = models.CharField(max_length=64)

    objects = DestructionQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.at}: {self.rule}"


class DoomedFile(models.Model):
    """Bytes whose row is gone: they go after it, and the note after them."""

    name = models.CharField(max_length=200)  # within MEDIA_ROOT
    run = models.ForeignKey(PurgeRun, models.SET_NULL, null=True, related_name="+")
    doomed_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.name
