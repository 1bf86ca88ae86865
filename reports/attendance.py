"""Presence of operators in a period. Days are those of the installation's zone, since an operator
answers several sites; days that are over are read as they were added up (DayOfAttendance), which
outlives conversations.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from chat.models import MissedOffer, Ownership
from operators.models import ChosenIntention, Lease
from reports.models import CountingCursor, DayOfAttendance
from reports.presence import Chosen, Interval, Span, seconds_of, spans_of, time_of, within
from reports.selection import DAY, Selection

# Of a period as long as it may be, of some tens of operators.
MOST_ROWS = 300_000
# Neither a place in the zone nor a conversation lasts longer without an end between.
LONGEST = 31 * DAY


@dataclass(frozen=True)
class Period:
    since: datetime
    until: datetime  # not of it any more

    @classmethod
    def of(cls, selection: Selection, *, at: datetime) -> Self:
        """What is not yet is left out."""
        began, ended = midnight(selection.since), midnight(selection.until + DAY)
        return cls(began, max(began, min(ended, at)))


@dataclass(frozen=True)
class Attendance:
    """Seconds: `present` has «Занят» in it and no breaks, `talking` is how long they led at least
    one conversation, `led` the time in all of them; and offers that they let pass, `declined` of
    them by a press.
    """

    present: int = 0
    busy: int = 0
    on_break: int = 0
    talking: int = 0
    led: int = 0
    missed: int = 0
    declined: int = 0

    def __add__(self, other: Self) -> Self:
        sums = {name: getattr(self, name) + getattr(other, name) for name in COUNTED}
        return replace(self, **sums)

    @property
    def load(self) -> float | None:
        """Conversations at once, on average while there was one."""
        return self.led / self.talking if self.talking else None

    @property
    def share_talking(self) -> float | None:
        """Of the time present; who led conversations while away is busy at most all of it."""
        return min(1.0, self.talking / self.present) if self.present else None


COUNTED = tuple(field.name for field in fields(Attendance))


def zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), zone())


def attendance_of(
    accounts: Collection[int], selection: Selection, *, at: datetime
) -> dict[int, Attendance]:
    """Of each that is asked for; who was not there has one of nothing."""
    reached = CountingCursor.objects.values_list("attended", flat=True).first()
    kept = [] if reached is None else [day for day in selection.days if day <= reached]
    found = dict.fromkeys(accounts, Attendance())
    if kept:
        found |= _added_up(accounts, kept[0], kept[-1])
    if len(kept) < selection.length:
        since = kept[-1] + DAY if kept else selection.since
        rest = Period.of(replace(selection, since=since), at=at)
        for account, attended in attended_in(accounts, rest).items():
            found[account] += attended
    return found


def _added_up(accounts: Collection[int], since: date, until: date) -> dict[int, Attendance]:
    rows = DayOfAttendance.objects.filter(account__in=accounts, day__gte=since, day__lte=until)
    summed: Any = rows.order_by().values("account").annotate(**{f"{n}_": Sum(n) for n in COUNTED})
    return {
        row["account"]: Attendance(**{name: row[f"{name}_"] for name in COUNTED}) for row in summed
    }


def attended_in(accounts: Collection[int], period: Period) -> dict[int, Attendance]:
    """Out of the rows themselves."""
    spans = spans_in(accounts, period)
    led, missed = _led(accounts, period), _missed(accounts, period)
    found = {}
    for account in accounts:
        told, talks = time_of(spans[account]), led[account]
        found[account] = Attendance(
            present=told.present,
            busy=told.busy,
            on_break=told.on_break,
            talking=seconds_of(talks),
            led=sum(int((ended - began).total_seconds()) for began, ended in talks),
            **missed.get(account, {}),
        )
    return found


def spans_in(accounts: Collection[int], period: Period) -> dict[int, list[Span]]:
    leases, chosen = leases_in(accounts, period), _chosen(accounts, period)
    return {
        account: spans_of(leases[account], chosen[account], period.since, period.until)
        for account in accounts
    }


def leases_in(accounts: Collection[int] | None, period: Period) -> dict[int, list[Interval]]:
    ends = Coalesce(F("released_at"), F("valid_until"))
    found = Lease.objects.alias(ends=ends).filter(
        started_at__gte=period.since - LONGEST,
        started_at__lt=period.until,
        ends__gt=period.since,
    )
    if accounts is not None:
        found = found.filter(account__in=accounts)
    return _by_account(found.values_list("account", "started_at", ends)[:MOST_ROWS])


def _by_account(rows: Iterable[tuple[int, datetime, datetime]]) -> dict[int, list[Interval]]:
    found: dict[int, list[Interval]] = defaultdict(list)
    for account, began, ended in rows:
        found[account].append((began, ended))
    return found


def _chosen(accounts: Collection[int], period: Period) -> dict[int, list[Chosen]]:
    found = ChosenIntention.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=period.since),
        account__in=accounts,
        began_at__lt=period.until,
    )
    chosen: dict[int, list[Chosen]] = defaultdict(list)
    rows: Any = found.order_by("began_at", "pk").values_list(
        "account", "began_at", "ended_at", "intention"
    )
    for account, *row in rows[:MOST_ROWS]:
        chosen[account].append(Chosen(*row))
    return chosen


def _led(accounts: Collection[int], period: Period) -> dict[int, list[Interval]]:
    found = Ownership.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=period.since),
        account__in=accounts,
        began_at__lt=period.until,
        began_at__gte=period.since - LONGEST,
    )
    rows = found.values_list("account", "began_at", "ended_at")[:MOST_ROWS]
    led = _by_account((account, began, ended or period.until) for account, began, ended in rows)
    cut = {account: within(talks, period.since, period.until) for account, talks in led.items()}
    return defaultdict(list, cut)


def _missed(accounts: Collection[int], period: Period) -> Mapping[int, Mapping[str, int]]:
    found = MissedOffer.objects.filter(
        account__in=accounts, at__gte=period.since, at__lt=period.until
    )
    counted: Any = (
        found.order_by()
        .values("account")
        .annotate(missed=Count("pk"), declined=Count("pk", filter=Q(is_declined=True)))
    )
    return {row.pop("account"): row for row in counted}
