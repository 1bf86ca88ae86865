"""Presence out of leases and chosen statuses; nothing of the database."""

from datetime import UTC, datetime, timedelta

import pytest

from departments.stages import operators_needed
from operators.models import Intention
from reports.presence import Chosen, Time, joined, seconds_of, spans_of, time_of

NINE = datetime(2026, 11, 10, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(hours: float) -> datetime:
    return NINE + hours * HOUR


def told(*chosen: Chosen, leases=((0, 8),), since=0.0, until=8.0) -> list[tuple[float, str]]:
    held = [(at(began), at(ended)) for began, ended in leases]
    spans = spans_of(held, chosen, at(since), at(until))
    return [(span.seconds / 3600, span.intention) for span in spans]


def test_who_chose_nothing_is_online():
    assert told() == [(8, Intention.ONLINE)]


def test_a_break_and_a_busy_hour_split_the_day():
    lunch = Chosen(at(4), at(5), Intention.BREAK)
    busy = Chosen(at(5), at(6), Intention.BUSY)
    assert told(lunch, busy) == [(4, "online"), (1, "break"), (1, "busy"), (2, "online")]


def test_a_status_chosen_before_and_one_that_lasts():
    since_yesterday = Chosen(at(-12), at(1), Intention.BUSY)
    lasting = Chosen(at(7), None, Intention.BREAK)
    assert told(since_yesterday, lasting) == [(1, "busy"), (6, "online"), (1, "break")]


def test_a_break_while_away_is_none():
    away = Chosen(at(2), at(3), Intention.BREAK)
    assert told(away, leases=((0, 2), (3, 8))) == [(2, "online"), (5, "online")]


def test_only_what_is_of_the_period():
    assert told(since=6, until=7) == [(1, "online")]


def test_two_places_at_once_are_one_presence():
    assert joined([(at(0), at(2)), (at(1), at(3)), (at(3), at(4))]) == [(at(0), at(4))]
    assert seconds_of([(at(0), at(2)), (at(1), at(3))]) == 3 * 3600


def test_busy_is_present_and_a_break_is_not():
    spans = spans_of([(at(0), at(3))], [Chosen(at(1), at(2), Intention.BREAK)], at(0), at(9))
    assert time_of(spans) == Time(present=7200, busy=0, on_break=3600)


@pytest.mark.parametrize(
    ("customers", "operators"), [(0, 1), (99, 1), (100, 2), (342, 4), (1000, 11)]
)
def test_the_norm(customers, operators):
    assert operators_needed(customers) == operators
