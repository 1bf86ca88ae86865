"""One batch of a run: in one short transaction what is due of one rule goes, and is counted.

The row of the run is locked meanwhile. So two who purge at once take turns and do each batch once,
and whoever is killed leaves a batch that is done whole or not at all.
"""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from time import monotonic
from typing import NamedTuple

from django.db import connection, transaction

from chat.actions.locks import lock_due, lock_run
from chat.belongings import (
    CONVERSATION,
    MESSAGE,
    Keys,
    Rows,
    delete_rows,
    goes_with,
    rows_of,
    untied_from,
)
from chat.models import Destruction, Message, PurgeRun
from chat.purge.actions.doomed import doom
from chat.purge.due import Rule
from chat.purge.terms import Cutoffs

LONGEST = 0.2  # seconds, of a batch; it is made to last half of it, since no two rows are alike
FEWEST, FIRST, MOST = 20, 500, 20_000  # messages, or rows of another root


@dataclass
class Pace:
    """How heavy a batch is: as heavy as what lately went in `aim` seconds; and how long others have
    after it, in its own length.
    """

    aim: float = LONGEST / 2
    rest: float = 0.25
    most: int = FIRST

    def learn(self, weight: int, seconds: float) -> None:
        if weight:
            aimed = int(weight * self.aim / max(seconds, 0.001))
            self.most = max(FEWEST, min(MOST, aimed, 2 * self.most))


@dataclass
class Batch:
    """What went: how many of the root, how many rows in all."""

    roots: int = 0
    rows: int = 0
    weight: int = 0
    seconds: float = 0.0


def pace_of(*, gently: bool) -> Pace:
    """SQLite has one writer at a time, and who waits for it looks again after 1, 2, 5, 10, … 100
    ms: a batch has to be shorter than that for nobody to notice. PostgreSQL locks rows.
    """
    if connection.vendor == "sqlite":
        return Pace(aim=0.008, rest=2.0, most=FEWEST) if gently else Pace(aim=LONGEST / 4)
    return Pace(aim=LONGEST / 4, rest=1.0) if gently else Pace()


def destroy_batch(run_id: int, rule: Rule, pace: Pace, *, at: datetime) -> Batch | None:
    """None where the run is over already."""
    with transaction.atomic():
        _wait_briefly()
        run = lock_run(run_id)
        if run is None:
            return None
        began = monotonic()  # what came before was waiting
        due = rule.due(Cutoffs.read(run.before), at).order_by(*rule.order)
        batch, deleted = _destroy(run, rule, due, pace.most, at=at)
        if batch.rows:
            _count(run, rule, batch, deleted, at=at)
    batch.seconds = monotonic() - began
    pace.learn(batch.weight, batch.seconds)
    return batch


def _wait_briefly() -> None:
    """For nobody's lock longer than a person notices."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '1s'")


@dataclass
class Deleted:
    rows: Counter[str]
    bytes: int
    visitors: list[int]
    keys: list[int]


def _destroy(
    run: PurgeRun, rule: Rule, due: Rows, most: int, *, at: datetime
) -> tuple[Batch, Deleted]:
    found = _take(rule, due, most)
    if not found:
        return Batch(), Deleted(Counter(), 0, [], [])
    keys = [one.key for one in found]
    whose = sorted({one.visitor for one in found if one.visitor})
    weight = sum(one.weight for one in found)
    if rule.forgets:
        count = rows_of(rule.root).filter(pk__in=keys).update(**dict.fromkeys(rule.forgets))
        forgotten = Counter({f"{rule.root}.{field}": count for field in rule.forgets})
        return Batch(count, count, weight), Deleted(forgotten, 0, whose, keys)
    if rule.root == CONVERSATION and weight > most:
        return _shorten(run, keys[0], whose, most, at=at)
    rows, size = destroy_rows(rule.root, keys, run=run, at=at)
    return Batch(rows[rule.root], sum(rows.values()), weight), Deleted(rows, size, whose, keys)


class _Taken(NamedTuple):
    key: int
    weight: int
    visitor: int | None


def _take(rule: Rule, due: Rows, most: int) -> list[_Taken]:
    """Of those that nobody holds as many as are together no heavier than asked; where the first is,
    that one alone.
    """
    fields = {"pk", rule.weight, rule.visitor} - {""}
    locked = lock_due(due).values(*fields)
    # Each brings some rows along, whatever else it weighs.
    found = [
        _Taken(
            row["pk"],
            row[rule.weight] if rule.weight else 1,
            row[rule.visitor] if rule.visitor else None,
        )
        for row in locked[: max(1, most // 4) if rule.weight else most]
    ]
    sums = accumulate(one.weight for one in found)
    taken = [one for one, total in zip(found, sums, strict=True) if total <= most]
    return taken or found[:1]


def _shorten(
    run: PurgeRun, conversation: int, whose: list[int], most: int, *, at: datetime
) -> tuple[Batch, Deleted]:
    """Of a conversation longer than a batch the end goes first; it goes itself when it is short."""
    last = Message.objects.filter(conversation=conversation).order_by("-seq")
    keys = list(last.values_list("pk", flat=True)[:most])
    rows, size = destroy_rows(MESSAGE, keys, run=run, at=at)
    if len(keys) < most:
        shorter, more = destroy_rows(CONVERSATION, [conversation], run=run, at=at)
        rows, size = rows + shorter, size + more
    batch = Batch(rows[CONVERSATION], sum(rows.values()), len(keys))
    return batch, Deleted(rows, size, whose, [conversation])


def destroy_rows(
    root: str, keys: Keys, *, run: PurgeRun | None, at: datetime
) -> tuple[Counter[str], int]:
    """All that goes with these rows, by the graph, one statement a model: how many of each went,
    and how many bytes on the disk are to go. The caller has a transaction, and the rows locked.
    """
    rows: Counter[str] = Counter()
    size = 0
    for staying, field in untied_from(root, keys):
        staying.update(**{field: None})
    for label, going in goes_with(root, keys):
        size += doom(label, going, run=run, at=at)
        rows[label] += delete_rows(going)
    return +rows, size


def _count(run: PurgeRun, rule: Rule, batch: Batch, deleted: Deleted, *, at: datetime) -> None:
    listed = json.dumps([run.digest, rule.name, deleted.keys, deleted.rows], sort_keys=True)
    run.digest = hashlib.sha256(listed.encode()).hexdigest()
    run.rows = dict(Counter(run.rows) + deleted.rows)
    run.roots = dict(Counter(run.roots) + Counter({rule.name: batch.roots}))
    run.bytes += deleted.bytes
    run.touched_at, run.trouble = at, ""
    run.save(update_fields=["digest", "rows", "roots", "bytes", "touched_at", "trouble"])
    Destruction.objects.create(
        run=run,
        at=at,
        rule=rule.name,
        rows=dict(deleted.rows),
        visitors=deleted.visitors,
        digest=run.digest,
    )
