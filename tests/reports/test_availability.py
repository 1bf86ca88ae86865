"""What a site showed, read back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.models import Availability, Cause, Heartbeat
from reports.availability import Stretch, joined, minutes_in, stretches_in, weeks_of, within

NOON = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def lasted(site, cause, began, ended=None, *, is_open=True, **detail):
    return Availability.objects.create(
        site=site, began_at=began, ended_at=ended, cause=cause, is_open=is_open, detail=detail
    )


def told(stretches):
    return [(one.cause, one.began_at - NOON, one.ended_at - NOON) for one in stretches]


@pytest.fixture
def history(site):
    """Nothing is known before noon; an hour of service, a break, and what goes on."""
    lasted(site, "online", NOON, NOON + HOUR)
    lasted(site, "away", NOON + HOUR, NOON + HOUR + 10 * MINUTE)
    lasted(site, "online", NOON + HOUR + 10 * MINUTE)
    Heartbeat.objects.create(pk=1, beat_at=NOON + 3 * HOUR)
    return site


def test_what_nobody_noted_is_a_stretch_without_a_cause(history):
    found = stretches_in(history, NOON - HOUR, NOON + MINUTE, at=NOON + 2 * HOUR)
    assert told(found) == [(None, -HOUR, timedelta(0)), (Cause.ONLINE, timedelta(0), MINUTE)]


def test_what_goes_on_ends_now_and_nothing_is_after_it(history):
    now = NOON + 3 * HOUR
    found = stretches_in(history, NOON + HOUR + MINUTE, NOON + 9 * HOUR, at=now)
    assert told(found) == [
        (Cause.AWAY, HOUR + MINUTE, HOUR + 10 * MINUTE),
        (Cause.ONLINE, HOUR + 10 * MINUTE, 3 * HOUR),
    ]


def test_what_nobody_says_any_more_is_a_stop(history):
    found = stretches_in(history, NOON + 2 * HOUR, NOON + 9 * HOUR, at=NOON + 4 * HOUR)
    assert told(found) == [
        (Cause.ONLINE, 2 * HOUR, 3 * HOUR),
        (Cause.STOPPED, 3 * HOUR, 4 * HOUR),
    ]


def test_weeks_count_what_was_open_and_not_served(history):
    lasted(history, "hours", NOON - HOUR, NOON, is_open=False)
    weeks = weeks_of(history, date(2026, 3, 4), 2, at=NOON + 3 * HOUR)
    assert [(week.monday.day, week.minutes) for week in weeks] == [
        (23, None),
        (2, {Cause.AWAY: 10}),
    ]


def test_a_week_of_a_changed_clock_has_an_hour_more(site):
    site.time_zone = "Europe/Berlin"
    began = datetime(2026, 10, 18, tzinfo=UTC)
    lasted(site, "nobody", began, began + timedelta(days=30))
    (week,) = weeks_of(site, date(2026, 10, 25), 1, at=began + timedelta(days=30))
    assert week.minutes == {Cause.NOBODY: (7 * 24 + 1) * 60}


moments = st.lists(st.integers(0, 100), min_size=2, max_size=8, unique=True).map(sorted)


@settings(max_examples=50)
@given(moments, st.lists(st.sampled_from([None, *Cause]), min_size=7, max_size=7), st.booleans())
def test_parts_of_a_time_add_up_to_the_whole(cuts, causes, is_open):
    ends = [NOON + cut * MINUTE for cut in cuts]
    found = [
        Stretch(began, ended, cause, is_open)
        for began, ended, cause in zip(ends, ends[1:], causes, strict=False)
    ]
    first, middle, last = ends[0], NOON + 50 * MINUTE, ends[-1]
    whole = sum((minutes_in(found, first, last) or {}).values())
    parts = [minutes_in(found, first, middle), minutes_in(found, middle, last)]
    assert whole == sum(sum((part or {}).values()) for part in parts)
    assert sum(one.seconds for one in joined(found)) == (last - first).total_seconds()
    assert within(found, first, last) == found
