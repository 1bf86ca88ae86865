"""What a backup holds, put where there is nothing, or in the place of what there is: all of it at
once, or not at all.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max
from django.utils import timezone

from chat.actions.seals import changes_may_go
from chat.models import HistoryCursor, Message, Visitor
from departments.models import Site
from operators.models import Account
from sphaera_support.moving import rows
from sphaera_support.moving.container import FORMAT, HEADER, TABLE, Member, NoBackup, members_of
from sphaera_support.moving.files import Staging, staging
from sphaera_support.moving.snapshot import all_or_nothing, begin_after, empty, migrations


class NotEmpty(Exception):
    """The database, and nobody said that it may be replaced."""


class OtherVersion(Exception):
    """The words say which."""


@dataclass
class Restored:
    made_at: str = ""
    rows: dict[str, int] = field(default_factory=dict)
    files: int = 0


def check_backup(source: Any) -> Restored:
    """All of it is read and compared, nothing is written. Raises NoBackup."""
    found = Restored()
    for member in members_of(source):
        if member.name == HEADER:
            _read_header(member, found)
        elif (table := TABLE.fullmatch(member.name)) is not None:
            lines = member.lines()
            found.rows[table[1]] = found.rows.get(table[1], 0) + len(lines)
        else:
            member.save(_Nowhere())  # type: ignore[arg-type]
            found.files += 1
    return found


def restore_backup(source: Any, *, replaces: bool) -> Restored:
    """Raises NotEmpty, OtherVersion or NoBackup; what was there is as it was then."""
    if not migrations():
        raise OtherVersion("There are no tables here yet: run `manage.py migrate` first.")
    if not replaces and not is_empty():
        raise NotEmpty
    found = Restored()
    with staging() as staged, all_or_nothing(), changes_may_go():
        empty([*rows.tables(), *rows.emptied()])
        models: dict[str, rows.Model] = {}
        for member in members_of(source):
            if member.name == HEADER:
                models = _read_header(member, found)
            else:
                _take(member, models, found, staged)
        begin_after(list(models.values()))
        _begin_index_anew()
        staged.take_place()
    return found


def is_empty() -> bool:
    """Of people and places; what migrations make is nobody's."""
    used = (Account.objects, Visitor.objects, Site.with_deleted)
    return not any(rows_of.exists() for rows_of in used)


def _read_header(member: Member, found: Restored) -> dict[str, rows.Model]:
    """By label. Raises NoBackup or OtherVersion."""
    try:
        header = json.loads(member.text())
        number, made_by = int(header["format"]), set(header["migrations"])
        columns, found.made_at = dict(header["tables"]), str(header["made_at"])
    except (ValueError, KeyError, TypeError) as error:
        raise NoBackup("its header cannot be read") from error
    if number > FORMAT:
        raise OtherVersion("It was made by a newer version: restore it with that one.")
    here = set(migrations())
    if newer := sorted(made_by - here):
        words = "It was made by a newer version (%s): restore it with that one."
        raise OtherVersion(words % newer[-1])
    if older := sorted(here - made_by):
        words = (
            "It was made by an older version (without %s): restore it with that one, then upgrade."
        )
        raise OtherVersion(words % older[0])
    models = {model._meta.label: model for model in rows.tables()}
    if columns != {label: rows.columns_of(model) for label, model in models.items()}:
        raise NoBackup("its tables are others than ours")
    return models


def _take(member: Member, models: dict[str, rows.Model], found: Restored, staged: Staging) -> None:
    table = TABLE.fullmatch(member.name)
    if table is None:
        with staged.opened(member.name.removeprefix("files/")) as target:
            member.save(target)
        found.files += 1
        return
    label = table[1]
    if label not in models:
        raise NoBackup("its tables are others than ours")
    lines = member.lines()
    try:
        rows.write_lines(models[label], lines)
    except (ValueError, TypeError) as error:
        raise NoBackup(f"a row of {label} cannot be read") from error
    found.rows[label] = found.rows.get(label, 0) + len(lines)


def _begin_index_anew() -> None:
    """The running product finds all there is, the newest first."""
    newest = Message.objects.aggregate(key=Max("pk"))["key"] or 0
    HistoryCursor.objects.create(
        pk=1, done=0, settled=newest, newest=newest, newest_at=timezone.now()
    )


class _Nowhere:
    def write(self, data: bytes) -> int:
        return len(data)
