"""The report on levels of support: where requests are solved, how they travel, what is overdue, and
whether there are enough operators.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Case, Count, DateTimeField, F, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from chat.models import Ticket, Transfer, Visit
from departments.models import Site, levels_known
from departments.stages import operators_needed
from operators.models import Account
from reports.attendance import Period, leases_in, zone
from reports.finding import totals_of
from reports.limits import limited
from reports.models import Dimension
from reports.presence import joined, within
from reports.selection import Selection
from reports.sums import COUNTS, Sums, as_text, read_counts

ACTIVE_FOR = timedelta(days=30)
MOST_WAYS = 100


@dataclass(frozen=True)
class Way:
    """By which requests come back: from one department to another."""

    from_name: str
    to_name: str
    count: int


@dataclass(frozen=True)
class Overdue:
    """Tickets registered in the period, of a plan and a criticality; late is what was answered or
    solved after its deadline, or still is not.
    """

    plan: str  # empty where nothing was promised by one
    criticality: int
    tickets: int
    late_answers: int
    late_solutions: int


@dataclass(frozen=True)
class HourOfStaff:
    """On an average day of the period: what began in that hour, and how many operators were there;
    the norm is how many there should be.
    """

    hour: int
    received: float
    present: float


class LevelsReport:
    """Of period, sites and departments. Everything raises TooMuch where it takes too long."""

    def __init__(self, selection: Selection, *, at: datetime) -> None:
        self.selection = selection.of_places
        self.at = at

    @cached_property
    def summary(self) -> Sums:
        """Of all levels; what is counted alone."""
        whole = Sums()
        for sums in self.by_level.values():
            whole.add(sums)
        return whole

    @cached_property
    def by_level(self) -> dict[int, Sums]:
        """Of each level what is there, or was closed there: `closed` are solved at it."""
        rows: Any = totals_of(self.selection, Dimension.LEVEL).order_by().values("value")
        found = {level: Sums() for level in levels_known()}
        with limited():
            for row in rows.annotate(**{f"{name}_": Sum(name) for name in COUNTS}):
                sums = found.setdefault(int(row["value"]), Sums())
                sums.add_row({name: row[f"{name}_"] for name in COUNTS})
        return found

    @cached_property
    def bounces(self) -> list[Way]:
        """Where requests were returned from and to, the most frequent first."""
        period = Period.of(self.selection, at=self.at)
        returned = Transfer.objects.bounces().filter(
            decided_at__gte=period.since, decided_at__lt=period.until
        )
        returned = self._of_places(
            returned, "conversation__visitor__site", "from_department", "to_department"
        )
        to = Coalesce("to_department__name", "to_account__name")
        ways = returned.annotate(to=to).values_list("from_department__name", "to")
        with limited():
            counted = ways.annotate(times=Count("pk")).order_by("-times")
            return [Way(*way) for way in counted[:MOST_WAYS]]

    @cached_property
    def overdue(self) -> list[Overdue]:
        period = Period.of(self.selection, at=self.at)
        tickets = Ticket.objects.filter(created_at__gte=period.since, created_at__lt=period.until)
        tickets = self._of_places(tickets, "site", "department")
        rows = tickets.values_list("plan__name", "criticality").annotate(
            tickets=Count("pk"),
            answers=Count("pk", filter=Q(answer_due_at__lt=_met("answered_at", self.at))),
            solutions=Count("pk", filter=Q(solution_due_at__lt=_met("done_at", self.at))),
        )
        with limited():
            told = rows.order_by("plan__name", "-criticality")[:MOST_WAYS]
            return [Overdue(plan or "", *counts) for plan, *counts in told]

    @cached_property
    def active_customers(self) -> int:
        """Visitors who had the window open within the last 30 days of the period, on sites of the
        departments that are asked for.
        """
        until = Period.of(self.selection, at=self.at).until
        visits = Visit.objects.between(until - ACTIVE_FOR, until)
        visits = self._of_places(visits, "visitor__site")
        for places in self._departments:
            visits = visits.filter(visitor__site__in=Site.objects.filter(departments__in=places))
        with limited():
            return int(visits.values("visitor").distinct().count())

    @property
    def norm(self) -> int:
        return operators_needed(self.active_customers)

    @cached_property
    def by_hour(self) -> list[HourOfStaff]:
        """By the clock of the installation for who was there, of the site for what began."""
        days = max(1, self.selection.length)
        received, present = self._received_by_hour, self._present_by_hour
        return [HourOfStaff(hour, received[hour] / days, present[hour]) for hour in range(24)]

    @cached_property
    def _received_by_hour(self) -> Counter[int]:
        hours: Counter[int] = Counter()
        rows = totals_of(self.selection, Dimension.WHOLE).order_by()
        with limited():
            for (told,) in rows.values_list(as_text("hours")):
                for hour, count in read_counts(told).items():
                    hours[int(hour)] += count
        return hours

    @cached_property
    def _present_by_hour(self) -> Mapping[int, float]:
        period = Period.of(self.selection, at=self.at)
        with limited():
            leases = leases_in(self._members(), period)
        seconds: Counter[int] = Counter()
        for intervals in leases.values():
            for began, ended in within(joined(intervals), period.since, period.until):
                _add_hours(seconds, began, ended)
        days = max(1.0, (period.until - period.since) / timedelta(days=1))
        return defaultdict(float, {hour: told / 3600 / days for hour, told in seconds.items()})

    @property
    def _departments(self) -> list[tuple[int, ...]]:
        """Of each of these it has to be one: those that are asked for, those that may be read."""
        asked = [self.selection.departments] if self.selection.departments else []
        return asked if self.selection.within is None else [*asked, self.selection.within]

    def _of_places(self, found: Any, to_site: str, *to_departments: str) -> Any:
        if self.selection.problem:
            return found.none()
        if self.selection.sites:
            found = found.filter(**{f"{to_site}__in": self.selection.sites})
        for places in self._departments if to_departments else ():
            any_of_them = Q(pk__in=())
            for name in to_departments:
                any_of_them |= Q(**{f"{name}__in": places})
            found = found.filter(any_of_them)
        return found

    def _members(self) -> list[int] | None:
        """Of the departments; of all where none is asked for."""
        if not self._departments:
            return None
        found = Account.objects.all()
        for places in self._departments:
            found = found.filter(departments__in=places)
        return list(found.distinct().values_list("pk", flat=True))


def _met(name: str, at: datetime) -> Any:
    """When it was, or now where it was not."""
    now = Value(at, output_field=DateTimeField())
    return Case(When(**{f"{name}__isnull": True}, then=now), default=F(name))


def _add_hours(seconds: Counter[int], began: datetime, ended: datetime) -> None:
    """What of it falls into each hour of the clock on the wall."""
    here = zone()
    while began < ended:
        offset = began.astimezone(here).utcoffset() or timedelta(0)
        at, over = (int((one + offset).timestamp()) for one in (began, ended))
        if ended.astimezone(here).utcoffset() != offset:
            over = min(over, (at // 3600 + 1) * 3600)  # by the hour, over a change of the clock
        began += timedelta(seconds=over - at)
        _add_clock(seconds, at, over)
        if at == over:
            return  # less than a second is left


def _add_clock(seconds: Counter[int], at: int, over: int) -> None:
    while at < over:
        until = min(over, (at // 3600 + 1) * 3600)
        seconds[at // 3600 % 24] += until - at
        at = until


def levels(selection: Selection, *, at: datetime) -> LevelsReport:
    return LevelsReport(selection, at=at)
