"""The working calendar of Russia, as its government published it."""

from datetime import date

import pytest

from departments.working_calendar import days_of, working_day_after, working_days_until


def off_and_working(year):
    days = days_of(year)
    return (
        {day.on for day in days if not day.is_working},
        {day.on for day in days if day.is_working},
    )


@pytest.mark.parametrize(
    ("year", "moved"),
    [
        (2025, ["05-02", "05-08", "06-13", "11-03", "12-31"]),
        (2026, ["01-09", "12-31"]),
        (2027, ["02-22", "11-05"]),
    ],
)
def test_a_day_that_was_moved_is_off(year, moved):
    off, _working = off_and_working(year)
    assert {date.fromisoformat(f"{year}-{day}") for day in moved} <= off


def test_on_what_it_was_moved_from_people_work():
    assert off_and_working(2025)[1] == {date(2025, 11, 1)}
    assert off_and_working(2026)[1] == set()
    assert off_and_working(2027)[1] == {date(2027, 2, 20)}


def test_the_holidays_have_their_names():
    names = {day.on: day.name for day in days_of(2027)}
    assert names[date(2027, 2, 23)] == "День защитника Отечества"
    assert names[date(2027, 1, 7)] == "Рождество Христово"


def test_of_a_year_without_a_decree_the_holidays_are_known():
    off, working = off_and_working(2040)
    assert {date(2040, 1, 1), date(2040, 5, 9), date(2040, 11, 4)} <= off
    assert working == set()


def test_all_of_a_year_are_of_that_year_in_order():
    days = [day.on for day in days_of(2026)]
    assert days == sorted(set(days))
    assert {day.year for day in days} == {2026}


def test_ten_working_days_leave_out_weekends_and_holidays():
    assert working_day_after(date(2026, 11, 26), 10) == date(2026, 12, 10)
    assert working_day_after(date(2026, 12, 30), 1) == date(2027, 1, 11)


def test_what_is_left_is_counted_in_working_days():
    assert working_days_until(date(2026, 11, 26), date(2026, 12, 10)) == 10
    assert working_days_until(date(2026, 11, 26), date(2026, 11, 26)) == 0
    assert working_days_until(date(2026, 12, 10), date(2026, 12, 8)) == -2
