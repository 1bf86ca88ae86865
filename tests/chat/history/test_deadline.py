"""A search ends in time, whatever there is to look through."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from chat.history.deadline import AT_ONCE, TookTooLong, deadline, places

pytestmark = pytest.mark.django_db(transaction=True)

ENDLESS = """
    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n > 0)
    SELECT count(*) FROM number
"""


def asks(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def test_what_takes_longer_is_given_up():
    with pytest.raises(TookTooLong), deadline(timedelta(milliseconds=50)):
        asks(ENDLESS)


def test_afterwards_nothing_is_limited_so():
    with pytest.raises(TookTooLong), deadline(timedelta(milliseconds=50)):
        asks(ENDLESS)
    if connection.vendor == "postgresql":
        assert asks("SHOW statement_timeout") == "15s"
    assert asks("SELECT 1") == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="is one process")
def test_on_one_core_no_process_helps_with_it():
    name, long = "max_parallel_workers_per_gather", timedelta(seconds=5)
    usual = asks(f"SHOW {name}")
    with deadline(long, on_one_core=True):
        assert (asks(f"SHOW {name}"), asks("SHOW statement_timeout")) == ("0", "5s")
    with deadline(long):
        assert asks(f"SHOW {name}") == usual != "0"


def test_beside_many_others_it_is_given_up_before_it_begins():
    with ExitStack() as others:
        for _number in range(AT_ONCE):
            others.enter_context(places)
        with pytest.raises(TookTooLong), deadline(timedelta(milliseconds=10)):
            asks("SELECT 1")
    with deadline(timedelta(seconds=5)):
        assert asks("SELECT 1") == 1


def test_another_fault_stays_what_it_is():
    with pytest.raises(OperationalError), deadline(timedelta(seconds=5)):
        raise OperationalError("disk I/O error")
