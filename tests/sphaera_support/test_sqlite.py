"""Threads of a process wait for each other to write, without asking again and again."""

import threading

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from departments.models import Site

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="many may write"),
]
PATIENCE = 10


class Writer(threading.Thread):
    """Writes a key into the site, by a connection that never looks twice whether it may."""

    def __init__(self, key):
        super().__init__()
        self.key, self.begins, self.error = key, threading.Event(), None

    def run(self):
        try:
            connection.ensure_connection()
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA busy_timeout = 0")
            self.begins.set()
            with transaction.atomic():
                Site.objects.update(key=self.key)
        except DatabaseError as error:
            self.error = error
        finally:
            connection.close()


@pytest.fixture
def writer(site):
    return Writer("written")


def wait_until_it_waits(writer):
    writer.start()
    assert writer.begins.wait(PATIENCE)
    writer.join(0.2)
    assert writer.is_alive()


def ended(writer):
    writer.join(PATIENCE)
    assert not writer.is_alive()
    return writer.error


@pytest.mark.parametrize("end", ["commit", "rollback", "error", "close"])
def test_who_writes_after_another_waits_until_that_one_is_done(writer, site, end):
    try:
        with transaction.atomic():
            Site.objects.update(key="first")
            wait_until_it_waits(writer)
            if end == "rollback":
                transaction.set_rollback(True)
            if end == "error":
                raise ZeroDivisionError
            if end == "close":
                connection.close()
    except (ZeroDivisionError, DatabaseError):
        assert end in ("error", "close")
    assert ended(writer) is None
    site.refresh_from_db()
    assert site.key == "written"


def test_a_transaction_that_cannot_begin_keeps_nobody_waiting(writer, site):
    beside = connection.copy()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 0")
    with beside.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE")  # as another process does
        with pytest.raises(OperationalError), transaction.atomic():
            pass
        cursor.execute("ROLLBACK")
    beside.close()
    connection.close()
    writer.start()
    assert ended(writer) is None


def test_within_a_transaction_one_waits_for_nobody(site):
    with transaction.atomic(), transaction.atomic():
        Site.objects.update(key="inner")
    with transaction.atomic():
        Site.objects.update(key="next")
    site.refresh_from_db()
    assert site.key == "next"
