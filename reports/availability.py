"""What a site showed in a period, read back: stretches without a gap, and minutes out of reach."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from chat.models import SHUT, Availability, Cause, Heartbeat
from chat.purge.terms import cutoffs_at
from departments.models import Site
from reports.selection import DAY

WEEK = 7 * DAY

# Nobody's fault but the schedule's: a site that is shut, or has no window.
EXPECTED = frozenset({Cause.ONLINE, Cause.OFF, *SHUT})


@dataclass(frozen=True)
class Stretch:
    """`cause` is None where nothing is noted, which is not «не в сети»."""

    began_at: datetime
    ended_at: datetime
    cause: Cause | None = None
    is_open: bool = False
    detail: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def seconds(self) -> float:
        return (self.ended_at - self.began_at).total_seconds()

    @property
    def is_out_of_reach(self) -> bool:
        """Not served in working hours."""
        return self.cause is not None and self.is_open and self.cause not in EXPECTED


def stretches_in(
    site: Site, since: datetime, until: datetime, *, at: datetime, with_detail: bool = True
) -> list[Stretch]:
    """All of the period that is over, in order; what nobody noted is a stretch without a cause."""
    since, until = since.astimezone(UTC), min(until, at).astimezone(UTC)
    if since >= until:
        return []
    theirs = Availability.objects.filter(site=site)
    rows = list(_rows(theirs if with_detail else theirs.defer("detail"), since, until))
    found = [_stretch(row, at, row.detail if with_detail else {}) for row in rows]
    if rows and rows[-1].ended_at is None:
        found += _silence(found.pop(), at)
    return list(_without_gaps(within(found, since, until), since, until))


def within(stretches: Iterable[Stretch], since: datetime, until: datetime) -> list[Stretch]:
    """What of them was in that time."""
    cut = [_cut(one, since, until) for one in stretches]
    return [one for one in cut if one.began_at < one.ended_at]


def _rows(
    theirs: QuerySet[Availability], since: datetime, until: datetime
) -> Iterable[Availability]:
    """They follow one another, so of those that began before the last alone reaches into it."""
    yield from theirs.filter(began_at__lt=since).order_by("-began_at", "-pk")[:1]
    yield from theirs.filter(began_at__gte=since, began_at__lt=until).order_by("began_at", "pk")


def _stretch(row: Availability, at: datetime, detail: Mapping[str, Any]) -> Stretch:
    ended_at = at if row.ended_at is None else row.ended_at
    return Stretch(row.began_at, ended_at, Cause(row.cause), row.is_open, detail)


def _cut(one: Stretch, since: datetime, until: datetime) -> Stretch:
    return replace(one, began_at=max(one.began_at, since), ended_at=min(one.ended_at, until))


def _silence(last: Stretch, at: datetime) -> list[Stretch]:
    """What goes on is true as long as somebody says so."""
    beat = Heartbeat.objects.values_list("beat_at", flat=True).first()
    if beat is None or at - beat <= Heartbeat.STOPPED_AFTER or beat >= last.ended_at:
        return [last]
    heard = max(beat, last.began_at)
    return [replace(last, ended_at=heard), replace(last, began_at=heard, cause=Cause.STOPPED)]


def _without_gaps(found: list[Stretch], since: datetime, until: datetime) -> Iterable[Stretch]:
    at = since
    for one in found:
        if at < one.began_at:
            yield Stretch(at, one.began_at)
        yield one
        at = max(at, one.ended_at)
    if at < until:
        yield Stretch(at, until)


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Those that differ in the rules alone are one; it tells of the first."""
    found: list[Stretch] = []
    for one in stretches:
        last = found[-1] if found else None
        if last and (last.cause, last.is_open) == (one.cause, one.is_open):
            found[-1] = replace(last, ended_at=one.ended_at)
        else:
            found.append(one)
    return found


def first_noted(site: Site) -> datetime | None:
    began: datetime | None = (
        Availability.objects.filter(site=site)
        .order_by("began_at")
        .values_list("began_at", flat=True)
        .first()
    )
    return began


def kept_since(at: datetime) -> datetime:
    """What is older may be gone by its term (chat.purge.due.availability)."""
    return cutoffs_at(at).messages


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Its first moment, also where the clock is changed at midnight."""
    return datetime.combine(day, time(), zone)


@dataclass(frozen=True)
class Week:
    """Minutes out of reach by cause; None where nothing at all is noted of the week."""

    monday: date
    minutes: Mapping[Cause, int] | None

    @property
    def sunday(self) -> date:
        return self.monday + 6 * DAY


def weeks_of(site: Site, last: date, count: int, *, at: datetime) -> list[Week]:
    """So many up to that of the day, by the clock of the site."""
    zone = ZoneInfo(site.time_zone)
    monday = last - timedelta(days=last.weekday())
    mondays = [monday - back * WEEK for back in range(count - 1, -2, -1)]
    bounds = [midnight(day, zone).astimezone(UTC) for day in mondays]
    found = stretches_in(site, bounds[0], bounds[-1], at=at, with_detail=False)
    return [
        Week(day, minutes_in(found, since, until))
        for day, (since, until) in zip(mondays, pairwise(bounds), strict=False)
    ]


def minutes_in(
    stretches: Sequence[Stretch], since: datetime, until: datetime
) -> dict[Cause, int] | None:
    seconds: dict[Cause, float] = {}
    is_noted = False
    for one in within(stretches, since, until):
        if one.cause is None:
            continue
        is_noted = True
        if one.is_out_of_reach:
            seconds[one.cause] = seconds.get(one.cause, 0) + one.seconds
    return {cause: round(length / 60) for cause, length in seconds.items()} if is_noted else None
