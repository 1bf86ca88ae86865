"""The public holidays of Russia and the days that its government moves, of one year.

The library knows the moves of the years whose decree is out; of later ones the holidays alone.
"""

from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _


class CalendarDay(NamedTuple):
    """A day off, or a day of a weekend on which people work."""

    on: date
    name: str
    is_working: bool = False


def working_day_after(on: date, count: int) -> date:
    """The last of so many working days, of which the day after `on` may be the first."""
    while count:
        on += timedelta(days=1)
        count -= is_working_day(on)
    return on


def working_days_until(today: date, last: date) -> int:
    """How many are left, the last one included; less than nothing once it is over."""
    if last < today:
        return -working_days_until(last, today)
    days = ((today + timedelta(days=passed)) for passed in range(1, (last - today).days + 1))
    return sum(map(is_working_day, days))


def is_working_day(on: date) -> bool:
    exceptions = _exceptions_of(on.year)
    return exceptions.get(on, on.weekday() < 5)


@cache
def _exceptions_of(year: int) -> dict[date, bool]:
    return {day.on: day.is_working for day in days_of(year)}


@cache
def days_of(year: int) -> tuple[CalendarDay, ...]:
    # Loading it takes a second, and nothing else needs it.
    from holidays import country_holidays

    known = country_holidays("RU", years=year, language="ru")
    off = [CalendarDay(on, name) for on, name in known.items() if on.year == year]
    working = [
        CalendarDay(on, str(_("Рабочий выходной: день перенесён")), is_working=True)
        for on in known.weekend_workdays
    ]
    return tuple(sorted(off + working))
