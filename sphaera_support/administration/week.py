"""The week as the page of a schedule shows it: its rows, drawn, with what is said of each day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from departments.hours import DAY_MINUTES, Day
from departments.timetable import is_joined, joined, shown_day
from sphaera_support.administration.hours_fields import Interval, Wrong
from sphaera_support.administration.opening import WEEKDAYS, clock, on_weekday


class Strip(NamedTuple):
    """Minutes of the day; what began the day before is lighter."""

    x: int
    width: int
    is_carried: bool


@dataclass(frozen=True)
class WeekDay:
    """A row; `focus` says which part of it the keyboard is in next."""

    weekday: int
    name: str
    is_on: bool
    intervals: list[Interval]
    strips: list[Strip]
    notes: list[str]
    wrong: Wrong | None = None
    focus: str = ""

    @property
    def title(self) -> Promise:
        return WEEKDAYS[self.weekday]


@dataclass
class Drawing:
    """What is drawn and said of the days, Monday first."""

    days: Sequence[Day]
    strips: list[list[Strip]] = field(init=False)

    def __post_init__(self) -> None:
        self.strips = [list(self._strips(weekday)) for weekday in range(7)]

    def _strips(self, weekday: int) -> Iterator[Strip]:
        # Monday's night before is Sunday's.
        for span in self.days[weekday - 1]:
            if span.closes > DAY_MINUTES:
                yield Strip(0, span.closes - DAY_MINUTES, True)
        for span in joined(self.days[weekday]):
            yield Strip(span.opens, min(span.closes, DAY_MINUTES) - span.opens, False)

    def notes(self, weekday: int) -> list[str]:
        day = self.days[weekday]
        told = []
        if (closes := max((span.closes for span in day), default=0)) > DAY_MINUTES:
            words = _("%(day)s заканчивается %(next)s в %(time)s: светлая часть полосы.")
            told.append(
                words
                % {
                    "day": WEEKDAYS[weekday],
                    "next": on_weekday(weekday + 1),
                    "time": clock(closes % DAY_MINUTES),
                }
            )
        if not is_joined(day):
            told.append(_("Интервалы соединятся: %s.") % shown_day(joined(day)))
        return told
