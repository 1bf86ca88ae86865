"""Conversations are counted behind what happens, in batches, as the search index follows the log:
to open, to lead and to close one costs nothing for it. Whoever asks for a report has what is
missing counted first.

A conversation is counted anew when its row says that something changed since, and the sums of its
day get the difference in the same transaction. They are never made anew from what is left, so they
stay as they are when conversations are deleted.
"""

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from chat.actions import history
from chat.models import Conversation
from chat.models.conversations import ConversationQuerySet
from operators.prepared import Prepared
from reports.actions.locks import lock_counting_cursor
from reports.derivation import Counted, count
from reports.models import CountingCursor, DailyTotal, Dimension, Share, Tally
from reports.reading import read_facts
from reports.selection import Selection
from reports.sums import COUNTS, PARTS, Place, Sums, contributions, row_of

# At a time: SQLite has one writer, and messages come first.
BATCHES = {"sqlite": 25, "postgresql": 1000}
# Between two batches, seconds.
PAUSE = 0.01
# No transaction lasts as long (PostgreSQL's timeouts, sphaera_support.settings): whatever changed
# before that is there.
SETTLES_IN = timedelta(seconds=40)
# For whoever waits for a report.
PATIENCE = timedelta(seconds=2)
PATIENCE_OF_DELETION = timedelta(hours=1)
ROWS_AT_ONCE = 500
TALLIED = (
    *("site", "department", "level", "operator", "day", "hour", "began_at", "closed_at"),
    *("fate", "kind", "criticality", "outcome", "way", "is_offline", "by_operator"),
    *("wait", "response", "duration", "climb", "replies", "reply_seconds"),
    *("from_visitor", "from_operators", "transfers", "bounces", "has_ticket"),
    *("scale", "score", "is_commented", "is_declined", "seq", "changed_at"),
)


def batch() -> int:
    return BATCHES[connection.vendor]


def count_changed(*, most: int | None = None, at: datetime) -> int:
    """The next batch by when they changed; how many there were. 0 also while another counts."""
    most = most or batch()
    if not is_behind():
        return 0
    before = _cursor.first() or CountingCursor()
    found = list(changed_since(before).values_list("pk", "changed_at")[:most])
    counted = read_and_count([key for key, _changed in found])
    with transaction.atomic():
        cursor = lock_counting_cursor()
        if cursor is None or cursor.reached != before.reached:
            return 0
        keep(counted)
        reached = found[-1][1] if len(found) == most else at
        CountingCursor.objects.filter(pk=cursor.pk).update(reached=reached)
    return len(found)


def is_behind() -> bool:
    """Mostly not, and nobody is kept from writing."""
    cursor = _cursor.first() or CountingCursor()
    if cursor.reached is None:
        return changed_since(cursor).exists()
    return bool(_outdated_since.all(moment=cursor.reached - SETTLES_IN))


def changed_since(cursor: CountingCursor) -> ConversationQuerySet:
    """Not counted as they are, the longest changed first. Open ones are counted for whoever asks
    for a report: as long as they go on they would be counted in vain again and again.
    """
    found = outdated().closed().order_by("changed_at", "pk")
    if cursor.reached is None:
        return found
    return found.filter(changed_at__gte=cursor.reached - SETTLES_IN)


def outdated() -> ConversationQuerySet:
    never, since = Q(tally=None), ~Q(changed_at=F("tally__changed_at"))
    return Conversation.objects.filter(never | since | ~Q(last_seq=F("tally__seq")))


_cursor = Prepared(lambda: CountingCursor.objects.order_by("pk")[:1])
_outdated_since = Prepared(
    lambda moment: (
        outdated()
        .closed()
        .filter(changed_at__gte=moment)
        .order_by()
        .values_list("pk", flat=True)[:1]
    )
)


def count_open() -> int:
    """What was said in open ones, which moves no cursor: whoever asks for a report reads it too."""
    found = list(outdated().open().order_by("pk").values_list("pk", flat=True)[: batch()])
    counted = read_and_count(found)
    with transaction.atomic():
        if lock_counting_cursor() is None:
            return 0
        keep(counted)
    return len(found)


def count_for(limit: timedelta) -> None:
    """Batch after batch, until there is no more, or for so long."""
    ends = time.monotonic() + limit.total_seconds()
    # Of what is deleted at this moment no row can be kept; the next turn goes on without it.
    with suppress(IntegrityError):
        while count_changed(at=timezone.now()) == batch() and time.monotonic() < ends:
            time.sleep(PAUSE)


def catch_up(limit: timedelta = PATIENCE) -> None:
    """For whoever asks: until nothing is missing, or for so long."""
    ends = time.monotonic() + limit.total_seconds()
    count_for(limit)
    with suppress(IntegrityError):
        while outdated().open().exists() and time.monotonic() < ends:
            if count_open() < batch():
                return


def prepare(selection: Selection) -> None:
    """For whoever asks for a report: what is missing is counted, and indexed where words are looked
    for. What takes longer than that is missing for now.
    """
    catch_up()
    if selection.text:
        history.catch_up(PATIENCE)


def count_all(limit: timedelta) -> int:
    """Whatever is not counted as it is, wherever the cursor stands: what a clock that was set back
    hid from it. How many there were.
    """
    total, last, ends = 0, 0, time.monotonic() + limit.total_seconds()
    at = timezone.now()
    while time.monotonic() < ends:
        beyond = outdated().filter(pk__gt=last).order_by("pk")
        found = list(beyond.values_list("pk", flat=True)[: batch()])
        counted = read_and_count(found)
        with transaction.atomic():
            lock_counting_cursor(waits=True)
            keep(counted)
        total += len(found)
        if len(found) < batch():
            # Else everybody after it would look through all of them.
            CountingCursor.objects.filter(reached=None).update(reached=at)
            break
        last = found[-1]
        time.sleep(PAUSE)
    return total


def count_before(_moment: datetime) -> None:
    """For whoever is about to delete conversations: their days have them for good after it."""
    count_all(PATIENCE_OF_DELETION)


def read_and_count(keys: Collection[int]) -> list[Counted]:
    """Before anything is locked: SQLite has one writer, who is kept waiting by a transaction."""
    return [count(facts) for facts in read_facts(keys)] if keys else []


def keep(counted: Sequence[Counted]) -> None:
    """Store these, and give the sums what is different; the caller holds the cursor.

    What changed since it was read is counted anew, as its row says; what was deleted since is not
    kept.
    """
    keys = [one.tally.pk for one in counted]
    there = set(Conversation.objects.filter(pk__in=keys).values_list("pk", flat=True))
    counted = [one for one in counted if one.tally.pk in there]
    if not counted:
        return
    # Not of what was deleted meanwhile: its day keeps it.
    before = _contributed([one.tally.pk for one in counted])
    store(counted)
    after = [contributions(one.tally, one.shares) for one in counted]
    add_to_totals(differences(before, after))


def store(counted: Sequence[Counted]) -> None:
    Tally.objects.bulk_create(
        [one.tally for one in counted],
        update_conflicts=True,
        unique_fields=["conversation"],
        update_fields=TALLIED,
        batch_size=ROWS_AT_ONCE,
    )
    Share.objects.filter(tally__in=[one.tally.pk for one in counted]).delete()
    shares = [share for one in counted for share in one.shares]
    Share.objects.bulk_create(shares, batch_size=ROWS_AT_ONCE)


def _contributed(keys: Collection[int]) -> list[Mapping[Place, Sums]]:
    tallies = Tally.objects.filter(pk__in=keys).prefetch_related("shares")
    return [contributions(tally, tally.shares.all()) for tally in tallies]


def differences(
    before: Iterable[Mapping[Place, Sums]], after: Iterable[Mapping[Place, Sums]]
) -> dict[Place, Sums]:
    found: dict[Place, Sums] = {}
    for times, told in ((-1, before), (1, after)):
        for one in told:
            for place, sums in one.items():
                found.setdefault(place, Sums()).add(sums, times)
    return {place: sums for place, sums in found.items() if not sums.is_nothing}


def add_to_totals(changes: dict[Place, Sums]) -> None:
    """The caller holds the cursor, so nobody else adds."""
    if not changes:
        return
    emptied: list[int] = []
    for row in _rows_of({place.day for place in changes}, {place.site for place in changes}):
        place = Place(row.dimension, row.day, row.site_id, row.department_id, row.value)
        if place in changes:
            changes[place].add_row({name: getattr(row, name) for name in (*COUNTS, *PARTS)})
            if changes[place].is_nothing:
                emptied.append(row.pk)
                del changes[place]
    DailyTotal.objects.filter(pk__in=emptied).delete()
    DailyTotal.objects.bulk_create(
        [row_of(place, sums) for place, sums in changes.items()],
        update_conflicts=True,
        unique_fields=["dimension", "day", "site", "department", "value"],
        update_fields=[*COUNTS, *PARTS],
        batch_size=ROWS_AT_ONCE,
    )


def _rows_of(days: Collection[date], sites: Collection[int]) -> Iterable[DailyTotal]:
    # Named one by one: the index begins with them.
    every = DailyTotal.objects.filter(dimension__in=Dimension.values)
    return every.filter(day__in=days, site__in=sites)
