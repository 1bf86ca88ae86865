"""Looking through what was said, newest first, page by page.

Messages that match are few or many, and each needs another way. Few are found in the index, all of
them, and put in order then; many are met soon by walking back from the newest. Told to find the
newest twenty, PostgreSQL takes the second way for the rare as well, through the whole history, so
it is asked how many it expects and told which way to go; where it was wrong, the other is gone
after. FTS5 reads its index in the order of keys.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from chat.history.deadline import deadline
from chat.history.terms import Asked
from chat.models.conversations import ConversationQuerySet

PAGE = 20
LIMIT = timedelta(seconds=2)
# So many are found in the index sooner than by walking back…
FEW = 15_000
# …and where more are expected, this far is walked first.
WALK = 60_000


@dataclass(frozen=True)
class Wanted:
    """What is looked for, and where: only in `conversations`, None for all there are."""

    asked: Asked
    conversations: ConversationQuerySet | None
    since: datetime | None = None
    until: datetime | None = None
    # Where these are few: then each is looked through.
    within: ConversationQuerySet | None = None


def search(
    wanted: Wanted, *, before: int | None = None, after: int | None = None, most: int = PAGE
) -> list[int]:
    """Keys of messages: the newest that are older than `before`, or the oldest newer than `after`.

    Raises chat.history.deadline.TookTooLong.
    """
    with deadline(LIMIT):
        return _search(wanted, before=before, after=after, most=most)[0]


def neighbours_of(wanted: Wanted, key: int) -> tuple[int | None, int | None]:
    """Of what was found, the next one back in time and the next one on. Raises TookTooLong."""
    with deadline(LIMIT):
        older, are_many = _search(wanted, before=key, most=1)
        newer, _many = _search(wanted, after=key, most=1, are_many=are_many)
    return older[0] if older else None, newer[0] if newer else None


def _search(
    wanted: Wanted,
    *,
    before: int | None = None,
    after: int | None = None,
    most: int,
    are_many: bool | None = None,
) -> tuple[list[int], bool]:
    """And whether there are many; None where that is not known."""
    parts, of_match, of_seen = _parts(wanted, before=before, after=after)
    values = [*of_match, *of_seen, most]
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute(_SQLITE.format(**parts), values)
            return [key for (key,) in cursor.fetchall()], False
        if are_many is None and wanted.within is None:
            cursor.execute(_EXPECTED.format(**parts), of_match)
            if cursor.fetchone()[0][0]["Plan"]["Plan Rows"] > FEW:
                cursor.execute(_WALKED.format(**parts, end=f"LIMIT {WALK}"), values)
                if cursor.rowcount == most:
                    return [key for (key,) in cursor.fetchall()], True
        if not are_many:
            cursor.execute(_FOUND.format(**parts, few=FEW), values)
            count, keys = cursor.fetchone()
            if count <= FEW:
                return list(keys), False
        cursor.execute(_WALKED.format(**parts, end=FENCE), values)
        return [key for (key,) in cursor.fetchall()], True


# Keeps PostgreSQL from taking a query for a part of the one around it.
FENCE = "OFFSET 0"
_EXPECTED = """
    EXPLAIN (FORMAT JSON) SELECT FROM chat_historyentry entry
    WHERE entry.terms @@ %s::tsquery AND {start} AND {where}
"""
_FOUND = """
    WITH matched AS MATERIALIZED (
        SELECT entry.message_id, entry.conversation_id FROM chat_historyentry entry
        WHERE entry.terms @@ %s::tsquery AND {start} AND {where} LIMIT {few} + 1
    )
    SELECT (SELECT count(*) FROM matched), ARRAY(
        SELECT entry.message_id
        FROM (SELECT * FROM matched ORDER BY message_id {order} OFFSET 0) entry
        WHERE {seen} ORDER BY entry.message_id {order} LIMIT %s
    )
"""
_WALKED = """
    SELECT entry.message_id FROM (
        SELECT entry.*, entry.terms @@ %s::tsquery AS matches FROM chat_historyentry entry
        WHERE {start} ORDER BY entry.message_id {order} {end}
    ) entry
    WHERE entry.matches AND {where} AND {seen} ORDER BY entry.message_id {order} LIMIT %s
"""
_SQLITE = """
    SELECT entry.message_id
    FROM chat_historyterms CROSS JOIN chat_historyentry entry
        ON entry.message_id = chat_historyterms.rowid
    WHERE chat_historyterms MATCH %s AND {start} AND {where} AND {seen}
    ORDER BY chat_historyterms.rowid {order} LIMIT %s
"""


def _parts(
    wanted: Wanted, *, before: int | None, after: int | None
) -> tuple[dict[str, str], list[Any], tuple[Any, ...]]:
    """What the statements are put together from; the values of what matches, and of who sees it."""
    start, of_start = _start(before, after)
    where, of_where = _where(wanted)
    seen, of_seen = _seen(wanted.conversations)
    order = "ASC" if after is not None else "DESC"
    parts = {"start": start, "where": where, "seen": seen, "order": order}
    return parts, [_match(wanted), *of_start, *of_where], of_seen


def _match(wanted: Wanted) -> str:
    """Of terms, which have no sign that means something to either (chat.history.terms)."""
    quoted, between = ("'{}'", " & ") if connection.vendor == "postgresql" else ('"{}"', " AND ")
    return between.join(quoted.format(term) for term in sorted(wanted.asked.terms))


def _start(before: int | None, after: int | None) -> tuple[str, list[int]]:
    key = "entry.message_id" if connection.vendor == "postgresql" else "chat_historyterms.rowid"
    if before is not None:
        return f"{key} < %s", [before]
    return (f"{key} > %s", [after]) if after is not None else ("TRUE", [])


def _where(wanted: Wanted) -> tuple[str, list[Any]]:
    found = "strpos" if connection.vendor == "postgresql" else "instr"
    time = connection.ops.adapt_datetimefield_value
    conditions: list[tuple[str, Any]] = [
        ("entry.created_at >= %s", wanted.since and time(wanted.since)),
        ("entry.created_at < %s", wanted.until and time(wanted.until)),
        *((f"{found}(entry.folded, %s) > 0", literal) for literal in wanted.asked.literals),
    ]
    named = [(sql, value) for sql, value in conditions if value is not None]
    sqls, values = [sql for sql, _value in named], [value for _sql, value in named]
    if wanted.within is not None:
        sql, of_within = wanted.within.values("pk").query.sql_with_params()
        few = "= ANY(ARRAY({}))" if connection.vendor == "postgresql" else "IN ({})"
        sqls.append(f"entry.conversation_id {few.format(sql)}")
        values += of_within
    return " AND ".join(sqls) or "TRUE", values


def _seen(conversations: ConversationQuerySet | None) -> tuple[str, tuple[Any, ...]]:
    """Asked of each message that matches, and not gathered before of all that one may see."""
    if conversations is None:
        return "TRUE", ()
    this = conversations.order_by().filter(pk=RawSQL("entry.conversation_id", ())).values("pk")
    sql, values = this.query.sql_with_params()
    fence = FENCE if connection.vendor == "postgresql" else ""
    return f"EXISTS ({sql} {fence})", values
