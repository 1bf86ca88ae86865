"""What each site showed to its visitors from when until when, and why; and when a process last
lived that could show anything.
"""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from departments.models import Site


class Cause(models.TextChoices):
    """Why a visitor without a dialogue sees what they see (chat.queue.availability); the last two
    are no visitor's: there is no window, or nobody to show one.
    """

    ONLINE = "online", _("В сети")
    HOURS = "hours", _("Нерабочее время")
    EXCEPTION = "exception", _("Исключение графика")
    UNREADABLE = "unreadable", _("График не прочитать")
    DEPARTMENT = "department", _("Нет отдела первого уровня")
    PEOPLE = "people", _("В отделе нет операторов")
    NOBODY = "nobody", _("Никого в зоне «Общение»")
    AWAY = "away", _("Все на перерыве или заняты")
    LOST = "lost", _("Связь с оператором потеряна")
    OFF = "off", _("Сайт выключен")
    STOPPED = "stopped", _("Служба не работала")


# Those of a closed site: nobody could have been there.
SHUT = frozenset({Cause.HOURS, Cause.EXCEPTION, Cause.UNREADABLE})


class Availability(models.Model):
    """A stretch in which a site showed the same for the same cause, by the same rules. Of a site
    they follow one another without a gap from the first on; the last one goes on.

    `detail` says by which schedule and whose place it was (chat.actions.availability.detail_of),
    since neither is kept anywhere else once somebody changes it.
    """

    site = models.ForeignKey(Site, models.CASCADE, related_name="+", db_index=False)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=10, choices=Cause)
    # By the schedule of then: also while nobody was there to look at it.
    is_open = models.BooleanField()
    detail = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["site"],
                condition=models.Q(ended_at=None),
                name="one_availability_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("began_at")),
                name="availability_ends_after_it_began",
            ),
        )
        indexes = (
            models.Index(fields=["site", "began_at"], name="availability_of_site"),
            models.Index(fields=["ended_at"], name="availability_by_end"),
        )

    def __str__(self) -> str:
        return f"{self.site_id}: {self.cause}"


class Heartbeat(models.Model):
    """When any process last noted that it lives: one row."""

    # Between two notes, of however many processes; and after how long without one nobody lived.
    EVERY = timedelta(seconds=20)
    STOPPED_AFTER = timedelta(seconds=60)

    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.beat_at)
