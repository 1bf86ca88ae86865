"""One batch of a run: in one short transaction what is due of one rule goes, and is counted.

The row of the run is locked meanwhile. So two who purge at once take turns and do each batch once,
and whoever is killed leaves a batch that is done whole or not at all.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.db import connection, transaction

from chat.actions.locks import lock_run
from chat.belongings import CONVERSATION, MESSAGE, rows_of
from chat.models import Destruction, Message, PurgeRun
from chat.purge.actions.ahead import Ahead, Candidate
from chat.purge.actions.rows import among, destroy_rows, parameter_of
from chat.purge.due import Rule

LONGEST = 0.2  # seconds, of a batch; it is made to last half of it, since no two rows are alike
FEWEST, FIRST, MOST = 20, 500, 40_000  # messages, or rows of another root


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
    """What went: how many of the root, how many rows in all. `is_part`: of a row that is still
    there.
    """

    roots: int = 0
    rows: int = 0
    weight: int = 0
    seconds: float = 0.0
    is_part: bool = False


def pace_of(*, gently: bool) -> Pace:
    """SQLite has one writer at a time, and who waits for it looks again after 1, 2, 5, 10, … 100
    ms: a batch has to be shorter than that for nobody to notice. PostgreSQL locks rows.
    """
    if connection.vendor == "sqlite":
        return Pace(aim=0.008, rest=2.0, most=FEWEST) if gently else Pace(aim=LONGEST / 4)
    return Pace(aim=LONGEST / 4, rest=1.0) if gently else Pace(rest=0.1)


def destroy_batch(
    run_id: int, ahead: Ahead, these: Sequence[Candidate], pace: Pace, *, at: datetime
) -> Batch | None:
    """None where the run is over already."""
    rule = ahead.rule
    with transaction.atomic():
        _wait_briefly()
        run = lock_run(run_id)
        if run is None:
            return None
        began = monotonic()  # what came before was waiting
        batch, deleted = _destroy(run, rule, ahead.lock(these), pace.most, at=at)
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
    run: PurgeRun, rule: Rule, found: Sequence[Candidate], most: int, *, at: datetime
) -> tuple[Batch, Deleted]:
    if not found:
        return Batch(), Deleted(Counter(), 0, [], [])
    keys = [one.key for one in found]
    whose = sorted({one.visitor for one in found if one.visitor})
    weight = sum(one.weight for one in found)
    if rule.forgets:
        known = among(rows_of(rule.root), parameter_of(keys))
        count = known.update(**dict.fromkeys(rule.forgets))
        forgotten = Counter({f"{rule.root}.{field}": count for field in rule.forgets})
        return Batch(count, count, weight), Deleted(forgotten, 0, whose, keys)
    if rule.root == CONVERSATION and weight > most:
        return _shorten(run, keys[0], whose, most, at=at)
    rows, size = destroy_rows(rule.root, keys, run=run, at=at)
    return Batch(rows[rule.root], sum(rows.values()), weight), Deleted(rows, size, whose, keys)


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
    is_part = not rows[CONVERSATION]
    batch = Batch(rows[CONVERSATION], sum(rows.values()), len(keys), is_part=is_part)
    return batch, Deleted(rows, size, whose, [conversation])


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
