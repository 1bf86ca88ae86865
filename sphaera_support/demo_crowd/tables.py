"""Rows on their way into the database: gathered as text, stored by COPY or in one statement."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, models

from chat.models import (
    Closing,
    Conversation,
    HistoryEntry,
    Message,
    Ownership,
    RatingRequest,
    Ticket,
    TicketConversation,
    TicketEvent,
    Transfer,
    Visitor,
    Wait,
)
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
        *((Ticket, ()), (TicketConversation, ()), (TicketEvent, ())),
    )
}
Row = Sequence[str]


def when(seconds: float) -> str:
    """As both databases read it: in UTC, which is what their connections speak."""
    return (EPOCH + timedelta(seconds=int(seconds))).isoformat(" ")[:19]


class Tables:
    """What is to be stored together. Keys are taken from the database's own counters."""

    def __init__(self) -> None:
        self.rows: dict[type[models.Model], list[Row]] = {model: [] for model in COLUMNS}
        self._keys: dict[type[models.Model], list[int]] = {}

    def add(self, model: type[models.Model], row: Row) -> None:
        self.rows[model].append(row)

    def key(self, model: type[models.Model]) -> str:
        keys = self._keys.get(model)
        if not keys:
            keys = self._keys[model] = _next_keys(model, 2000)
        return str(keys.pop())

    def store(self) -> None:
        """The caller has opened a transaction."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(_IN_BULK)
        for model, rows in self.rows.items():
            if rows:
                _store(options_of(model).db_table, COLUMNS[model], rows)
                rows.clear()


# The index of the history sorts what comes many together much sooner than bit by bit; kilobytes.
_IN_BULK = "SET LOCAL gin_pending_list_limit = 131072; SET LOCAL synchronous_commit = off"
_TAKE = "UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s"
_TAKE_FIRST = "INSERT INTO sqlite_sequence (seq, name) VALUES (%s, %s)"


def _next_keys(model: type[models.Model], count: int) -> list[int]:
    """The least of them last."""
    table = options_of(model).db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            name = f"pg_get_serial_sequence('{table}', 'id')"
            cursor.execute(f"SELECT nextval({name}) FROM generate_series(1, %s)", [count])
            return [key for (key,) in cursor.fetchall()][::-1]
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
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", values)
