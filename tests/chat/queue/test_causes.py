"""Why a visitor sees what they see: by the same rule that says what."""

from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.models import SHUT, Cause
from chat.queue.availability import Snapshot, read_rules, shut_by, take_snapshot
from departments.hours import ALWAYS_OPEN, Schedule, Span
from departments.models import Membership
from operators import presence
from operators.models import Account, Lease

SITE, ILYA, DARYA, STRANGER = 1, 10, 11, 12
MOSCOW = ZoneInfo("Europe/Moscow")
WEEK = (((Span(9 * 60, 18 * 60),),) * 5) + ((), ())

snapshots = st.builds(
    Snapshot,
    st.dictionaries(
        st.sampled_from([ILYA, DARYA, STRANGER]), st.sampled_from(["online", "busy", "break"])
    ),
    st.sampled_from([{}, {SITE: frozenset()}, {SITE: frozenset({ILYA, DARYA})}]),
    st.sampled_from([frozenset(), frozenset({SITE})]),
    shut_by=st.sampled_from([{}, *({SITE: cause} for cause in SHUT)]),
    without_department=st.sampled_from([frozenset(), frozenset({SITE})]),
    lost=st.sampled_from([frozenset(), frozenset({SITE})]),
)


@settings(max_examples=60)
@given(snapshots)
def test_the_cause_is_online_exactly_if_the_visitor_sees_it(snapshot):
    status, reason = snapshot.status(SITE)
    cause = snapshot.cause(SITE)
    assert (cause == Cause.ONLINE) == (status == "online")
    assert (cause in SHUT) == (reason == "hours")


@pytest.mark.parametrize(
    ("exceptions", "hour", "cause"),
    [
        ({}, 20, Cause.HOURS),
        ({date(2026, 3, 2): ()}, 12, Cause.EXCEPTION),
        ({date(2026, 3, 2): ()}, 20, Cause.HOURS),
        ({date(2026, 3, 2): (Span(9 * 60, 15 * 60),)}, 16, Cause.EXCEPTION),
    ],
)
def test_an_exception_is_the_cause_where_the_week_alone_were_open(exceptions, hour, cause):
    at = datetime(2026, 3, 2, hour, tzinfo=MOSCOW)
    assert shut_by(Schedule(MOSCOW, WEEK, exceptions), at) == cause


@pytest.fixture
def now():
    return timezone.now()


def cause(site, at):
    return take_snapshot(read_rules(), at=at).cause(site.pk)


def comes(account, at):
    place = uuid4()
    presence.take_place(account, place, at=at)
    return place


def test_who_came_to_nobody_left_nobody(site, ilya, now):
    assert cause(site, now) == Cause.NOBODY


def test_a_break_of_all_is_one(site, ilya, now):
    comes(ilya, now)
    Account.objects.filter(pk=ilya.pk).update(intention="break")
    assert cause(site, now) == Cause.AWAY


def test_a_lease_that_ran_out_is_a_lost_operator(site, ilya, now):
    comes(ilya, now)
    assert cause(site, now + Lease.VALID) == Cause.LOST


def test_who_left_after_the_lost_one_left_nobody(site, ilya, darya, now):
    comes(ilya, now - timedelta(minutes=5))
    comes(darya, now)
    presence.release(darya, Lease.Ending.LEFT, at=now + timedelta(seconds=1))
    assert cause(site, now + timedelta(seconds=2)) == Cause.NOBODY


def test_who_was_lost_before_the_site_opened_is_no_cause(site, ilya, now):
    comes(ilya, now)
    site.hours.all().delete()
    opened = (now + timedelta(minutes=5)).astimezone(ZoneInfo(site.time_zone))
    minute = opened.hour * 60 + opened.minute
    site.hours.create(weekday=opened.weekday(), opens=minute, closes=minute + 60)
    assert cause(site, now + timedelta(minutes=10)) == Cause.NOBODY


def test_a_department_without_anybody_and_none_at_all(site, ilya, first_line, now):
    Membership.objects.all().delete()
    assert cause(site, now) == Cause.PEOPLE
    site.departments.remove(first_line)
    assert cause(site, now) == Cause.DEPARTMENT


def test_a_site_that_is_always_open_is_shut_by_an_exception_alone():
    at = datetime(2026, 3, 2, 12, tzinfo=MOSCOW)
    assert shut_by(Schedule(MOSCOW, ALWAYS_OPEN, {at.date(): ()}), at) == Cause.EXCEPTION
