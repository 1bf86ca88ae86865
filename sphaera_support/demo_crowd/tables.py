"""Rows on their way into the database: gathered as text, stored by COPY or in one statement."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.db import connection, models, transaction

from chat.models import (
    Closing,
    Conversation,
    FieldValue,
    HistoryEntry,
    Message,
    MissedOffer,
    Ownership,
    PageView,
    RatingRequest,
    Ticket,
    TicketConversation,
    TicketEvent,
    Transfer,
    Visit,
    Visitor,
    Wait,
)
from chat.unchecked import may_leave_out, without_lookups
from operators.models import ChosenIntention, Lease

NULL = "\\N"  # as COPY has it
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def options_of(model: type[models.Model]) -> Any:
    return model._meta


# In the order in which they refer to each other. `terms` is no field of the model.
COLUMNS: dict[type[models.Model], tuple[str, ...]] = {
    model: (*(field.column for field in options_of(model).concrete_fields), *more)
    for model, more in (
        *((Lease, ()), (ChosenIntention, ()), (Visitor, ()), (Conversation, ()), (Message, ())),
        (HistoryEntry, ("terms",)),
        *((Ownership, ()), (Wait, ()), (Transfer, ()), (Closing, ()), (RatingRequest, ())),
        *((Ticket, ()), (TicketConversation, ()), (TicketEvent, ()), (MissedOffer, ())),
        *((FieldValue, ()), (Visit, ()), (PageView, ())),
    )
}
Row = Sequence[str]
Rows = dict[type[models.Model], list[Row]]


def when(seconds: float) -> str:
    """As both databases read it: in UTC, which is what their connections speak."""
    day, second = divmod(int(seconds), 24 * 3600)
    return _day(day) + _CLOCK[second]


@cache
def _day(number: int) -> str:
    return f"{EPOCH + timedelta(days=number):%Y-%m-%d}"


# Every second of a day: a history writes some twenty moments a conversation.
_CLOCK = [f" {n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}" for n in range(24 * 3600)]


class Tables:
    """What is to be stored together. Keys are taken from the database's own counters."""

    def __init__(self) -> None:
        self.rows: Rows = {model: [] for model in COLUMNS}
        self._keys: dict[type[models.Model], list[int]] = {}

    def add(self, model: type[models.Model], row: Row) -> None:
        self.rows[model].append(row)

    def key(self, model: type[models.Model]) -> str:
        keys = self._keys.get(model)
        if not keys:
            keys = self._keys[model] = _next_keys(model, 5000)
        return str(keys.pop())

    def take(self) -> Rows:
        """What there is, to be stored; there is nothing then."""
        taken, self.rows = self.rows, {model: [] for model in COLUMNS}
        return taken


@transaction.atomic
def store(rows: Rows) -> None:
    with _in_bulk() if connection.vendor == "postgresql" else nullcontext():
        for model, of_model in rows.items():
            if of_model:
                _store(options_of(model).db_table, COLUMNS[model], of_model)


@contextmanager
def _in_bulk() -> Iterator[None]:
    """What a row refers to was read or made by the same run: looking for it again would take as
    long as the storing does.
    """
    with connection.cursor() as cursor:
        cursor.execute(_AT_EASE)
    with without_lookups():
        yield


class Keeper:
    """Stores bundles while the next one is told, where the database lets two write at once; two at
    a time, where nothing asks which of them refers to the other.
    """

    def __init__(self) -> None:
        is_alone = connection.vendor != "postgresql" or connection.in_atomic_block
        self._most = 2 if may_leave_out() else 1
        self._threads = None if is_alone else ThreadPoolExecutor(self._most)
        self._storing: deque[Future[None]] = deque()

    def keep(self, tables: Tables) -> None:
        if self._threads is None:
            store(tables.take())
            return
        self._wait(self._most - 1)
        self._storing.append(self._threads.submit(_store_apart, tables.take()))

    def finish(self) -> None:
        """All of it is stored; raises what went wrong with the last."""
        self._wait(0)

    def _wait(self, most: int) -> None:
        while len(self._storing) > most:
            self._storing.popleft().result()


def _store_apart(rows: Rows) -> None:
    try:
        store(rows)
    finally:
        connection.close()


# The index of the history sorts what comes many together much sooner than bit by bit; kilobytes.
_AT_EASE = "SET LOCAL gin_pending_list_limit = 131072; SET LOCAL synchronous_commit = off"
_TAKE_MANY = """
    SELECT min(key), max(key)
    FROM (SELECT nextval(pg_get_serial_sequence('{table}', 'id')) AS key
        FROM generate_series(1, %s)) AS taken
"""
_TAKE = "UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s"
_TAKE_FIRST = "INSERT INTO sqlite_sequence (seq, name) VALUES (%s, %s)"


def _next_keys(model: type[models.Model], count: int) -> list[int]:
    """The least of them last."""
    table = options_of(model).db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_TAKE_MANY.format(table=table), [count])
            first, last = cursor.fetchone()
            if last - first < count:
                return list(range(last, first - 1, -1))
            # Somebody else took one between: these stay unused.
            return _next_keys(model, count)
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        last = found[0] if found else 0
        # Taken: whoever asks next, in the same transaction, begins behind them.
        cursor.execute(_TAKE if found else _TAKE_FIRST, [count, table])
        return list(range(last + count, last, -1))


def _store(table: str, columns: Iterable[str], rows: list[Row]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            raw: Any = cursor.cursor
            with raw.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                copy.write("".join(["\t".join(row) + "\n" for row in rows]))
            return
        marks = ", ".join(["%s"] * len(rows[0]))
        values = [[None if value == NULL else value for value in row] for row in rows]
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)  # nosec B608
