"""The index of the history follows the log, in batches and behind it: for a message itself nothing
is done. Whoever searches has what was said last indexed first, so that nothing is missing.

What changes is indexed anew where it is changed; what is deleted goes by the database's own doing.
"""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, prefetch_related_objects
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
    """The next batch; how many there were. 0 also while another process is at it."""
    if not is_behind(at=at):
        return 0
    with transaction.atomic():
        cursor = lock_history_cursor(at=at)
        if cursor is None:
            return 0
        if at - cursor.newest_at >= SETTLES_IN:
            cursor.settled, cursor.newest, cursor.newest_at = cursor.newest, _newest(), at
        found = lock_unindexed(cursor.done, most)
        _store(found)
        reached = found[-1].pk if len(found) == most else cursor.settled
        cursor.done = max(cursor.done, min(reached, cursor.settled))
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
    while is_behind(at=timezone.now()) and time.monotonic() < ends:
        if not index_history(at=timezone.now()):
            time.sleep(PAUSE)


def is_behind(*, at: datetime) -> bool:
    """Whether there is something to do; mostly there is not, and nobody is kept from writing."""
    cursor: Any = _cursor.first()
    if cursor is None or cursor.is_behind:
        return True
    is_due = at - cursor.newest_at >= SETTLES_IN
    return is_due and int(cursor.done) < _newest()


_cursor = Prepared(
    lambda: HistoryCursor.objects.filter(pk=1).annotate(
        is_behind=Exists(Message.objects.unindexed(OuterRef("done")))
    )
)


def _newest() -> int:
    return Message.objects.aggregate(key=Max("pk"))["key"] or 0


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
