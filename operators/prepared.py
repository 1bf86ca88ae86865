"""Queries of the ways that everybody goes all day: put together once, and asked with other values.

Django puts a query together anew each time, which takes many times as long as asking it.
"""

import json
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from inspect import signature
from typing import Any, Generic, TypeVar
from uuid import UUID
from weakref import WeakSet

import psycopg
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, models
from django.db.models.expressions import Expression, Func
from django.db.models.query import (
    FlatValuesListIterable,
    ModelIterable,
    ValuesIterable,
    ValuesListIterable,
    get_related_populators,
)
from django.db.models.sql.subqueries import UpdateQuery
from django.db.transaction import TransactionManagementError
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus
from psycopg.types.numeric import Int8

Row = TypeVar("Row")
Rows = list[list[str | None]]  # as PostgreSQL tells them in words


class Slot(Expression):
    """Stands in a query for a value that is not known yet, or a moment some time beside it."""

    def __init__(self, name: str, shift: timedelta | None = None) -> None:
        super().__init__(output_field=models.Field())
        self.name, self.shift = name, shift

    def __add__(self, other: timedelta) -> "Slot":  # type: ignore[override]
        return Slot(self.name, other + (self.shift or timedelta()))

    def __sub__(self, other: timedelta) -> "Slot":  # type: ignore[override]
        return self + -other

    def value_of(self, values: dict[str, Any]) -> Any:
        value = values[self.name]
        return _adapted(value if self.shift is None else value + self.shift)

    def as_sql(self, *_compiler: Any, **_more: Any) -> Any:
        return "%s", [self]


class Among(Func):
    """For `filter`: a column is one of a list, however long."""

    output_field = models.BooleanField()
    template = "(%(expressions)s))"
    arg_joiner = " = ANY("

    def __init__(self, column: str, listed: Slot) -> None:
        super().__init__(models.F(column), listed)

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        joiner = " IN (SELECT value FROM json_each("
        more |= {"template": "(%(expressions)s)))", "arg_joiner": joiner}
        return super().as_sql(compiler, connection, **more)


class Prepared(Generic[Row]):
    """Of whole rows, with those that come by `select_related` and what is annotated, or of columns
    (`values`, `values_list`).

    `make` is called once, with a stand-in for each of its parameters; values are given by the same
    names, as the column has them: of a row its key. None means NULL, which nothing is equal to.
    """

    def __init__(self, make: Callable[..., models.QuerySet[Any, Row]]) -> None:
        self._make = make
        self._asked: _Asked | None = None

    def all(self, **values: Any) -> list[Row]:
        if self._asked is None:
            self._asked = _Asked(self._make(**_slots(self._make)))
        return list(self._asked.rows(values))

    def first(self, **values: Any) -> Row | None:
        """Of those that are found; the query itself says how many that may be."""
        found = self.all(**values)
        return found[0] if found else None


class PreparedUpdate:
    """`make` gives the rows and what to set them to."""

    def __init__(
        self, make: Callable[..., tuple[models.QuerySet[Any, Any], dict[str, Any]]]
    ) -> None:
        self._make = make
        self._statement: tuple[str, tuple[Any, ...]] | None = None

    def run(self, **values: Any) -> int:
        """How many rows there were."""
        if self._statement is None:
            rows, changes = self._make(**_slots(self._make))
            update: Any = rows.query.chain(UpdateQuery)
            update.add_update_values(changes)
            self._statement = update.get_compiler(connection=connection).as_sql()
        with _asking() as cursor:
            cursor.execute(self._statement[0], _told(self._statement[1], values))
            return int(cursor.rowcount)


class Planned:
    """A statement for PostgreSQL alone, asked so often that what is done around it would cost as
    much as itself: no cursor, no adapting, and the way there and back in one call.

    Values (`$1`, `$2`) and what comes back are text; None stands for NULL.
    """

    def __init__(self, name: str, sql: str) -> None:
        self.name, self._sql = name.encode(), sql.encode()
        self._planned_by: WeakSet[Any] = WeakSet()

    def rows(self, values: Iterable[str]) -> Rows:
        ours: Any = connections[DEFAULT_DB_ALIAS]
        told = list(values)
        ours.close_if_health_check_failed()
        ours.ensure_connection()
        with ours.wrap_database_errors:
            ask = self._asked if ours.connection.autocommit else self._asked_within
            return rows_of(ask(ours.connection, told))

    def _asked_within(self, session: Any, told: list[str]) -> Any:
        """A transaction, which is psycopg's to begin."""
        with psycopg.RawCursor(session) as cursor:
            cursor.execute(self._sql, told, prepare=True)
            return cursor.pgresult

    def _asked(self, session: Any, told: list[str]) -> Any:
        pgconn, values = session.pgconn, encoded(told)
        if session not in self._planned_by:
            self._plan(session)
        result = pgconn.exec_prepared(self.name, values)
        if result.error_field(DiagnosticField.SQLSTATE) == FORGOTTEN:
            self._plan(session)
            result = pgconn.exec_prepared(self.name, values)
        return succeeded(pgconn, result)

    def _plan(self, session: Any) -> None:
        """After a rollback psycopg has everything forgotten that was planned."""
        self.plan(session.pgconn)
        self._planned_by.add(session)

    def plan(self, pgconn: Any) -> None:
        succeeded(pgconn, pgconn.prepare(self.name, self._sql))


FORGOTTEN = b"26000"  # psycopg.errors.InvalidSqlStatementName


def encoded(values: Iterable[str]) -> list[bytes]:
    """As libpq takes them."""
    told = [value.encode() for value in values]
    if any(b"\0" in value for value in told):
        raise psycopg.DataError("Text holds no NUL.")  # libpq would take what is before it
    return told


def rows_of(found: Any) -> Rows:
    """Of libpq's answer."""
    return [
        [_text(found.get_value(row, column)) for column in range(found.nfields)]
        for row in range(found.ntuples)
    ]


def succeeded(pgconn: Any, result: Any) -> Any:
    """The answer, or the error that it is."""
    if result.status in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        return result
    if pgconn.status == ConnStatus.BAD:
        raise psycopg.OperationalError(pgconn.get_error_message())
    raise psycopg.errors.error_from_result(result)


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode()


def insert(row: models.Model) -> None:
    """What `save(force_insert=True)` does, of a model without parents."""
    fields, statement = _insertion(type(row), connection.vendor)
    told = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with _asking() as cursor:
        cursor.execute(statement, _typed(told))
        is_told = connection.vendor == "postgresql"
        row.pk = cursor.fetchone()[0] if is_told else cursor.lastrowid
    state = row._state  # noqa: SLF001
    state.adding, state.db = False, connection.alias


def update(row: models.Model, names: Iterable[str]) -> None:
    """What `save(update_fields=names)` does, of a model without parents."""
    fields, statement = _change(type(row), frozenset(names))
    told = [field.get_db_prep_save(field.pre_save(row, False), connection) for field in fields]
    with _asking() as cursor:
        cursor.execute(statement, _typed([*told, row.pk]))
        if not cursor.rowcount:
            raise DatabaseError(f"{row!r} is not there any more.")


@cache
def _insertion(model: type[models.Model], vendor: str) -> tuple[list[Any], str]:
    meta: Any = model._meta
    fields = [field for field in meta.local_concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    into = f'INSERT INTO "{meta.db_table}" ({columns}) VALUES ({marks})'  # nosec B608  our names
    return fields, f'{into} RETURNING "{meta.pk.column}"' if vendor == "postgresql" else into


@cache
def _change(model: type[models.Model], names: frozenset[str]) -> tuple[list[Any], str]:
    meta: Any = model._meta
    fields = [meta.get_field(name) for name in sorted(names)]
    changes = ", ".join(f'"{field.column}" = %s' for field in fields)
    key = meta.pk.column
    return fields, f'UPDATE "{meta.db_table}" SET {changes} WHERE "{key}" = %s'  # nosec B608


def _slots(make: Callable[..., Any]) -> dict[str, Slot]:
    return {name: Slot(name) for name in signature(make).parameters}


def _told(parameters: Sequence[Any], values: dict[str, Any]) -> list[Any]:
    return _typed(one.value_of(values) if isinstance(one, Slot) else one for one in parameters)


def _asking() -> Any:
    """A cursor of PostgreSQL that plans what is asked often once a connection: Django's own puts
    the values into the text, and so each would be planned anew. It can tell what it asked.
    """
    ours: Any = connections[DEFAULT_DB_ALIAS]  # once: `connection` looks for it at each step
    if ours.vendor != "postgresql" or ours.queries_logged:
        return ours.cursor()
    ours.close_if_health_check_failed()
    ours.ensure_connection()
    with ours.wrap_database_errors:
        return ours._prepare_cursor(psycopg.Cursor(ours.connection))  # noqa: SLF001


def _typed(values: Iterable[Any]) -> list[Any]:
    """Numbers with one type for all: by default it is that of the value's size, and for each
    PostgreSQL would plan anew.
    """
    if connection.vendor != "postgresql":
        return list(values)
    return [Int8(value) if type(value) is int else value for value in values]


class _Asked:
    def __init__(self, query: models.QuerySet[Any, Any]) -> None:
        self._compiler: Any = query.query.get_compiler(connection=connection)
        can_lock = connection.features.has_select_for_update
        self._locks = can_lock and query.query.select_for_update
        self.sql, self.parameters = self._compiler.as_sql()
        self._converters = self._compiler.get_converters(
            [column for column, _sql, _alias in self._compiler.select]
        )
        made: Any = query._iterable_class  # noqa: SLF001
        ways: dict[Any, Callable[[Any], Any]] = {
            ModelIterable: self._instance,
            FlatValuesListIterable: operator.itemgetter(0),
            ValuesListIterable: tuple,
            ValuesIterable: lambda row: dict(zip(self._columns, row, strict=True)),
        }
        self._row = ways[made]
        self._columns = tuple(query.query.selected or ())
        if made is ModelIterable:
            self._read_models()

    def _read_models(self) -> None:
        info, select = self._compiler.klass_info, self._compiler.select
        columns = info["select_fields"]
        self._model = info["model"]
        self._own = slice(columns[0], columns[-1] + 1)
        self._names = [column.target.attname for column, _sql, _alias in select[self._own]]
        populators: Any = get_related_populators
        self._related = populators(info, select, connection.alias)
        self._annotated = dict(self._compiler.annotation_col_map or {})

    def rows(self, values: dict[str, Any]) -> Iterator[Any]:
        if self._locks and not connection.in_atomic_block:
            raise TransactionManagementError("Nothing is locked outside of a transaction.")
        with _asking() as cursor:
            cursor.execute(self.sql, _told(self.parameters, values))
            found: Any = cursor.fetchall()
        return map(self._row, self._compiler.apply_converters(found, self._converters))

    def _instance(self, row: Any) -> Any:
        one = self._model.from_db(connection.alias, self._names, row[self._own])
        for related in self._related:
            related.populate(row, one)
        for name, place in self._annotated.items():
            setattr(one, name, row[place])
        return one


def _adapted(value: Any) -> Any:
    """As the database keeps it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list):
        return value if connection.vendor == "postgresql" else json.dumps([*map(_adapted, value)])
    if isinstance(value, UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    return value
