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
def deadline(
    limit: timedelta,
    *,
    among: threading.BoundedSemaphore = places,
    on_one_core: bool = False,
) -> Iterator[None]:
    """Queries within end by then. Raises TookTooLong, also where no place got free in that time;
    whoever is not to take the places of people brings others. `on_one_core`: PostgreSQL shares them
    out to no processes beside.
    """
    if not among.acquire(timeout=limit.total_seconds()):
        raise TookTooLong
    try:
        is_postgresql = connection.vendor == "postgresql"
        with _of_postgresql(limit, on_one_core) if is_postgresql else _of_sqlite(limit):
            yield
    except OperationalError as error:
        is_ours = isinstance(error.__cause__, psycopg.errors.QueryCanceled)
        if is_ours or str(error) == "interrupted":
            raise TookTooLong from error
        raise
    finally:
        among.release()


@contextmanager
def _of_postgresql(limit: timedelta, on_one_core: bool) -> Iterator[None]:
    names = ["statement_timeout", *(["max_parallel_workers_per_gather"] if on_one_core else [])]
    values = [int(limit.total_seconds() * 1000), 0]
    with connection.cursor() as cursor:
        cursor.execute("; ".join(f"SET {name} = %s" for name in names), values[: len(names)])
        try:
            yield
        finally:  # to what the connection began with
            cursor.execute("; ".join(f"RESET {name}" for name in names))


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
