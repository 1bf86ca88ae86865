"""A query of the database that may take no longer than it is given, beside few like it: what others
do in the meantime needs the database too.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
from django.db import OperationalError, connection

# Steps of SQLite's machine between two looks at the clock: some milliseconds.
STEPS = 20_000
AT_ONCE = 4  # in a process

places = threading.BoundedSemaphore(AT_ONCE)


class TookTooLong(Exception):
    """It was given up; nothing waits for it any more."""


@contextmanager
def deadline(limit: timedelta, *, among: threading.BoundedSemaphore = places) -> Iterator[None]:
    """Queries within end by then. Raises TookTooLong, also where no place got free in that time;
    whoever is not to take the places of people brings others.
    """
    if not among.acquire(timeout=limit.total_seconds()):
        raise TookTooLong
    try:
        with _of_postgresql(limit) if connection.vendor == "postgresql" else _of_sqlite(limit):
            yield
    except OperationalError as error:
        is_ours = isinstance(error.__cause__, psycopg.errors.QueryCanceled)
        if is_ours or str(error) == "interrupted":
            raise TookTooLong from error
        raise
    finally:
        among.release()


@contextmanager
def _of_postgresql(limit: timedelta) -> Iterator[None]:
    with connection.cursor() as cursor:
        milliseconds = int(limit.total_seconds() * 1000)
        cursor.execute("SET statement_timeout = %s", [milliseconds])
        try:
            yield
        finally:
            cursor.execute("RESET statement_timeout")  # to what the connection began with


@contextmanager
def _of_sqlite(limit: timedelta) -> Iterator[None]:
    connection.ensure_connection()
    database: Any = connection.connection
    ends = time.monotonic() + limit.total_seconds()
    database.set_progress_handler(lambda: time.monotonic() > ends, STEPS)
    try:
        yield
    finally:
        database.set_progress_handler(None, STEPS)
