"""Opening hours against an oracle that only ever reads the wall clock, minute by minute.

The oracle never turns a wall time into an instant: it lists what the clock shows at each minute,
and a span is open from the first minute that shows a time inside it to the last.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from departments.hours import Day, Schedule, Span, day_of, is_open, next_change
from departments.timetable import joined, read_day, read_interval, shown_day, shown_interval

MINUTE = timedelta(minutes=1)
DAY = 1440
MARGIN = 4 * DAY  # what spans that begin or end outside may reach into

# A zone and a UTC date at which something happens to its clock, or nothing at all.
SCENES = [
    ("UTC", date(2026, 1, 1)),
    ("Asia/Kolkata", date(2026, 2, 28)),
    ("Asia/Kathmandu", date(2028, 2, 29)),
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/St_Johns", date(2010, 11, 7)),  # back over midnight
    ("Australia/Lord_Howe", date(2026, 4, 4)),  # half an hour back
    ("Australia/Lord_Howe", date(2026, 10, 3)),
    ("Africa/Cairo", date(2026, 4, 23)),  # midnight is skipped
    ("America/Havana", date(2026, 11, 1)),  # midnight is repeated
    ("America/Santiago", date(2026, 4, 5)),  # the end of a day is repeated
    ("Pacific/Apia", date(2011, 12, 30)),  # a whole day is skipped
]


class Oracle:
    """Some days of one zone's clock: the first and the last minute that show each reading.

    Minutes count from `start`, midnight UTC; readings are minutes since the year 0.
    """

    def __init__(self, zone: str, first: date, days: int) -> None:
        self.start = datetime(first.year, first.month, first.day, tzinfo=UTC)
        self.length = days * DAY
        indexes = range(-MARGIN, self.length + MARGIN)
        epoch = int(self.start.timestamp())
        walls = [datetime.fromtimestamp(epoch + 60 * index, ZoneInfo(zone)) for index in indexes]
        readings = [wall.toordinal() * DAY + wall.hour * 60 + wall.minute for wall in walls]
        self.first = dict(zip(reversed(readings), reversed(indexes), strict=True))
        self.last = dict(zip(readings, indexes, strict=True))

    def open_minutes(self, schedule: Schedule) -> bytearray:
        """One byte a minute, 1 for open."""
        minutes = bytearray(self.length)
        for opens, closes in self.spans(schedule):
            shown = [wall for wall in range(opens, closes) if wall in self.first]
            if shown:
                first = min(self.first[wall] for wall in shown)
                last = max(self.last[wall] for wall in shown)
                for index in range(max(first, 0), min(last + 1, self.length)):
                    minutes[index] = 1
        return minutes

    def spans(self, schedule: Schedule) -> Iterator[tuple[int, int]]:
        for offset in range(-3, self.length // DAY + 3):
            day = self.start.date() + timedelta(days=offset)
            for span in schedule.exceptions.get(day, schedule.week[day.weekday()]):
                midnight = day.toordinal() * DAY
                yield midnight + span.opens, midnight + span.closes

    def changes(self, minutes: bytearray) -> list[datetime]:
        flips = (index for index, (a, b) in enumerate(pairwise(minutes), start=1) if a != b)
        return [self.start + index * MINUTE for index in flips]


@cache
def oracle_of(zone: str, centre: date) -> Oracle:
    return Oracle(zone, centre - timedelta(days=1), days=3)


@st.composite
def span(draw: st.DrawFn) -> Span:
    # Small hours and round numbers, because clocks change there and seams need equal ends.
    opens = draw(st.integers(0, DAY - 1) | st.integers(0, 16).map(lambda quarter: quarter * 15))
    length = draw(st.integers(1, DAY) | st.integers(1, 96).map(lambda quarter: quarter * 15))
    return Span(opens, opens + length)


day_spans = st.lists(span(), max_size=3).map(tuple)


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Oracle, Schedule]:
    zone, centre = draw(st.sampled_from(SCENES))
    week: tuple[Day, ...] = tuple(draw(st.lists(day_spans, min_size=7, max_size=7)))
    near = st.integers(-2, 2).map(lambda days: centre + timedelta(days=days))
    exceptions = draw(st.dictionaries(near, day_spans, max_size=2))
    return oracle_of(zone, centre), Schedule(ZoneInfo(zone), week, exceptions)


def changes(schedule: Schedule, since: datetime, until: datetime) -> list[datetime]:
    found = []
    at = next_change(schedule, since)
    while at is not None and at < until:
        found.append(at.astimezone(UTC))
        at = next_change(schedule, at)
    return found


@settings(max_examples=12, deadline=None)
@given(scenes())
def test_open_at_exactly_the_minutes_of_the_oracle(scene: tuple[Oracle, Schedule]) -> None:
    oracle, schedule = scene
    minutes = oracle.open_minutes(schedule)

    for index in range(DAY, 2 * DAY):
        assert is_open(schedule, oracle.start + index * MINUTE) == minutes[index]


@settings(max_examples=100, deadline=None)
@given(scenes())
def test_changes_at_exactly_the_minutes_of_the_oracle(scene: tuple[Oracle, Schedule]) -> None:
    oracle, schedule = scene
    until = oracle.start + oracle.length * MINUTE

    assert changes(schedule, oracle.start, until) == oracle.changes(oracle.open_minutes(schedule))


@settings(max_examples=30, deadline=None)
@given(scenes(), st.timedeltas(timedelta(), timedelta(days=2)))
def test_the_next_change_is_the_first_minute_that_differs(
    scene: tuple[Oracle, Schedule], after: timedelta
) -> None:
    oracle, schedule = scene
    at = oracle.start + after
    change = next_change(schedule, at)
    minute = at.replace(second=0, microsecond=0) + MINUTE
    scanned = [minute + index * MINUTE for index in range(300)]
    was_open = is_open(schedule, at)

    expected = next((other for other in scanned if is_open(schedule, other) != was_open), None)
    if expected is None:
        assert change is None or change > scanned[-1]
    else:
        assert change is not None
        assert change.astimezone(UTC) == expected


@settings(max_examples=30, deadline=None)
@given(scenes())
def test_a_change_is_sharp_to_the_microsecond(scene: tuple[Oracle, Schedule]) -> None:
    oracle, schedule = scene

    for at in changes(schedule, oracle.start, oracle.start + timedelta(days=3)):
        assert is_open(schedule, at) != is_open(schedule, at - timedelta(microseconds=1))


@settings(max_examples=30, deadline=None)
@given(scenes(), st.randoms(use_true_random=False))
def test_the_order_of_spans_does_not_matter(scene: tuple[Oracle, Schedule], random: Random) -> None:
    oracle, schedule = scene
    week = tuple(tuple(random.sample(day, len(day))) for day in schedule.week)
    shuffled = Schedule(schedule.time_zone, week, schedule.exceptions)

    assert next_change(shuffled, oracle.start) == next_change(schedule, oracle.start)


# What an administrator is shown, and what becomes of it when it is saved as it stands.

RUSSIAN_ZONES = [
    *("Europe/Kaliningrad", "Europe/Moscow", "Europe/Samara", "Asia/Yekaterinburg"),
    *("Asia/Omsk", "Asia/Krasnoyarsk", "Asia/Irkutsk", "Asia/Yakutsk"),
    *("Asia/Vladivostok", "Asia/Magadan", "Asia/Kamchatka"),
]
EDITED_IN = [(zone, date(2026, 11, 26)) for zone in RUSSIAN_ZONES] + [
    ("Europe/Moscow", date(2014, 10, 26)),  # the last change of the clock there
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 3, 8)),
    ("America/New_York", date(2026, 11, 1)),
]


def retyped(day: Day) -> Day:
    """By its fields, С and До of each interval."""
    return joined(read_interval(*shown_interval(span)) for span in day)


def rewritten(day: Day) -> Day:
    """By its line, as a date that differs has one."""
    return joined(read_day(shown_day(day)))


@given(day_spans)
def test_what_is_shown_is_read_as_it_was(day: Day) -> None:
    assert read_day(shown_day(day)) == day
    assert retyped(day) == rewritten(day) == joined(day)
    assert joined(joined(day)) == joined(day)


@pytest.mark.parametrize(("zone", "centre"), EDITED_IN)
@settings(max_examples=8)
@given(
    week=st.lists(day_spans, min_size=7, max_size=7),
    dates=st.dictionaries(st.integers(-2, 2), day_spans, max_size=2),
)
def test_what_is_shown_and_saved_again_is_open_when_it_was(
    zone: str, centre: date, week: list[Day], dates: dict[int, Day]
) -> None:
    oracle = oracle_of(zone, centre)
    exceptions = {centre + timedelta(days=days): day for days, day in dates.items()}
    before = Schedule(ZoneInfo(zone), tuple(week), exceptions)
    saved = Schedule(
        ZoneInfo(zone),
        tuple(map(retyped, week)),
        {on: rewritten(day) for on, day in exceptions.items()},
    )
    until = oracle.start + oracle.length * MINUTE
    flips = oracle.changes(oracle.open_minutes(before))

    assert changes(saved, oracle.start, until) == flips
    for at in flips:
        assert is_open(saved, at) == is_open(before, at)


@settings(max_examples=30)
@given(scenes(), st.integers(0, 3 * DAY - 1))
def test_hours_of_some_date_are_the_reason_to_be_open(
    scene: tuple[Oracle, Schedule], minute: int
) -> None:
    oracle, schedule = scene
    at = oracle.start + minute * MINUTE
    day = day_of(schedule, at)

    if day is not None:
        assert is_open(schedule, at)
        assert schedule.spans_on(day)


# A week with pauses, nights, seams at midnight and hours inside those that clocks skip or repeat.
UNEVEN: tuple[Day, ...] = (
    (Span(540, 780), Span(840, 1080)),
    (Span(1320, 1800),),
    (Span(1000, 1440),),
    (Span(0, 135), Span(165, 600)),
    (),
    (Span(0, 1440),),
    (Span(150, 600), Span(1380, 1470)),
)
HOLIDAYS: dict[date, Day] = {
    date(2026, 1, 1): (),
    date(2026, 5, 9): (Span(600, 720),),
    date(2026, 12, 31): (Span(1200, 1560),),
}
ZONES = [
    *("Europe/Moscow", "Europe/Berlin", "Asia/Kolkata"),
    *("Asia/Kathmandu", "America/Havana", "Australia/Lord_Howe"),
]


@pytest.mark.parametrize("zone", ZONES)
def test_every_minute_of_a_year_agrees_with_the_oracle(zone: str) -> None:
    oracle = Oracle(zone, date(2026, 1, 1), days=365)
    schedule = Schedule(ZoneInfo(zone), UNEVEN, HOLIDAYS)
    minutes = oracle.open_minutes(schedule)
    end = oracle.start + oracle.length * MINUTE

    assert changes(schedule, oracle.start, end) == oracle.changes(minutes)
    assert is_open(schedule, oracle.start) == minutes[0]
