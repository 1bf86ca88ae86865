"""The public holidays of Russia and the days that its government moves, of one year.

The library knows the moves of the years whose decree is out; of later ones the holidays alone.
"""

from datetime import date
from functools import cache
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _


class CalendarDay(NamedTuple):
    """A day off, or a day of a weekend on which people work."""

    on: date
    name: str
    is_working: bool = False


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
