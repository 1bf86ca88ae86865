"""The index of the history follows the log, in batches and behind it: for a message itself nothing
is done. Whoever searches has what was said last indexed first, so that nothing is missing.

What changes is indexed anew where it is changed; what is deleted goes by the database's own doing.
"""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, prefetch_related_objects
from django.utils import timezone

from chat.actions.locks import lock_history_cursor, lock_unindexed
from chat.history.terms import joined, terms_of
from chat.models import HistoryCursor, HistoryEntry, Message
from chat.wire import lines
from operators.prepared import Prepared

BATCH = 100
# Between two batches, seconds: SQLite has one writer, and messages come first.
PAUSE = 0.02
# No transaction lasts as long (PostgreSQL's timeouts, sphaera_support.settings): whatever had its
# key by then is there or never will be.
SETTLES_IN = timedelta(seconds=40)


def index_history(*, most: int = BATCH, at: datetime) -> int:
    """The next batch; how many there were. 0 also while another process is at it.

    What comes to light behind it is found with the next look from `done` on: when the log has
    settled further, or before by whoever searches.
    """
    return _index(most, at=at) if _is_due(at=at) else 0


def _index(most: int, *, at: datetime, anew: bool = False) -> int:
    with transaction.atomic():
        cursor = lock_history_cursor(at=at)
        if cursor is None:
            return 0
        newest = _newest()
        if at - cursor.newest_at >= SETTLES_IN:
            cursor.settled, cursor.newest, cursor.newest_at = cursor.newest, newest, at
            cursor.reached = cursor.done
        found = lock_unindexed(cursor.done if anew else cursor.looks_from, most)
        _store(found)
        cursor.reached = max(cursor.reached, found[-1].pk if len(found) == most else newest)
        cursor.done = max(cursor.done, min(cursor.reached, cursor.settled))
        cursor.save()
    return len(found)


def index_for(limit: timedelta) -> None:
    """Batch after batch, until there is no more, or for so long."""
    ends = time.monotonic() + limit.total_seconds()
    while index_history(most=BATCH, at=timezone.now()) == BATCH and time.monotonic() < ends:
        time.sleep(PAUSE)


def catch_up(limit: timedelta) -> None:
    """For whoever searches: until nothing is missing, or for so long; also beside another who is
    at it.
    """
    ends = time.monotonic() + limit.total_seconds()
    while _is_behind() and time.monotonic() < ends:
        if not _index(BATCH, at=timezone.now(), anew=True):
            time.sleep(PAUSE)


def _is_behind() -> bool:
    """Whether a search would miss something."""
    missing = _missing.first()
    return missing is None or missing


_missing = Prepared(
    lambda: HistoryCursor.objects.filter(pk=1).values_list(
        Exists(Message.objects.unindexed(OuterRef("done"))), flat=True
    )
)


def _is_due(*, at: datetime) -> bool:
    """Whether there is something to do; mostly there is not, and nobody is kept from writing."""
    cursor, newest = _cursor.first(), _newest()
    if cursor is None or newest > cursor.looks_from:
        return True
    return at - cursor.newest_at >= SETTLES_IN and cursor.done < newest


_cursor = Prepared(lambda: HistoryCursor.objects.filter(pk=1))


def _newest() -> int:
    return _keys.first() or 0


_keys = Prepared(lambda: Message.objects.order_by("-pk").values_list("pk", flat=True)[:1])


def index_anew(message: Message) -> None:
    """Its words are others, or it is taken back. Its caller has changed its row just now."""
    HistoryEntry.objects.filter(pk=message.pk).delete()
    if message.retracted_at is None:
        _store([message])


# A message that was read before it changed has its row already, from whoever changed it.
_INSERT = """
    INSERT INTO chat_historyentry (message_id, conversation_id, created_at, folded, terms)
    VALUES {rows} ON CONFLICT (message_id) DO NOTHING
"""
_ROW = {"postgresql": "(%s, %s, %s, %s, %s::tsvector)", "sqlite": "(%s, %s, %s, %s, %s)"}


def _store(messages: list[Message]) -> None:
    if not messages:
        return
    prefetch_related_objects([m for m in messages if m.may_carry_files], "attachments")
    rows = ", ".join([_ROW[connection.vendor]] * len(messages))
    values: list[Any] = [value for message in messages for value in _row(message)]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT.format(rows=rows), values)


def _row(message: Message) -> Iterable[Any]:
    files = message.attachments.all() if message.may_carry_files else []
    folded = joined([lines.for_staff(message), *(file.name for file in files)])
    created_at = connection.ops.adapt_datetimefield_value(message.created_at)
    terms = " ".join(sorted(terms_of(folded)))
    return message.pk, message.conversation_id, created_at, folded, terms
