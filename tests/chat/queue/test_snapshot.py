"""The facts behind a status, as the database has them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from chat.queue.availability import read_present, read_rules, status_now
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
    return status_now(site.pk, None, at=now)


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
