"""Figures of «Этап обслуживания»: how many customers there are, and how many operators when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from chat.models import Visit
from departments.models import Department, Membership
from departments.stages import PER_OPERATOR, operators_needed
from operators.models import Lease, Role

MONTH = timedelta(days=30)
WEEKS = 4
HOURS = 24
MOST_LEASES = 100_000  # of the picture: it needs no more to be true


@dataclass(frozen=True)
class Customers:
    """Whoever had the window open, each counted once; `before` of the month before, where that is
    still kept. `days` are fewer than 30 where visits are kept for less.
    """

    count: int
    days: int
    before: int | None

    @property
    def needed(self) -> int:
        return operators_needed(self.count)

    @property
    def next_at(self) -> int:
        """From how many on one more is needed."""
        return (self.count // PER_OPERATOR + 1) * PER_OPERATOR


def customers(at: datetime, kept: timedelta) -> Customers:
    """`kept` is the term of visits."""
    days = min(MONTH, kept)
    before = _seen(at - 2 * MONTH, at - MONTH) if kept >= 2 * MONTH else None
    return Customers(_seen(at - days, at), days.days, before)


def _seen(since: datetime, until: datetime) -> int:
    return Visit.objects.between(since, until).values("visitor").distinct().count()


def operators_there_are() -> int:
    """At work, in a department that takes part."""
    seats = Membership.objects.filter(department__in=Department.objects.taking_part())
    staff = (Role.OPERATOR, Role.ADMINISTRATOR)
    working = seats.filter(account__is_active=True, account__role__in=staff)
    return working.values("account").distinct().count()


@dataclass(frozen=True)
class Bar:
    """Of one hour of the day: how many were present on average, and as a part of the picture."""

    hour: int
    present: float
    height: int
    is_short: bool

    @property
    def x(self) -> int:
        return self.hour * 30 + 3

    @property
    def y(self) -> int:
        return HEIGHT - self.height

    @property
    def middle(self) -> int:
        return self.hour * 30 + 15


HEIGHT = 120


@dataclass(frozen=True)
class Presence:
    bars: list[Bar]
    norm: int
    norm_y: int

    @property
    def is_empty(self) -> bool:
        return not any(bar.present for bar in self.bars)


def presence(at: datetime, needed: int) -> Presence:
    """By hour of the day, over the last weeks, weekends included."""
    hours = _present_seconds(at)
    averages = [seconds / 3600 / (WEEKS * 7) for seconds in hours]
    top = max([needed, *averages, 1])
    bars = [
        Bar(hour, round(one, 1), round(HEIGHT * one / top), 0 < one < needed)
        for hour, one in enumerate(averages)
    ]
    return Presence(bars, needed, HEIGHT - round(HEIGHT * needed / top))


def _present_seconds(at: datetime) -> list[float]:
    since = at - timedelta(weeks=WEEKS)
    leases = Lease.objects.filter(valid_until__gt=since, started_at__lt=at)
    seconds = [0.0] * HOURS
    for began, valid, released in leases.values_list("started_at", "valid_until", "released_at")[
        :MOST_LEASES
    ]:
        _spread(seconds, max(began, since), min(valid, released or valid, at))
    return seconds


def _spread(seconds: list[float], began: datetime, ended: datetime) -> None:
    """Over the hours of the installation's clock."""
    while began < ended:
        local = timezone.localtime(began)
        next_hour = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        until = min(ended, next_hour)
        seconds[local.hour] += (until - began).total_seconds()
        began = until
