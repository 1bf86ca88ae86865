"""The report on operators: all in one table, and one in detail. Figures belong to who did the work,
and so survive transfers: they are of the stretches in which somebody led a conversation.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Sum

from chat.models import RatingRequest
from operators.models import Account
from reports.attendance import Attendance, Period, attendance_of, midnight, spans_in, zone
from reports.finding import totals_of
from reports.limits import limited
from reports.models import Dimension
from reports.presence import Span, Time, time_of
from reports.selection import DAY, Selection
from reports.sums import COUNTS, PARTS, Sums

MOST_COMMENTS = 20
MOST_DAYS = 31  # drawn in a row of the table
_SUMMED: Mapping[str, Any] = {f"{name}_": Sum(name) for name in COUNTS}


@dataclass(frozen=True)
class OperatorRow:
    """`sums` are those of shares (reports.sums.sums_of_share)."""

    account: Account
    level: int | None
    sums: Sums
    attendance: Attendance
    by_day: list[int]  # chats of the period's last days, as many as there is room for

    @property
    def offered(self) -> int:
        """That they took from the queue or let pass."""
        return self.sums.answered + self.attendance.missed


@dataclass(frozen=True)
class OperatorsTable:
    rows: list[OperatorRow]
    whole: Sums
    attendance: Attendance  # of all


@dataclass(frozen=True)
class DayOfWork:
    day: date
    began_at: datetime
    ended_at: datetime
    spans: list[Span]
    chats: int

    @property
    def time(self) -> Time:
        return time_of(self.spans)


def operators_table(selection: Selection, *, at: datetime) -> OperatorsTable:
    """Whoever led something in the period, or is of the staff now; by how many chats they had.
    Conditions beside period, sites and departments say nothing here; `operators` are who is asked
    for, all where nobody is named. Raises TooMuch.
    """
    asked = selection.of_places
    with limited():
        sums = _sums_of_all(asked)
        accounts = _accounts(selection, set(sums))
        chats = _chats_by_day(asked, asked.days[-MOST_DAYS:])
        attendance = attendance_of(list(accounts), asked, at=at)
    rows = []
    for key, account in accounts.items():
        levels = [one.level for one in account.departments.all()]
        whole = sums.get(key, Sums())
        rows.append(
            OperatorRow(account, min(levels, default=None), whole, attendance[key], chats[key])
        )
    total, attended = Sums(), Attendance()
    for row in rows:
        total.add(row.sums)
        attended += row.attendance
    rows.sort(key=lambda row: (-row.sums.received, row.account.name))
    return OperatorsTable(rows, total, attended)


def _sums_of_all(selection: Selection) -> dict[int, Sums]:
    totals = totals_of(selection, Dimension.SHARE).order_by()
    rows: Any = totals.values("value").annotate(**_SUMMED)
    found: dict[int, Sums] = {}
    for row in rows:
        sums = found[int(row["value"])] = Sums()
        sums.add_row({name: row[f"{name}_"] for name in COUNTS})
    for value, scores in totals.filter(scored__gt=0).values_list("value", "scores"):
        found[int(value)].add_row({"scores": scores})
    return found


def _chats_by_day(selection: Selection, days: list[date]) -> dict[int, list[int]]:
    totals = totals_of(selection, Dimension.SHARE).filter(day__gte=days[0], day__lte=days[-1])
    found: dict[int, list[int]] = defaultdict(lambda: [0] * len(days))
    for value, day, chats in totals.values_list("value", "day", "received"):
        found[int(value)][(day - days[0]).days] += chats
    return found


def _accounts(selection: Selection, led: set[int]) -> dict[int, Account]:
    staff = Account.objects.staff().filter(is_active=True, departments__isnull=False)
    if selection.within is not None:
        staff = staff.filter(departments__in=selection.within)
    if selection.departments:
        staff = staff.filter(departments__in=selection.departments)
    keys = led | set(staff.values_list("pk", flat=True))
    if selection.operators:
        keys &= set(selection.operators)
    found = Account.objects.filter(pk__in=keys).prefetch_related("departments").order_by("name")
    return {account.pk: account for account in found}


class OperatorReport:
    """One operator in detail. Everything raises TooMuch where it takes too long."""

    def __init__(self, selection: Selection, account: Account, *, at: datetime) -> None:
        self.selection = selection.of_places
        self.account = account
        self.at = at

    @cached_property
    def by_day(self) -> dict[date, Sums]:
        """The trend of each figure; every day of the period."""
        days = {day: Sums() for day in self.selection.days}
        rows = totals_of(self.selection, Dimension.SHARE, values=(str(self.account.pk),)).order_by()
        with limited():
            for row in rows.values("day", *COUNTS, *PARTS).iterator(chunk_size=2000):
                days[row.pop("day")].add_row(row)
        return days

    @cached_property
    def team_by_day(self) -> dict[date, Sums]:
        """Of all operators together, to compare with."""
        days = {day: Sums() for day in self.selection.days}
        rows: Any = totals_of(self.selection, Dimension.SHARE).order_by().values("day")
        with limited():
            for row in rows.annotate(**_SUMMED).iterator(chunk_size=2000):
                days[row["day"]].add_row({name: row[f"{name}_"] for name in COUNTS})
        return days

    @cached_property
    def summary(self) -> Sums:
        whole = Sums()
        for sums in self.by_day.values():
            whole.add(sums)
        return whole

    @cached_property
    def before(self) -> Sums:
        return OperatorReport(self.selection.before, self.account, at=self.at).summary

    @cached_property
    def attendance(self) -> Attendance:
        key = self.account.pk
        with limited():
            return attendance_of([key], self.selection, at=self.at)[key]

    @cached_property
    def timeline(self) -> list[DayOfWork]:
        """Each day of the period that has begun, the latest first."""
        key, period = self.account.pk, Period.of(self.selection, at=self.at)
        with limited():
            spans = spans_in([key], period)[key]
        today = self.at.astimezone(zone()).date()
        days = []
        for day in reversed([one for one in self.selection.days if one <= today]):
            began, ended = midnight(day), midnight(day + DAY)
            cut = [
                replace(one, began_at=max(one.began_at, began), ended_at=min(one.ended_at, ended))
                for one in spans
                if one.began_at < ended and one.ended_at > began
            ]
            chats = self.by_day[day].received
            days.append(DayOfWork(day, began, ended, cut, chats))
        return days

    @cached_property
    def comments(self) -> list[RatingRequest]:
        """The latest of the period, with conversation and visitor."""
        since, until = midnight(self.selection.since), midnight(self.selection.until + DAY)
        rated = RatingRequest.objects.filter(operator=self.account, score__isnull=False)
        told = rated.filter(asked_at__gte=since, asked_at__lt=until).exclude(comment="")
        with limited():
            return list(
                told.select_related("conversation__visitor").order_by("-asked_at")[:MOST_COMMENTS]
            )


def operator_detail(selection: Selection, account: Account, *, at: datetime) -> OperatorReport:
    return OperatorReport(selection, account, at=at)
