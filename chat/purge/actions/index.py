"""What was deleted is to be found nowhere in the files of the database.

SQLite keeps the words of an FTS5 table until their segments are merged, and pages in its log until
it is emptied. PostgreSQL has its vacuum, which needs nobody.
"""

import math
import time
from typing import Any

from django.db import connection

FEWEST, FIRST, MOST = 8, 16, 400  # pages of the index, for one step
MOST_STEPS = 100_000
BRIEFLY = 100  # milliseconds


def forget_for_good(*, aim: float, rest: float, within: float = math.inf) -> None:
    """A step is to last so many seconds, and others write for so many of its lengths after it.
    What is not done `within` so many seconds is left to the next purge.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        _merge(cursor, aim, rest, until=time.monotonic() + within)
        if not connection.in_atomic_block:
            _empty_log(cursor)


def _empty_log(cursor: Any) -> None:
    """If nobody is reading just now: meanwhile nobody can write."""
    patience = connection.settings_dict["OPTIONS"].get("timeout", 5) * 1000
    cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")  # most of it, while others write
    cursor.execute(f"PRAGMA busy_timeout = {BRIEFLY}")
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    cursor.execute(f"PRAGMA busy_timeout = {patience}")


def _merge(cursor: Any, aim: float, rest: float, *, until: float) -> None:
    """All segments into one, step by step, as the manual of FTS5 says: a negative number begins it,
    and a step that changed next to nothing was the last.
    """
    pages, sign = FIRST, -1
    for _step in range(MOST_STEPS):
        before, began = _changes(cursor), time.monotonic()
        cursor.execute(
            "INSERT INTO chat_historyterms (chat_historyterms, rank) VALUES ('merge', %s)",
            [sign * pages],
        )
        if _changes(cursor) - before < 2 or time.monotonic() > until:
            return
        seconds = time.monotonic() - began
        pages = max(FEWEST, min(MOST, 2 * pages, int(pages * aim / max(seconds, 0.001))))
        sign = 1
        time.sleep(rest * seconds)


def _changes(cursor: Any) -> int:
    cursor.execute("SELECT total_changes()")
    return int(cursor.fetchone()[0])
