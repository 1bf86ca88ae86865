"""What sites show is noted once for each change, with the end of what was, and stops too."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError

from chat.actions.availability import Showing, note_availability, parts_of
from chat.models import Availability, Cause, Heartbeat
from chat.queue.availability import read_rules
from departments.hours import Schedule, Span

NOON = datetime(2026, 3, 2, 9, tzinfo=UTC)  # in Moscow, on a Monday
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def shows(site, ilya):
    """Call it with a cause: what the site shows by the rules of then."""

    def note(cause: Cause, at: datetime, **more) -> None:
        showing = {site.pk: Showing(cause, True, read_rules()[site.pk])}
        note_availability(showing, at=at, **more)

    return note


def noted() -> list[tuple[str, datetime, datetime | None]]:
    rows = Availability.objects.order_by("began_at", "pk")
    return list(rows.values_list("cause", "began_at", "ended_at"))


def test_a_change_ends_what_was_and_begins_what_is(shows):
    shows(Cause.ONLINE, NOON)
    shows(Cause.AWAY, NOON + MINUTE)
    assert noted() == [("online", NOON, NOON + MINUTE), ("away", NOON + MINUTE, None)]


def test_several_processes_that_see_the_same_note_it_once(shows):
    for second in range(3):
        shows(Cause.ONLINE, NOON + second * SECOND)
    assert noted() == [("online", NOON, None)]


def test_who_saw_it_a_moment_earlier_does_not_take_a_later_sight_back(shows):
    shows(Cause.ONLINE, NOON)
    shows(Cause.NOBODY, NOON + 3 * SECOND)
    shows(Cause.ONLINE, NOON + SECOND)
    assert noted()[-1] == ("nobody", NOON + 3 * SECOND, None)


def test_the_database_takes_one_that_goes_on_alone(shows, site):
    shows(Cause.ONLINE, NOON)
    with pytest.raises(IntegrityError):
        Availability.objects.create(site=site, began_at=NOON, cause="away", is_open=True)


def test_whose_place_it_was_is_kept_and_another_member_is_another_stretch(
    shows, first_line, ilya, elena
):
    shows(Cause.ONLINE, NOON)
    first_line.members.add(elena)
    shows(Cause.ONLINE, NOON + MINUTE)
    told = [row.detail["departments"] for row in Availability.objects.order_by("began_at")]
    before = {"name": first_line.name, "limits": [[ilya.pk, 0]]}
    assert told[0] == [before]
    assert told[1] == [before | {"limits": sorted([[ilya.pk, 0], [elena.pk, 0]])}]


def test_the_schedule_of_then_outlives_its_change(shows, site):
    shows(Cause.ONLINE, NOON)
    site.hours.all().delete()
    shows(Cause.HOURS, NOON + MINUTE)
    weeks = [row.detail["week"] for row in Availability.objects.order_by("began_at")]
    assert weeks == [[[[0, 1440]]] * 7, [[]] * 7]


def test_a_site_that_is_put_off_shows_nothing(shows):
    shows(Cause.ONLINE, NOON)
    note_availability({}, at=NOON + MINUTE)
    assert noted()[-1] == ("off", NOON + MINUTE, None)


def test_a_silence_of_all_processes_is_a_stop_from_the_last_beat_on(shows):
    shows(Cause.ONLINE, NOON)
    shows(Cause.ONLINE, NOON + 30 * SECOND)
    back = NOON + timedelta(minutes=10)
    shows(Cause.ONLINE, back)
    assert noted() == [
        ("online", NOON, NOON + 30 * SECOND),
        ("stopped", NOON + 30 * SECOND, back),
        ("online", back, None),
    ]


@pytest.mark.parametrize("quiet", [None, 5 * SECOND])
def test_a_restart_and_a_clock_set_forward_are_no_stop(shows, quiet):
    shows(Cause.ONLINE, NOON)
    shows(Cause.ONLINE, NOON + (50 * SECOND if quiet is None else timedelta(hours=1)), quiet=quiet)
    assert noted() == [("online", NOON, None)]
    assert Heartbeat.objects.get().beat_at > NOON


def test_a_clock_set_back_ends_nothing_before_it_began(shows):
    shows(Cause.ONLINE, NOON)
    shows(Cause.AWAY, NOON - timedelta(hours=1))
    assert noted() == [("online", NOON, NOON), ("away", NOON, None)]
    assert Heartbeat.objects.get().beat_at == NOON - timedelta(hours=1)


def test_a_stop_is_cut_where_the_schedule_opens_and_closes():
    week = (((Span(9 * 60, 18 * 60),),) * 5) + ((), ())
    schedule = Schedule(ZoneInfo("Europe/Moscow"), week)
    opens = datetime(2026, 3, 3, 6, tzinfo=UTC)
    parts = list(parts_of(schedule, NOON, opens + MINUTE))
    closes = NOON + timedelta(hours=6)
    assert parts == [(NOON, closes, True), (closes, opens, False), (opens, opens + MINUTE, True)]
