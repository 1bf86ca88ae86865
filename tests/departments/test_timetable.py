"""Opening hours as they are typed and shown."""

import pytest

from departments.hours import Span
from departments.timetable import (
    NoInterval,
    NoTime,
    joined,
    read_day,
    read_interval,
    read_time,
    shown_day,
)


@pytest.mark.parametrize(
    ("typed", "minute"),
    [
        *(("9", 540), ("09:00", 540), ("9.30", 570), (" 9:05 ", 545)),
        *(("0:00", 0), ("0", 0), ("23:59", 1439), ("24:00", 1440), ("24", 1440)),
    ],
)
def test_a_time_is_read_as_people_write_it(typed, minute):
    assert read_time(typed) == minute


@pytest.mark.parametrize(
    "typed",
    ["", "25:00", "24:01", "9:60", "9:5", "-1:00", "девять", "9:00:00", "٩:٠٠", "9:00\x00", "9e1"],
)
def test_what_no_clock_shows_is_no_time(typed):
    with pytest.raises(NoTime):
        read_time(typed)


@pytest.mark.parametrize(
    ("opens", "closes", "span"),
    [
        ("9:00", "18:00", Span(540, 1080)),
        ("22:00", "2:00", Span(1320, 1560)),
        ("22:00", "24:00", Span(1320, 1440)),
        ("22:00", "0:00", Span(1320, 1440)),
        ("0:00", "0:00", Span(0, 1440)),
        ("0:00", "24:00", Span(0, 1440)),
        ("9:00", "9:00", Span(540, 1980)),
    ],
)
def test_a_closing_that_is_not_later_is_the_next_day_s(opens, closes, span):
    assert read_interval(opens, closes) == span


def test_nothing_opens_at_twenty_four():
    with pytest.raises(NoTime):
        read_interval("24:00", "2:00")


@pytest.mark.parametrize("typed", ["9:00-13:00,14:00-18:00", " 9 – 13 ; 14—18 ,", "9−13, 14‑18"])
def test_a_day_is_read_whatever_the_dash(typed):
    assert read_day(typed) == (Span(540, 780), Span(840, 1080))


@pytest.mark.parametrize("typed", ["9:00", "9:00–13:00–18:00", "весь день", "9:00 18:00"])
def test_what_has_no_two_ends_is_no_interval(typed):
    with pytest.raises((NoInterval, NoTime)):
        read_day(typed)


def test_a_day_without_hours_shows_nothing():
    assert (shown_day(()), read_day("")) == ("", ())


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("12-18, 9-13", "09:00–18:00"),
        ("9-13, 13-18", "09:00–18:00"),
        ("9-18, 10-11", "09:00–18:00"),
        ("20-2, 1-3", "01:00–03:00, 20:00–02:00"),
        ("0-24, 22-6", "00:00–06:00, 06:00–06:00"),  # thirty hours are two that touch
        ("14-18, 9-13", "09:00–13:00, 14:00–18:00"),
    ],
)
def test_what_overlaps_is_joined(typed, shown):
    assert shown_day(joined(read_day(typed))) == shown
