"""All that goes with some rows, by the graph (chat.belongings).

Keys are found from the root on, rows deleted towards it. Each statement is put together once, and
reads one table by one index: so what the database believes of tables that are half empty by now
decides nothing, and where nothing was found nothing further is asked.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models.expressions import RawSQL

from chat.belongings import ALIKE, GOES, MESSAGE, UNTIES, Rows, rows_of
from chat.models import PurgeRun
from chat.purge.actions.doomed import BYTES, doom
from chat.unchecked import without_lookups

Keys = Sequence[int]

# To these others belong.
OWNERS = frozenset(owner for ways in GOES.values() for owner in ways)


@dataclass(frozen=True)
class Way:
    """By this column a row belongs to one of `owner`."""

    owner: str
    table: str
    column: str
    key: str

    @cached_property
    def theirs(self) -> str:
        """Whose only parameter are the owners' keys."""
        return f'FROM "{self.table}" WHERE "{self.column}" {_among()}'

    @cached_property
    def untie(self) -> str:
        untied = f'"{self.column}" = NULL WHERE "{self.column}" {_among()}'
        return f'UPDATE "{self.table}" SET {untied}'  # nosec B608  names of our own models


def _among() -> str:
    if connection.vendor == "postgresql":
        return "= ANY(%s::bigint[])"
    return "IN (SELECT value FROM json_each(%s))"


def parameter_of(keys: Keys) -> str:
    """As text, which the driver hands on: it would look at each number of a list."""
    listed = ",".join(map(str, keys))
    return f"{{{listed}}}" if connection.vendor == "postgresql" else f"[{listed}]"


def among(rows: Rows, keys: object) -> Rows:
    """Those with these keys, however many: the one parameter that `parameter_of` makes."""
    meta: Any = rows.model._meta
    condition = f'"{meta.db_table}"."{meta.pk.column}" {_among()}'
    return rows.filter(RawSQL(condition, [keys], models.BooleanField()))  # nosec B611  a parameter


def way(label: str, path: str, owner: str) -> Way:
    """The path needs no other table: the test of the graph holds it."""
    condition: Any = rows_of(label).filter(**{f"{path}__in": [0]}).query.where.children[0]
    meta = apps.get_model(label)._meta
    key = meta.pk
    return Way(owner, meta.db_table, condition.lhs.target.column, key.column if key else "id")


@cache
def ways_of(label: str) -> tuple[Way, ...]:
    return tuple(way(label, path, owner) for owner, path in GOES[label].items())


@cache
def itself(label: str) -> Way:
    return way(label, "pk", label)


@cache
def untied() -> tuple[Way, ...]:
    return tuple(
        way(label, path, owner)
        for owner, references in UNTIES.items()
        for label, path in references
    )


def destroy_rows(
    root: str, keys: Keys, *, run: PurgeRun | None, at: datetime
) -> tuple[Counter[str], int]:
    """How many rows of each model went, and how many bytes on the disk are to go. The caller has a
    transaction, and the rows locked.
    """
    going = _Going(root, {root: keys})
    size = going.find(run, at)
    return +going.delete(), size


@dataclass
class _Going:
    """`found`: the keys of what others may belong to."""

    root: str
    found: dict[str, Keys] = field(default_factory=dict)

    def find(self, run: PurgeRun | None, at: datetime) -> int:
        """Note the bytes of what has any; how many they are."""
        size = 0
        for label in reversed(list(GOES)):
            if label in BYTES:
                with_bytes = {row.pk: row for row in self._rows(label)}
                size += doom(label, with_bytes.values(), run=run, at=at)
                self.found[label] = list(with_bytes)
            elif label in OWNERS and label != self.root:
                self.found[label] = list(dict.fromkeys(self._keys(label)))
        return size

    def delete(self) -> Counter[str]:
        rows: Counter[str] = Counter()
        with connection.cursor() as cursor:
            for one in untied():
                if keys := self.found.get(one.owner):
                    cursor.execute(one.untie, [parameter_of(keys)])
            for label in GOES:
                # Nobody looked for what owns nothing and has no bytes.
                ways = self._ways(label) if self.found.get(label, True) else []
                with without_lookups() if self._is_alone(label) else nullcontext():
                    for one in ways:
                        theirs = parameter_of(self.found[one.owner])
                        cursor.execute(f"DELETE {one.theirs}", [theirs])
                        rows[label] += cursor.rowcount
        return rows

    def _is_alone(self, label: str) -> bool:
        """Nothing hangs on its rows any more, and nothing can come to: they are locked. Messages
        are not, which the index follows by their key.
        """
        return label == self.root != MESSAGE

    def _ways(self, label: str) -> list[Way]:
        if label == self.root:
            return [itself(label)]
        open_ways = [one for one in ways_of(label) if self.found.get(one.owner)]
        return open_ways[:1] if label in ALIKE else open_ways

    def _rows(self, label: str) -> Iterator[Any]:
        for one in self._ways(label):
            yield from rows_of(label).raw(
                f"SELECT * {one.theirs}", [parameter_of(self.found[one.owner])]
            )

    def _keys(self, label: str) -> Iterator[int]:
        with connection.cursor() as cursor:
            for one in self._ways(label):
                select = f'SELECT "{one.key}" {one.theirs}'
                cursor.execute(select, [parameter_of(self.found[one.owner])])
                yield from (key for (key,) in cursor)
