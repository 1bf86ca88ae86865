"""The index of the history follows the log, in batches and behind it: for a message itself nothing
is done. Whoever searches has what was said last indexed first, so that nothing is missing.

What changes is indexed anew where it is changed; what is deleted goes by the database's own doing.
"""

import time
from datetime import datetime, timedelta
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from chat.actions.locks import UNCHANGED_MESSAGES
from chat.actions.posts import made_of
from chat.history.terms import joined, terms_of
from chat.models import HistoryCursor, HistoryEntry, Message
from chat.wire import lines
from operators.prepared import Prepared, PreparedUpdate

BATCH = 100
# Keys that a batch looks through: most are indexed already, and are looked at all the same.
LOOKS_AT = 1000
# Between two batches, seconds: SQLite has one writer, and messages come first.
PAUSE = 0.02
# No transaction lasts as long (PostgreSQL's timeouts, sphaera_support.settings): whatever had its
# key by then is there or never will be.
SETTLES_IN = timedelta(seconds=40)


class Batch(NamedTuple):
    """How many messages were indexed, and whether there is more to look at."""

    indexed: int
    is_more: bool


NOTHING = Batch(0, is_more=False)


def index_history(*, most: int = BATCH, at: datetime) -> Batch:
    """The next batch; nothing also where another process was at it meanwhile.

    What comes to light behind it is found with the next look from `done` on: when the log has
    settled further, or before by whoever searches.
    """
    cursor, newest = _cursor.first() or _begin(at), _newest()
    settles = at - cursor.newest_at >= SETTLES_IN
    if newest <= cursor.looks_from and not (settles and cursor.done < newest):
        return NOTHING
    before = {"done": cursor.done, "reached": cursor.reached, "newest_at": cursor.newest_at}
    if settles:
        cursor.settled, cursor.newest, cursor.newest_at = cursor.newest, newest, at
        cursor.reached = cursor.done
    until = _key_beyond(cursor.looks_from) or newest
    found = _unindexed(cursor.looks_from, until, most)
    cursor.reached = max(cursor.reached, found[-1].pk if len(found) == most else until)
    cursor.done = max(cursor.done, min(cursor.reached, cursor.settled))
    rows = _rows_of(found)
    with transaction.atomic():
        if not _moved.run(**before, **_position(cursor)):
            return NOTHING
        _store(rows)
    return Batch(len(found), cursor.reached < newest)


def _begin(at: datetime) -> HistoryCursor:
    return HistoryCursor.objects.get_or_create(pk=1, defaults={"newest_at": at})[0]


def _position(cursor: HistoryCursor) -> dict[str, Any]:
    names = ("done", "reached", "settled", "newest", "newest_at")
    return {f"to_{name}": getattr(cursor, name) for name in names}


# Whoever moves it moves one of the first three.
_moved = PreparedUpdate(
    lambda done, reached, newest_at, to_done, to_reached, to_settled, to_newest, to_newest_at: (
        HistoryCursor.objects.filter(done=done, reached=reached, newest_at=newest_at),
        {
            "done": to_done,
            "reached": to_reached,
            "settled": to_settled,
            "newest": to_newest,
            "newest_at": to_newest_at,
        },
    )
)


def index_for(limit: timedelta) -> None:
    """Batch after batch, until there is no more, or for so long."""
    ends = time.monotonic() + limit.total_seconds()
    while index_history(most=BATCH, at=timezone.now()).is_more and time.monotonic() < ends:
        time.sleep(PAUSE)


def catch_up(limit: timedelta) -> None:
    """For whoever searches: until nothing is missing, or for so long; also beside another who is
    at it, and who alone says how far it has come.
    """
    ends, reached, furthest = time.monotonic() + limit.total_seconds(), 0, 0
    while time.monotonic() < ends:
        missing = _first_missing(reached)
        if missing is None and not reached:
            return
        if missing is None:
            reached = 0  # what another has may still be missing
            continue
        if missing <= furthest:
            time.sleep(PAUSE)
        reached = _index_from(missing)
        furthest = max(furthest, reached)


def _first_missing(reached: int) -> int | None:
    """What a search would miss; nobody is kept from writing by looking for it."""
    cursor = _cursor.first()
    key: int | None = _missing.first(after=max(reached, cursor.done if cursor else 0))
    return key


def _index_from(missing: int) -> int:
    """The last key of a batch."""
    found = _unindexed(missing - 1, _key_beyond(missing) or _newest(), BATCH)
    _store(_rows_of(found))
    return found[-1].pk if found else missing


_missing = Prepared(
    lambda after: Message.objects.unindexed(after).order_by("pk").values_list("pk", flat=True)[:1]
)
_cursor = Prepared(lambda: HistoryCursor.objects.filter(pk=1))


def _newest() -> int:
    return _keys.first() or 0


_keys = Prepared(lambda: Message.objects.order_by("-pk").values_list("pk", flat=True)[:1])


def _key_beyond(key: int) -> int | None:
    """The last of those that a batch looks at; None where the log ends before."""
    return _keys_beyond(LOOKS_AT).first(key=key)


@cache
def _keys_beyond(most: int) -> Prepared[int]:
    return Prepared(
        lambda key: (
            Message.objects.filter(pk__gt=key)
            .order_by("pk")
            .values_list("pk", flat=True)[most - 1 : most]
        )
    )


def _unindexed(after: int, until: int, most: int) -> list[Message]:
    """The first of what is beyond one key and not beyond the other."""
    found = _unread(most).all(after=after, until=until)
    return [made_of(Message, dict(zip(_COLUMNS, row, strict=True))) for row in found]


# What the words of a message are made of.
_COLUMNS = ("id", "kind", "text", "code", "params", "amends_id", "retracted_at")


@cache
def _unread(most: int) -> Prepared[Any]:
    return Prepared(
        lambda after, until: (
            Message.objects.unindexed(after)
            .filter(pk__lte=until)
            .order_by("pk")
            .values_list(*_COLUMNS)[:most]
        )
    )


def index_anew(message: Message) -> None:
    """Its words are others, or it is taken back. Its caller has changed its row just now."""
    HistoryEntry.objects.filter(pk=message.pk).delete()
    _store(_rows_of([message]))


# What was taken back since it was read is found by nothing, and what was corrected has its row from
# whoever did so.
_INSERT = """
    INSERT INTO chat_historyentry (message_id, conversation_id, created_at, folded, terms)
    SELECT said.id, said.conversation_id, said.created_at, row.column2, row.column3{terms}
    FROM (VALUES {rows}) row JOIN chat_message said ON said.id = row.column1
    WHERE said.retracted_at IS NULL {unchanged} ON CONFLICT (message_id) DO NOTHING
"""
_OF = {
    "postgresql": {"terms": "::tsvector", "unchanged": UNCHANGED_MESSAGES},
    "sqlite": {"terms": "", "unchanged": ""},
}


def _store(rows: list[Any]) -> None:
    """As few steps as may be: SQLite has one writer, and for each step Python's other threads are
    waited for.
    """
    if not rows:
        return
    marks = ", ".join(["(%s, %s, %s)"] * len(rows))
    with connection.cursor() as cursor:
        statement = _INSERT.format(rows=marks, **_OF[connection.vendor])
        cursor.execute(statement, list(chain.from_iterable(rows)))


def _rows_of(messages: list[Message]) -> list[tuple[int, str, str]]:
    prefetch_related_objects([m for m in messages if m.may_carry_files], "attachments")
    return [_row(message) for message in messages]


def _row(message: Message) -> tuple[int, str, str]:
    """Its key, its words folded, and what it is found by."""
    files = message.attachments.all() if message.may_carry_files else []
    folded = joined([lines.for_staff(message), *(file.name for file in files)])
    return message.pk, folded, " ".join(sorted(terms_of(folded)))
