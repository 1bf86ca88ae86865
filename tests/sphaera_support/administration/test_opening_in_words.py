"""Until when a site is open or closed, in words, by its own clock."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from departments.hours import ALWAYS_OPEN, Schedule, Span
from sphaera_support.administration.site_rows import opening

OMSK = ZoneInfo("Asia/Omsk")
DAY, NONE = (Span(9 * 60, 18 * 60),), ()
WORKING_WEEK = (*(DAY,) * 5, NONE, NONE)
HOLIDAYS = {date(2026, 1, day): NONE for day in range(1, 12)}


def at(day: int, hour: int) -> datetime:
    """In Omsk; 23 November 2026 is a Monday."""
    return datetime(2026, 11, day, hour, tzinfo=OMSK).astimezone(UTC)


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (at(23, 12), (True, "Открыт до 18:00")),
        (at(23, 8), (False, "Закрыт до 09:00")),
        (at(23, 20), (False, "Закрыт до завтра, 09:00")),
        (at(27, 20), (False, "Закрыт до пн, 09:00")),
    ],
)
def test_of_a_working_week(instant, words):
    assert opening(Schedule(OMSK, WORKING_WEEK), instant) == words


def test_of_long_holidays():
    schedule = Schedule(OMSK, WORKING_WEEK, HOLIDAYS)
    instant = datetime(2026, 1, 1, 12, tzinfo=OMSK)
    assert opening(schedule, instant) == (False, "Закрыт до 12 января, 09:00")


def test_what_ends_at_midnight_ends_tomorrow():
    schedule = Schedule(OMSK, ((Span(0, 24 * 60),), *(NONE,) * 6))
    assert opening(schedule, at(23, 12)) == (True, "Открыт до завтра, 00:00")


def test_what_never_changes():
    assert opening(Schedule(OMSK, ALWAYS_OPEN), at(23, 12)) == (True, "Открыт круглосуточно")
    never = opening(Schedule(OMSK, (NONE,) * 7), at(23, 12))
    assert never == (False, "Закрыт: нет графика работы")
