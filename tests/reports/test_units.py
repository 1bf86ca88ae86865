"""How figures are written, and where the lines of a scale stand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.pictures.units import (
    CONVERSATIONS,
    DURATION,
    PERCENT,
    PRESENCE,
    clock,
    number,
    percent,
    scale_of,
)

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 обращение"), (3, "3 обращения"), (11, "11 обращений"), (21, "21 обращение")],
)
def test_what_is_counted_is_declined(count, words):
    assert CONVERSATIONS.words(count) == words


def test_numbers_are_written_as_russian_does():
    assert (number(12418), number(-0.5, 1), number(-0.001, 1)) == ("12\u202f418", "−0,5", "0,0")


def test_times_are_hours_minutes_and_seconds():
    assert [clock(seconds) for seconds in (34, 686, 3725)] == ["0:34", "11:26", "1:02:05"]


def test_little_is_not_shown_as_nothing():
    assert (percent(0.4), percent(0), percent(79.2)) == ("0,4\u202f%", "0\u202f%", "79\u202f%")


def test_hours_lose_their_fraction_where_there_are_many():
    assert [PRESENCE.words(hours * 3600) for hours in (6.7, 112)] == ["6,7\u202fч", "112\u202fч"]


@settings(max_examples=40)
@given(
    st.sampled_from([CONVERSATIONS, DURATION, PERCENT]), st.floats(0, 5_000_000, allow_nan=False)
)
def test_a_scale_holds_what_it_shows_and_begins_at_nothing(unit, most):
    lines = scale_of(unit, [None, most])
    assert lines[0] == 0
    assert lines[-1] >= most * (1 - 1e-9)
    assert sorted(set(lines)) == lines


@settings(max_examples=30)
@given(st.integers(0, 100_000))
def test_no_line_counts_parts_of_a_thing(most):
    assert all(line == int(line) for line in scale_of(CONVERSATIONS, [most]))


def test_a_scale_of_times_stands_at_times_that_one_can_read():
    assert scale_of(DURATION, [104]) == [0, 30, 60, 90, 120]
