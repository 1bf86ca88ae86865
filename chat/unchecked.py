"""Where it is known already what the database would look up for each row."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def without_lookups() -> Iterator[None]:
    """In a transaction: no row is looked for that refers to one that goes, or that one refers to.
    Only where PostgreSQL's user may say so (docs/operations.md); else all is as ever.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
        (may,) = cursor.fetchone()
        if may:
            cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        if may:
            cursor.execute("SET LOCAL session_replication_role = origin")
