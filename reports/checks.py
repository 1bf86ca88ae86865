"""What reports have written down, recomputed from the log and its rows, and compared."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import Count, Sum

from chat.models import Conversation, Message
from reports.actions.counting import TALLIED, outdated
from reports.derivation import count
from reports.models import DailyTotal, Dimension, Tally
from reports.reading import read_facts

AT_ONCE = 500
# Counted once, as it was soon after: hours and members may be others since.
KEPT = frozenset({"day", "hour", "is_offline"})
KEYS = frozenset({"site", "department", "operator", "outcome"})


@dataclass(frozen=True)
class Finding:
    kind: str  # "tally", "total"
    text: str


def find_differences() -> Iterator[str]:
    """One line for each; conversations that are not counted yet are none."""
    for finding in findings():
        yield f"{finding.kind}: {finding.text}"


def findings() -> Iterator[Finding]:
    yield from _of_tallies()
    yield from _of_totals()


def _of_tallies() -> Iterator[Finding]:
    """Of closed conversations, which nobody changes meanwhile."""
    last = 0
    waiting = outdated().values("pk")
    while True:
        closed = Conversation.objects.filter(pk__gt=last, closed_at__isnull=False)
        counted = closed.filter(tally__isnull=False).exclude(pk__in=waiting)
        keys = list(counted.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
        if not keys:
            return
        yield from _differing(keys)
        last = keys[-1]


def _differing(keys: Collection[int]) -> Iterator[Finding]:
    kept = Tally.objects.select_related("conversation").prefetch_related("shares").in_bulk(keys)
    there = Message.objects.filter(conversation__in=keys).order_by().values_list("conversation")
    entries = dict(there.annotate(entries=Count("pk")))
    for facts in read_facts(keys):
        told = count(facts)
        row = kept.get(facts.conversation)
        if row is None or entries.get(facts.conversation, 0) < facts.seq:
            continue  # what was said is deleted, and can tell nothing
        name = row.conversation.public_id
        for field in TALLIED:
            column = f"{field}_id" if field in KEYS else field
            was, now = getattr(row, column), getattr(told.tally, column)
            if field not in KEPT and was != now:
                yield Finding("tally", f"{name}: {field} is {was}, the log tells {now}")
        shares = {share.account_id: share.messages for share in row.shares.all()}
        if shares != {share.account_id: share.messages for share in told.shares}:
            yield Finding("tally", f"{name}: shares of operators differ from the log")


def _of_totals() -> Iterator[Finding]:
    """A day whose conversations are all there has the sum of them; one of which some are gone has
    at least what is left.
    """
    totals = DailyTotal.objects.filter(dimension=Dimension.WHOLE).order_by()
    told = {
        (day, site): (received, waited)
        for day, site, received, waited in totals.values_list("day", "site").annotate(
            all=Sum("received"), waited=Sum("wait_seconds")
        )
    }
    rows = Tally.objects.order_by().values_list("day", "site")
    for day, site, count_, waited in rows.annotate(all=Count("pk"), waited=Sum("wait")):
        received, seconds = told.get((day, site), (0, 0))
        if received < count_ or (received == count_ and seconds != (waited or 0)):
            words = f"{day}, site {site}: {received} in the sums, {count_} conversations"
            yield Finding("total", words)
