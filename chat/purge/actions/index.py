"""What was deleted is to be found nowhere in the files of the database.

SQLite keeps the words of an FTS5 table until their segments are merged, and pages in its log until
it is emptied. PostgreSQL has its vacuum, which needs nobody.
"""

from typing import Any

from django.db import connection

PAGES = 200  # of the index, for one step: some tens of milliseconds
MOST_STEPS = 10_000


def forget_for_good() -> None:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        _merge(cursor)
        if not connection.in_atomic_block:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _merge(cursor: Any) -> None:
    """All segments into one, step by step, as the manual of FTS5 says: a negative number begins it,
    and a step that changed next to nothing was the last.
    """
    pages = -PAGES
    for _step in range(MOST_STEPS):
        before = _changes(cursor)
        cursor.execute(
            "INSERT INTO chat_historyterms (chat_historyterms, rank) VALUES ('merge', %s)", [pages]
        )
        if _changes(cursor) - before < 2:
            return
        pages = PAGES


def _changes(cursor: Any) -> int:
    cursor.execute("SELECT total_changes()")
    return int(cursor.fetchone()[0])
