"""The facts behind a status, as the database has them."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from chat.queue.availability import read_present, read_rules, take_snapshot
from departments.models import Membership
from operators import presence
from operators.models import Lease


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def ilya_there(ilya, now):
    presence.take_place(ilya, uuid4(), at=now)
    return ilya


def status(site, now):
    return take_snapshot(read_rules(), at=now).status(site.pk)


def test_an_operator_in_the_zone_makes_the_site_online(site, ilya_there, now):
    assert status(site, now) == ("online", "ok")


def test_an_operator_whose_lease_ran_out_does_not(site, ilya_there, now):
    assert status(site, now + Lease.VALID) == ("offline", "nobody")


def test_what_the_operator_chose_counts(site, ilya_there, now):
    ilya_there.intention = "busy"
    ilya_there.save()
    assert read_present(now) == {ilya_there.pk: "busy"}
    assert status(site, now) == ("offline", "nobody")


def test_a_deactivated_account_is_not_present(site, ilya_there, now):
    ilya_there.is_active = False
    ilya_there.save()
    assert read_present(now) == {}


def test_levels_two_and_three_take_no_new_visitors(site, anton, kamila, now):
    for operator in (anton, kamila):
        presence.take_place(operator, uuid4(), at=now)
    assert status(site, now) == ("offline", "nobody")


def test_an_operator_of_another_site_does_not_count(site, zoya, now):
    presence.take_place(zoya, uuid4(), at=now)
    assert status(site, now) == ("offline", "nobody")


def test_an_administrator_counts_when_placed_in_a_department(site, elena, first_line, now):
    presence.take_place(elena, uuid4(), at=now)
    assert status(site, now) == ("offline", "nobody")
    Membership.objects.create(account=elena, department=first_line)
    assert status(site, now) == ("online", "ok")


def test_a_site_without_hours_is_shut(site, ilya_there, now):
    site.hours.all().delete()
    assert status(site, now) == ("offline", "hours")


def test_an_exceptional_day_overrules_the_week(site, ilya_there, now):
    today = now.astimezone(read_rules()[site.pk].schedule.time_zone).date()
    site.exceptional_days.create(on=today, spans=[])
    assert status(site, now) == ("offline", "hours")


def test_a_site_that_was_put_off_is_not_served(site, ilya_there, now):
    site.is_active = False
    site.save()
    assert status(site, now)[0] == "offline"


def test_the_hours_are_read_in_the_zone_of_the_site(site, ilya_there, now):
    site.hours.all().delete()
    site.time_zone = "Asia/Vladivostok"
    site.save()
    local = now.astimezone(read_rules()[site.pk].schedule.time_zone)
    minute = local.hour * 60 + local.minute
    site.hours.create(weekday=local.weekday(), opens=minute, closes=minute + 1)
    assert status(site, now) == ("online", "ok")
    assert status(site, now + timedelta(minutes=1)) == ("offline", "hours")


def openings(site, now):
    return take_snapshot(read_rules(), at=now).openings.get(site.pk)


MONDAY_MORNING = datetime(2026, 3, 2, 6, tzinfo=UTC)  # 9 in Moscow
SATURDAY = datetime(2026, 2, 28, 9, tzinfo=UTC)


@pytest.fixture
def working_days(site):
    site.hours.all().delete()
    for weekday in range(5):
        site.hours.create(weekday=weekday, opens=9 * 60, closes=18 * 60)
    return site


def test_a_closed_site_says_when_it_opens(working_days):
    assert openings(working_days, SATURDAY) == MONDAY_MORNING


def test_an_open_one_does_not(working_days):
    assert openings(working_days, MONDAY_MORNING) is None


def test_a_holiday_puts_the_opening_off(working_days):
    working_days.exceptional_days.create(on=date(2026, 3, 2), spans=[[12 * 60, 15 * 60]])
    assert openings(working_days, SATURDAY) == MONDAY_MORNING + timedelta(hours=3)


def test_where_no_day_is_open_nothing_is_promised(site, now):
    site.hours.all().delete()
    assert openings(site, now) is None


def test_rules_that_are_kept_look_further_once_the_opening_is_past(working_days):
    rules = read_rules()
    moments = [SATURDAY, SATURDAY + timedelta(hours=1), MONDAY_MORNING + timedelta(hours=10)]
    found = [take_snapshot(rules, at=at).openings[working_days.pk] for at in moments]
    assert found == [MONDAY_MORNING, MONDAY_MORNING, MONDAY_MORNING + timedelta(days=1)]
