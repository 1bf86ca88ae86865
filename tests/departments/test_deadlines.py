"""Terms in working time, against a reference that counts the open minutes one by one."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from departments.deadlines import NeverOpens, TermTooLong, instant_after, working_time
from departments.hours import ALWAYS_OPEN, Schedule, Span
from tests.departments.test_hours_properties import (
    HOLIDAYS,
    MINUTE,
    UNEVEN,
    ZONES,
    Oracle,
    scenes,
)

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
OFFICE = ((Span(540, 1080),),) * 5 + ((),) * 2
NEVER = ((),) * 7


def moscow(year: int, month: int, day: int, hour: int = 0) -> datetime:
    return datetime(year, month, day, hour, tzinfo=MOSCOW)


def slow_instant_after(oracle: Oracle, minutes: bytearray, index: int, term: int) -> int | None:
    """The minute after `term` open ones from `index` on; None where they do not last."""
    for at in range(index, len(minutes)):
        if term == 0:
            return at
        term -= minutes[at]
    return None if term else len(minutes)


@settings(max_examples=150)
@given(scenes(), st.integers(0, 3 * 1440 - 1), st.integers(0, 2000))
def test_a_term_is_over_at_the_minute_of_the_reference(
    scene: tuple[Oracle, Schedule], index: int, term: int
) -> None:
    oracle, schedule = scene
    at, minutes = oracle.start + index * MINUTE, oracle.open_minutes(schedule)
    expected = slow_instant_after(oracle, minutes, index, term)
    if expected is not None:
        assert instant_after(schedule, at, term * MINUTE) == oracle.start + expected * MINUTE


@settings(max_examples=150)
@given(scenes(), st.integers(0, 3 * 1440), st.integers(0, 3 * 1440))
def test_between_two_instants_are_the_minutes_of_the_reference(
    scene: tuple[Oracle, Schedule], one: int, other: int
) -> None:
    oracle, schedule = scene
    first, last = sorted((one, other))
    since, until = oracle.start + first * MINUTE, oracle.start + last * MINUTE
    counted = sum(oracle.open_minutes(schedule)[first:last]) * MINUTE
    assert working_time(schedule, since, until) == counted
    assert working_time(schedule, until, since) == -counted


@settings(max_examples=100)
@given(
    scenes(),
    st.timedeltas(timedelta(), timedelta(days=2)),
    st.timedeltas(timedelta(), timedelta(days=3)),
)
def test_one_is_the_inverse_of_the_other(
    scene: tuple[Oracle, Schedule], after: timedelta, term: timedelta
) -> None:
    oracle, schedule = scene
    at = oracle.start + after
    try:
        due = instant_after(schedule, at, term)
    except (NeverOpens, TermTooLong):
        return
    assert working_time(schedule, at, due) == term
    if term:
        assert working_time(schedule, at, due - timedelta(microseconds=1)) < term


@pytest.mark.parametrize("zone", ZONES)
def test_terms_of_a_whole_year_agree_with_the_reference(zone: str) -> None:
    """Holidays, spans over midnight, hours that clocks skip and repeat."""
    oracle = Oracle(zone, date(2026, 1, 1), days=365)
    schedule = Schedule(ZoneInfo(zone), UNEVEN, HOLIDAYS)
    passed = list(accumulate(oracle.open_minutes(schedule), initial=0))
    for index in range(0, 300 * 1440, 977):
        at, term = oracle.start + index * MINUTE, 1 + index % 6001
        due = next(_reaching(passed, passed[index] + term, index))
        assert instant_after(schedule, at, term * MINUTE) == oracle.start + due * MINUTE
        assert working_time(schedule, at, oracle.start + due * MINUTE) == term * MINUTE


def _reaching(passed: list[int], total: int, since: int) -> Iterator[int]:
    return (index for index in range(since, len(passed)) if passed[index] == total)


@pytest.mark.parametrize(
    ("at", "hours", "due"),
    [
        (moscow(2026, 11, 26, 10), 4, moscow(2026, 11, 26, 14)),
        (moscow(2026, 11, 26, 16), 2, moscow(2026, 11, 26, 18)),  # as the doors close
        (moscow(2026, 11, 26, 16), 3, moscow(2026, 11, 27, 10)),
        (moscow(2026, 11, 27, 17), 2, moscow(2026, 11, 30, 10)),  # over a weekend
        (moscow(2026, 11, 28, 12), 1, moscow(2026, 11, 30, 10)),
        (moscow(2026, 11, 26, 3), 0, moscow(2026, 11, 26, 3)),
    ],
)
def test_a_term_goes_on_as_the_doors_open_again(at: datetime, hours: int, due: datetime) -> None:
    assert instant_after(Schedule(MOSCOW, OFFICE), at, hours * HOUR) == due


def test_a_holiday_is_passed_over() -> None:
    closed = {date(2026, 11, 27): ()}
    due = instant_after(Schedule(MOSCOW, OFFICE, closed), moscow(2026, 11, 26, 17), 2 * HOUR)
    assert due == moscow(2026, 11, 30, 10)


def test_an_hour_that_the_clock_repeats_is_two() -> None:
    night = datetime(2026, 10, 25, 1, tzinfo=BERLIN)
    due = instant_after(Schedule(BERLIN, ALWAYS_OPEN), night, 3 * HOUR)
    assert due.astimezone(BERLIN) == datetime(2026, 10, 25, 3, tzinfo=BERLIN)


@pytest.mark.parametrize("term", [HOUR, timedelta(days=400)])
def test_what_never_opens_has_no_deadline(term: timedelta) -> None:
    with pytest.raises(NeverOpens):
        instant_after(Schedule(MOSCOW, NEVER), moscow(2026, 11, 26), term)


def test_a_term_ends_within_four_hundred_days_or_not_at_all() -> None:
    always, office = Schedule(MOSCOW, ALWAYS_OPEN), Schedule(MOSCOW, OFFICE)
    at, most = moscow(2026, 11, 26), timedelta(days=400)
    assert instant_after(always, at, most) == at + most
    for schedule, term in ((always, most + MINUTE), (office, timedelta(days=200))):
        with pytest.raises(TermTooLong):
            instant_after(schedule, at, term)


def test_what_opens_after_four_hundred_days_never_opens() -> None:
    late = {date(2028, 1, 3): (Span(540, 1080),)}
    with pytest.raises(NeverOpens):
        instant_after(Schedule(MOSCOW, NEVER, late), moscow(2026, 11, 26), HOUR)


def test_a_negative_term_and_a_naive_instant_are_mistakes() -> None:
    with pytest.raises(ValueError, match="not negative"):
        instant_after(Schedule(MOSCOW, OFFICE), moscow(2026, 11, 26), -HOUR)
    with pytest.raises(ValueError, match="naive"):
        working_time(
            Schedule(MOSCOW, OFFICE),
            datetime(2026, 11, 26),  # noqa: DTZ001
            datetime(2026, 11, 27),  # noqa: DTZ001
        )
