"""A run of the purge: begun, gone on with until nothing is due, closed by an act.

Whoever comes while one is not over goes on with it; so a run that was killed ends as it began, by
the terms of then, and two at once do the work of one.
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.actions.locks import lock_run
from chat.models import DataRequest, PurgeRun
from chat.purge.actions.acts import draw_up
from chat.purge.actions.ahead import Ahead
from chat.purge.actions.batches import Batch, Pace, destroy_batch, pace_of
from chat.purge.actions.doomed import remove_doomed
from chat.purge.actions.index import forget_for_good
from chat.purge.due import RULES, Rule
from chat.purge.nights import is_time
from chat.purge.terms import Cutoffs, cutoffs_at

logger = logging.getLogger("sphaera_support.purge")

# Before anything goes: whoever counts what is there (reports) does it up to that moment.
FIRST: list[Callable[[datetime], None]] = []


def before_purging(count: Callable[[datetime], None]) -> None:
    """Called with the moment before which conversations are about to go, at the beginning of each
    stretch of a run: a second time it has little to do. What it raises stops the purge before
    anything goes.
    """
    FIRST.append(count)


class PurgeStopped(Exception):
    """It cannot go on, and why in words; what was begun is whole, and the next one goes on."""


@dataclass
class Progress:
    rule: Rule
    batch: Batch


def begin_run(
    way: PurgeRun.Way, *, before: Cutoffs | None = None, at: datetime | None = None
) -> PurgeRun:
    """The run that is not over, whatever it was begun with; else a new one."""
    at = at or timezone.now()
    cutoffs = before or cutoffs_at(at)
    run, _is_new = PurgeRun.objects.get_or_create(
        is_over=False,
        defaults={
            "way": way,
            "started_at": at,
            "touched_at": at,
            "before": cutoffs.stored,
        },
    )
    return run


def work_on(
    run: PurgeRun, *, until: float | None = None, gently: bool = False
) -> Iterator[Progress]:
    """Batch after batch, until nothing is due or the monotonic clock is there; `gently`, so that
    who chats meanwhile does not notice. Raises PurgeStopped.

    With the last one the run is closed and its act drawn up.
    """
    try:
        for count in FIRST:
            count(Cutoffs.read(run.before).messages)
        for rule in RULES:
            yield from _work_on_rule(run, rule, pace_of(gently=gently), until)
            if _is_late(until):
                return
        remove_doomed()
        if _has_words_left(run):
            pace = pace_of(gently=gently)
            forget_for_good(aim=pace.aim, rest=pace.rest)
        close_run(run)
    except (DatabaseError, OSError) as error:
        raise PurgeStopped(_put_into_words(run, error)) from error


def _has_words_left(run: PurgeRun) -> bool:
    """In the database's files: of what it deleted, or of whom was erased since the last."""
    last = PurgeRun.objects.filter(is_over=True).first()
    erased = DataRequest.objects.erased()
    if last is not None:
        erased = erased.filter(decided_at__gte=last.started_at)
    return PurgeRun.objects.exclude(rows={}).filter(pk=run.pk).exists() or erased.exists()


def _work_on_rule(run: PurgeRun, rule: Rule, pace: Pace, until: float | None) -> Iterator[Progress]:
    ahead = Ahead(rule, Cutoffs.read(run.before), timezone.now())
    while not _is_late(until):
        these = ahead.next(pace.most)
        batch = destroy_batch(run.pk, ahead, these, pace, at=timezone.now()) if these else None
        if batch is None:
            return
        if not batch.is_part:
            ahead.let_go(these)
        if batch.rows:
            yield Progress(rule, batch)
        time.sleep(pace.rest * batch.seconds)


def _is_late(until: float | None) -> bool:
    return until is not None and time.monotonic() >= until


def close_run(run: PurgeRun) -> None:
    at = timezone.now()
    with transaction.atomic():
        going = lock_run(run.pk)
        if going is None:
            return
        going.finished_at, going.touched_at, going.is_over = at, at, True
        going.save(update_fields=["finished_at", "touched_at", "is_over"])
        if going.rows:
            draw_up(going, at=at)


def _put_into_words(run: PurgeRun, error: Exception) -> str:
    """Kept with the run where the database still takes that."""
    # Below its first line PostgreSQL tells what stood in the row.
    reason = str(error).partition("\n")[0].strip()[:200]
    is_full = "full" in reason or "No space left" in reason
    words = _("Нет места на диске.") if is_full else _("База данных не ответила: %s.") % reason
    logger.error("The purge stopped: %s", reason)
    try:
        PurgeRun.objects.filter(pk=run.pk).update(trouble=words[:300])
    except DatabaseError:
        connection.close()
    return words


def purge_for(length: timedelta) -> None:
    """A part of the nightly run, if it is its time (chat.purge.nights)."""
    at = timezone.now()
    if not is_time(at):
        return
    run = begin_run(PurgeRun.Way.NIGHTLY, at=at)
    until = time.monotonic() + length.total_seconds()
    try:
        for _progress in work_on(run, until=until, gently=True):
            pass
    except PurgeStopped:
        pass  # said in the log, and on the page
