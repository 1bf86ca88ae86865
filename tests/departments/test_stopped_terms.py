"""Terms whose clock is stopped at times, against a reference that counts minute by minute."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from departments.deadlines import NoDeadline, Over, Stop, TermTooLong, instant_after, over_at
from departments.hours import Schedule, Span
from tests.departments.test_hours_properties import MINUTE, Oracle, scenes

MOSCOW = ZoneInfo("Europe/Moscow")
HOUR = timedelta(hours=1)
OFFICE = Schedule(MOSCOW, ((Span(540, 1080),),) * 5 + ((),) * 2)
LENGTH = 3 * 1440

# Minutes at which the clock stops and goes on by turns; the first is that of the beginning.
turns = st.lists(st.integers(0, LENGTH - 1), min_size=1, max_size=8, unique=True).map(sorted)


def stops_of(oracle: Oracle, minutes: list[int]) -> list[Stop]:
    """Every second stretch between the turns; an odd one goes on for ever."""
    at = [oracle.start + index * MINUTE for index in minutes[1:]]
    ends = [*at, None] if len(at) % 2 else at
    return list(zip(at[::2], ends[1::2], strict=True))


def slow_over(running: bytearray, since: int, term: int, minutes: list[int]) -> int | None:
    """The minute by which that many have run; None where they do not within these days."""
    for index in range(since, LENGTH):
        if term == 0:
            return index
        is_stopped = sum(turn <= index for turn in minutes[1:]) % 2
        term -= 0 if is_stopped else running[index]
    return None if term else LENGTH


@settings(max_examples=150, deadline=None)
@given(scenes(), turns, st.integers(0, 2000), st.booleans())
def test_it_is_over_at_the_minute_of_the_reference(
    scene: tuple[Oracle, Schedule], minutes: list[int], term: int, by_the_clock: bool
) -> None:
    oracle, schedule = scene
    running = bytearray([1]) * LENGTH if by_the_clock else oracle.open_minutes(schedule)
    expected = slow_over(running, minutes[0], term, minutes)
    since, stops = oracle.start + minutes[0] * MINUTE, stops_of(oracle, minutes)
    if expected is not None:
        given_schedule = None if by_the_clock else schedule
        over = over_at(given_schedule, since, term * MINUTE, stops)
        assert over == Over(oracle.start + expected * MINUTE)


@settings(max_examples=100, deadline=None)
@given(scenes(), turns, st.timedeltas(timedelta(), timedelta(days=2)))
def test_a_stop_never_brings_it_nearer_and_one_after_it_moves_nothing(
    scene: tuple[Oracle, Schedule], minutes: list[int], term: timedelta
) -> None:
    oracle, schedule = scene
    since, stops = oracle.start + minutes[0] * MINUTE, stops_of(oracle, minutes)
    try:
        never, over = (over_at(schedule, since, term, given) for given in ((), stops))
    except NoDeadline:
        return
    assert over.at >= never.at
    if stops and not over.is_stopped:
        later = (over.at, over.at + HOUR)
        known = [stop for stop in stops if stop[0] < over.at]
        assert over_at(schedule, since, term, [*known, later]) == over


@settings(max_examples=100, deadline=None)
@given(scenes(), turns, st.timedeltas(MINUTE, timedelta(days=2)))
def test_stopped_and_gone_on_at_once_it_is_over_as_if_nothing_had_been(
    scene: tuple[Oracle, Schedule], minutes: list[int], term: timedelta
) -> None:
    oracle, schedule = scene
    since = oracle.start + minutes[0] * MINUTE
    moments = [oracle.start + index * MINUTE for index in minutes[1:]]
    try:
        never = over_at(schedule, since, term)
    except NoDeadline:
        return
    assert over_at(schedule, since, term, [(at, at) for at in moments]) == never


def moscow(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=MOSCOW)


@pytest.mark.parametrize(
    ("stops", "over"),
    [
        ([(moscow(26, 12), moscow(26, 14))], Over(moscow(26, 16))),
        ([(moscow(26, 12), None)], Over(moscow(26, 14), is_stopped=True)),
        ([(moscow(26, 14), None)], Over(moscow(26, 14))),  # as it is over
        ([(moscow(26, 13), moscow(27, 17))], Over(moscow(27, 18))),
        ([(moscow(26, 13), moscow(27, 18))], Over(moscow(30, 10))),  # over a weekend
        ([(moscow(26, 13), moscow(28, 12))], Over(moscow(30, 10))),  # it goes on on a day off
    ],
)
def test_four_hours_of_work_from_ten(stops: list[Stop], over: Over) -> None:
    assert over_at(OFFICE, moscow(26, 10), 4 * HOUR, stops) == over


def test_around_the_clock_a_day_is_a_day() -> None:
    friday = moscow(27, 17)
    assert over_at(None, friday, 24 * HOUR) == Over(moscow(28, 17))
    assert over_at(OFFICE, friday, 24 * HOUR).at == instant_after(OFFICE, friday, 24 * HOUR)


def test_around_the_clock_too_it_ends_within_four_hundred_days() -> None:
    with pytest.raises(TermTooLong):
        over_at(None, moscow(26, 10), timedelta(days=401))
