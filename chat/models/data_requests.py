"""What people ask about their own data: to put it right, to erase it, to have a copy of it.

A request outlives what it is about: of who was erased `subject_key` alone is left, by which they
find the answer and by which a token from before is known to be void (chat.actions.erasure).
"""

import hashlib
import secrets
from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models.retention import DestructionAct
from chat.models.visitors import Visitor
from departments.models import Site
from operators.models import Account


def subject_key(site: Site, subject: str) -> str:
    """Of a person of a site, without saying who they are."""
    return hashlib.sha256(f"{site.key}\0{subject}".encode()).hexdigest()


class DataRequestQuerySet(models.QuerySet["DataRequest"]):
    def open(self) -> Self:
        return self.filter(state=DataRequest.State.OPEN)

    def of_subject(self, site: Site, subject: str) -> Self:
        return self.filter(site=site, subject_key=subject_key(site, subject))

    def erased(self) -> Self:
        return self.filter(kind=DataRequest.Kind.ERASURE, state=DataRequest.State.DONE)


class DataRequest(models.Model):
    """States change only as follows (chat.actions.data_requests, chat.actions.erasure):

    (none) -> open       the person asks, in their cabinet
    open   -> done, declined     by an administrator, with an answer
    open   -> withdrawn  by the person
    """

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("Исправление")
        ERASURE = "erasure", _("Удаление")

    class State(models.TextChoices):
        OPEN = "open", _("Ждёт решения")
        DONE = "done", _("Выполнен")
        DECLINED = "declined", _("Отклонён")
        WITHDRAWN = "withdrawn", _("Отозван")

    # By article 20 of 152-ФЗ.
    WORKING_DAYS = 10
    MOST_TEXT = 2000

    kind = models.CharField(max_length=10, choices=Kind)
    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    subject_key = models.CharField(max_length=64)
    # None, and the words of who asked emptied, once they are erased.
    visitor = models.ForeignKey(Visitor, models.SET_NULL, null=True, related_name="data_requests")
    name = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    asked_name = models.CharField(max_length=200, blank=True)
    asked_email = models.EmailField(blank=True)
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    decided_by_name = models.CharField(max_length=150, blank=True)
    # Of an erasure: what was destroyed, counted and numbered.
    act = models.OneToOneField(DestructionAct, models.PROTECT, null=True, related_name="request")
    # What the person reads.
    answer = models.TextField(blank=True)

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        ordering = ("-asked_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["site", "subject_key", "kind"],
                condition=models.Q(state="open"),
                name="one_open_data_request_of_a_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open") ^ models.Q(decided_at__isnull=False),
                name="data_request_decided_at_some_time",
            ),
        )
        indexes = (models.Index(fields=["site", "subject_key"], name="data_requests_of_subject"),)

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"П-{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def is_overdue(self, today: date) -> bool:
        return self.is_open and today > self.due_on


def new_archive_id() -> str:
    return secrets.token_urlsafe(24)


class DataArchiveQuerySet(models.QuerySet["DataArchive"]):
    def lately(self, at: datetime) -> Self:
        return self.filter(asked_at__gt=at - DataArchive.VALID)

    def unmade(self) -> Self:
        return self.filter(state__in=[DataArchive.State.ASKED, DataArchive.State.MAKING])

    def to_make(self, stalled: datetime) -> Self:
        """Those that nobody makes, or whose maker said nothing since then."""
        return self.unmade().exclude(state=DataArchive.State.MAKING, touched_at__gt=stalled)


class DataArchive(models.Model):
    """All that one person may read of what is kept about them, as a ZIP of theirs for a day.

    States change only as follows (chat.actions.archives):

    (none) -> asked      by the person
    asked  -> making     by the task that took it, as `making` again where that one was killed
    making -> ready, failed
    """

    class State(models.TextChoices):
        ASKED = "asked"
        MAKING = "making"
        READY = "ready"
        FAILED = "failed"

    VALID = timedelta(days=1)
    FOLDER = "archives"

    public_id = models.CharField(max_length=40, unique=True, default=new_archive_id)
    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="archives")
    # Of the session that asked; another one of the same person is told to ask for its own.
    session_digest = models.CharField(max_length=64)
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=6, choices=State, default=State.ASKED)
    # By whom it is made, and when it last went on.
    touched_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    file = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)  # files beyond what one may hold
    trouble = models.CharField(max_length=200, blank=True)

    objects = DataArchiveQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["visitor", "-asked_at"], name="archives_of_visitor"),
            models.Index(
                fields=["asked_at"],
                name="archive_unmade",
                condition=models.Q(state__in=["asked", "making"]),
            ),
        )

    def __str__(self) -> str:
        return f"{self.visitor_id}: {self.state}"

    @property
    def valid_until(self) -> datetime:
        return self.asked_at + self.VALID

    @property
    def percent(self) -> int:
        return min(99, 100 * self.done // self.total) if self.total else 0


def session_digest(session_key: str) -> str:
    return hashlib.sha256(f"archive\0{session_key}".encode()).hexdigest()
