"""Rows of every table as lines that either kind of database writes alike, and reads.

A line is a JSON list of one row's columns, in the order that the header of a backup names them.
"""

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models

# Django's own, which each database makes; sessions, since who restores signs in anew.
LEFT_OUT_APPS = {"contenttypes", "auth", "sessions"}
# The index is built anew; archives of personal data are a day's.
LEFT_OUT = {"chat.HistoryEntry", "chat.HistoryCursor", "chat.DataArchive"}
# There for the length of a transaction alone, in which the log of changes may be written over.
UNTOUCHED = {"operators.RetentionPass"}
BATCH = 500

Model = type[models.Model]


def tables() -> list[Model]:
    """All that are moved, tables between two models included."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        if model._meta.app_label not in LEFT_OUT_APPS
        if model._meta.label not in LEFT_OUT | UNTOUCHED
    ]


def emptied() -> list[Model]:
    """What does not come back, and says nothing of what does."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label in LEFT_OUT or model._meta.app_label == "sessions"
    ]


def columns_of(model: Model) -> list[str]:
    return [field.column for field in _fields(model)]


def _fields(model: Model) -> Sequence[Any]:
    return model._meta.concrete_fields


def lines_of(model: Model) -> Iterator[str]:
    """In the order of keys."""
    names = [field.attname for field in _fields(model)]
    rows: Any = models.QuerySet(model).order_by("pk").values_list(*names)
    for row in rows.iterator(BATCH):
        yield json.dumps(
            [_plain(value) for value in row], ensure_ascii=False, sort_keys=True, allow_nan=False
        )


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta():
            return value // timedelta(microseconds=1)
        case UUID() | Decimal():
            return str(value)
        case bytes() | memoryview():
            return base64.b64encode(bytes(value)).decode()
        case None | bool() | int() | float() | str() | list() | dict():
            return value
    raise TypeError(f"No way to write {type(value).__name__}")


_READ: dict[str, Callable[[Any], Any]] = {
    "DateTimeField": datetime.fromisoformat,
    "DateField": date.fromisoformat,
    "TimeField": time.fromisoformat,
    "DurationField": lambda count: timedelta(microseconds=count),
    "UUIDField": UUID,
    "DecimalField": Decimal,
    "BinaryField": base64.b64decode,
}


def write_lines(model: Model, lines: list[str]) -> None:
    """Into the table, as they are; keys included."""
    fields = [(field, _reader(field)) for field in _fields(model)]
    rows = []
    for line in lines:
        values = json.loads(line)
        if len(values) != len(fields):
            raise ValueError(f"A row of {model._meta.label} has {len(values)} columns")
        rows.append(
            [
                field.get_db_prep_save(None if value is None else read(value), connection)
                for (field, read), value in zip(fields, values, strict=True)
            ]
        )
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in columns_of(model))
    places = ", ".join(["%s"] * len(fields))
    table = quote(model._meta.db_table)
    # Names are the models' own.
    statement = f"INSERT INTO {table} ({names}) VALUES ({places})"  # nosec B608
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def _reader(field: Any) -> Callable[[Any], Any]:
    kind = field.target_field if field.is_relation else field
    return _READ.get(kind.get_internal_type(), lambda value: value)
