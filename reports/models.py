"""What reports read: of each conversation what it came to, and of each day the sums.

Both are derived (reports.derivation) and written by one place alone (reports.actions.counting), a
few seconds behind what happens.
"""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models import ClosingOutcome, Conversation
from departments.criticality import Criticality
from departments.models import Department, Scale, Site
from operators.models import Account
from reports.exports.models import Export  # noqa: F401  where Django looks for it
from reports.schedules.models import ReportSchedule  # noqa: F401  likewise


class Fate(models.TextChoices):
    """Whether anybody took a conversation."""

    ANSWERED = "answered", _("Принято")
    MISSED = "missed", _("Пропущено")
    OFFLINE = "offline", _("Не в сети")
    WAITING = "waiting", _("Ждёт")


class Kind(models.TextChoices):
    """The four kinds of conversations, by the messages in it."""

    FULL = "full", _("Полноценный")
    NO_OPERATOR = "no_operator", _("Без ответа оператора")
    NO_VISITOR = "no_visitor", _("Без ответа посетителя")
    OTHER = "other", _("Прочие")


class TallyQuerySet(models.QuerySet["Tally"]):
    def led_by(self, account_id: int) -> Self:
        return self.filter(pk__in=Share.objects.filter(account=account_id).values("tally"))


class Tally(models.Model):
    """One conversation in figures. Times are whole seconds; what there is none of is null.

    Day and hour are those of the site's zone as it was first counted, and stay so.
    """

    conversation = models.OneToOneField(
        Conversation, models.CASCADE, primary_key=True, related_name="tally"
    )
    site = models.ForeignKey(Site, models.CASCADE, related_name="+", db_index=False)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    level = models.PositiveSmallIntegerField()
    # Who leads it, or led it last.
    operator = models.ForeignKey(
        Account, models.PROTECT, null=True, related_name="+", db_index=False
    )
    day = models.DateField()
    hour = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    fate = models.CharField(max_length=8, choices=Fate)
    kind = models.CharField(max_length=11, choices=Kind)
    criticality = models.PositiveSmallIntegerField(choices=Criticality)
    outcome = models.ForeignKey(
        ClosingOutcome, models.PROTECT, null=True, related_name="+", db_index=False
    )
    # As of chat.Closing; empty while it is open.
    way = models.CharField(max_length=8, blank=True)
    # The site was closed as it began, or nobody of the department there.
    is_offline = models.BooleanField()
    by_operator = models.BooleanField()

    wait = models.PositiveIntegerField(null=True)
    response = models.PositiveIntegerField(null=True)
    duration = models.PositiveIntegerField(null=True)
    climb = models.PositiveIntegerField(null=True)
    replies = models.PositiveIntegerField()
    reply_seconds = models.PositiveBigIntegerField()
    from_visitor = models.PositiveIntegerField()
    from_operators = models.PositiveIntegerField()
    transfers = models.PositiveSmallIntegerField()
    bounces = models.PositiveSmallIntegerField()
    has_ticket = models.BooleanField()

    scale = models.CharField(max_length=6, choices=Scale, blank=True)
    score = models.PositiveSmallIntegerField(null=True)
    is_commented = models.BooleanField()
    is_declined = models.BooleanField()

    # Of the conversation as it was counted: with another of these it is to be counted anew.
    seq = models.PositiveIntegerField()
    changed_at = models.DateTimeField()

    objects = TallyQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["-began_at", "-conversation"], name="tally_order"),
            models.Index(fields=["day"], name="tally_day"),
            models.Index(fields=["site", "-began_at"], name="tally_site"),
            models.Index(fields=["department", "-began_at"], name="tally_department"),
            models.Index(fields=["outcome", "-began_at"], name="tally_outcome"),
            models.Index(
                fields=["score", "-began_at"],
                name="tally_score",
                condition=models.Q(score__isnull=False),
            ),
            # What few are is found by these; what most are, by walking back.
            models.Index(
                fields=["level", "-began_at"],
                name="tally_level",
                condition=models.Q(level__gt=1),
            ),
            models.Index(
                fields=["criticality", "-began_at"],
                name="tally_criticality",
                condition=models.Q(criticality__gt=2),
            ),
            models.Index(
                fields=["kind", "-began_at"],
                name="tally_kind",
                condition=~models.Q(kind="full"),
            ),
            models.Index(
                fields=["-began_at"],
                name="tally_ticket",
                condition=models.Q(has_ticket=True),
            ),
        )

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.fate}"


class Share(models.Model):
    """The part of one operator who led a conversation, in all their stretches."""

    # Its constraint begins with it.
    tally = models.ForeignKey(Tally, models.CASCADE, related_name="shares", db_index=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    level = models.PositiveSmallIntegerField()
    began_at = models.DateTimeField()  # of the conversation
    took_at = models.DateTimeField()
    is_accepted = models.BooleanField()  # from the queue, not from a colleague
    is_last = models.BooleanField()
    response = models.PositiveIntegerField(null=True)
    replies = models.PositiveIntegerField()
    reply_seconds = models.PositiveBigIntegerField()
    messages = models.PositiveIntegerField()
    seconds = models.PositiveIntegerField()
    handed = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField()
    bounces = models.PositiveSmallIntegerField()
    scale = models.CharField(max_length=6, choices=Scale, blank=True)
    score = models.PositiveSmallIntegerField(null=True)
    is_commented = models.BooleanField()
    is_declined = models.BooleanField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tally", "account"], name="share_of_operator_once"),
        )
        indexes = (models.Index(fields=["account", "-began_at"], name="share_of_account"),)

    def __str__(self) -> str:
        return f"{self.tally_id}: {self.account_id}"


class Dimension(models.TextChoices):
    """By what the sums of a day are split, each time anew: one condition beside site and department
    is read from them.
    """

    WHOLE = ""
    LEVEL = "level"
    OPERATOR = "operator"
    CRITICALITY = "criticality"
    OUTCOME = "outcome"
    KIND = "kind"
    SCORE = "score"
    # Not conversations that somebody led, but what that operator did in them.
    SHARE = "share"


class DailyTotal(models.Model):
    """Sums of one day of a site in one department, of whatever has that value. It outlives the
    conversations: nothing in it is about anybody but staff.
    """

    day = models.DateField()
    site = models.ForeignKey(Site, models.CASCADE, related_name="+", db_index=False)
    department = models.ForeignKey(
        Department, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    dimension = models.CharField(max_length=12, choices=Dimension, blank=True)
    value = models.CharField(max_length=20, blank=True)
    # As reports.sums.Sums: how many and how long; {bucket: count}, {scale and score: count} and
    # {hour: count} beside them.
    received = models.IntegerField(default=0)
    answered = models.IntegerField(default=0)
    missed = models.IntegerField(default=0)
    offline = models.IntegerField(default=0)
    waiting = models.IntegerField(default=0)
    closed = models.IntegerField(default=0)
    full = models.IntegerField(default=0)
    no_operator = models.IntegerField(default=0)
    no_visitor = models.IntegerField(default=0)
    other = models.IntegerField(default=0)
    waits = models.IntegerField(default=0)
    wait_seconds = models.BigIntegerField(default=0)
    responses = models.IntegerField(default=0)
    response_seconds = models.BigIntegerField(default=0)
    durations = models.IntegerField(default=0)
    duration_seconds = models.BigIntegerField(default=0)
    climbs = models.IntegerField(default=0)
    climb_seconds = models.BigIntegerField(default=0)
    replies = models.IntegerField(default=0)
    reply_seconds = models.BigIntegerField(default=0)
    from_visitor = models.IntegerField(default=0)
    from_operators = models.IntegerField(default=0)
    transfers = models.IntegerField(default=0)
    taken = models.IntegerField(default=0)
    bounces = models.IntegerField(default=0)
    ticketed = models.IntegerField(default=0)
    scored = models.IntegerField(default=0)
    commented = models.IntegerField(default=0)
    declined = models.IntegerField(default=0)
    wait_spread = models.JSONField(default=dict)
    response_spread = models.JSONField(default=dict)
    duration_spread = models.JSONField(default=dict)
    scores = models.JSONField(default=dict)
    hours = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["dimension", "day", "site", "department", "value"],
                name="daily_total_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.dimension} {self.value}"


class CountingCursor(models.Model):
    """How far conversations are counted, by when they changed last, and up to which day presence is
    added up. There is one row.
    """

    reached = models.DateTimeField(null=True)
    attended = models.DateField(null=True)

    def __str__(self) -> str:
        return str(self.reached)


class DayOfAttendance(models.Model):
    """How an operator spent one day of the installation's zone, in seconds; it outlives the rows
    that it was added up of (reports.attendance.Attendance).
    """

    day = models.DateField()
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    present = models.PositiveIntegerField()
    busy = models.PositiveIntegerField()
    on_break = models.PositiveIntegerField()
    talking = models.PositiveIntegerField()
    led = models.PositiveIntegerField()
    missed = models.PositiveIntegerField()
    declined = models.PositiveIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["account", "day"], name="attendance_of_day_once"),
        )

    def __str__(self) -> str:
        return f"{self.day}: {self.account_id}"
