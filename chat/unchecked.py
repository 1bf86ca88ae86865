"""Where it is known already what the database would look up for each row."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def may_leave_out() -> bool:
    """Whether PostgreSQL lets its user do so (docs/operations.md); SQLite knows no such thing."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
        return bool(cursor.fetchone()[0])


@contextmanager
def without_lookups() -> Iterator[None]:
    """In a transaction: no row is looked for that refers to one that goes, or that one refers to.
    Where we may not, all is as ever.
    """
    if not may_leave_out():
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = origin")
