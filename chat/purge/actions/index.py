"""What was deleted is to be found nowhere in the files of the database.

SQLite keeps the words of an FTS5 table until their segments are merged, and pages in its log until
it is emptied. PostgreSQL has its vacuum, which needs nobody.
"""

import time
from typing import Any

from django.db import connection

PAGES = 200  # of the index, for one step: some tens of milliseconds
MOST_STEPS = 10_000
PAUSE = 0.01  # seconds between two, for others to write
BRIEFLY = 100  # milliseconds


def forget_for_good() -> None:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        _merge(cursor)
        if not connection.in_atomic_block:
            _empty_log(cursor)


def _empty_log(cursor: Any) -> None:
    """If nobody is reading just now: meanwhile nobody can write."""
    patience = connection.settings_dict["OPTIONS"].get("timeout", 5) * 1000
    cursor.execute(f"PRAGMA busy_timeout = {BRIEFLY}")
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    cursor.execute(f"PRAGMA busy_timeout = {patience}")


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
        time.sleep(PAUSE)


def _changes(cursor: Any) -> int:
    cursor.execute("SELECT total_changes()")
    return int(cursor.fetchone()[0])
