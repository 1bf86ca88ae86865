"""Of the demo: a fortnight of what the site showed, with a little of everything that goes wrong.

The site of the demo is open around the clock; so that its past tells something, its schedule was
another until now.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from chat.actions.availability import detail_of, parts_of
from chat.models import Availability, Cause
from chat.queue.availability import SiteRules, read_rules
from departments.hours import Schedule, Span
from departments.models import Site
from operators.models import Account, ChosenIntention, Intention, Lease
from reports.attendance import Period, spans_in
from reports.availability import Stretch, joined
from reports.presence import Span as Presence
from reports.selection import DAY

FORTNIGHT = 14 * DAY
WEEK = ((Span(9 * 60, 20 * 60),),) * 5 + ((Span(10 * 60, 18 * 60),),) * 2
# Days ago: closed early, with the note; without a server for some minutes; the link lost for some.
SHORT, NOTE = 9, "Учёба: новые договоры"
STOPPED, LOST = 6, 3
MINUTE = timedelta(minutes=1)

Presences = Mapping[int, list[Presence]]


def tell_of_availability(site: Site, *, at: datetime, anew: bool = False) -> None:
    """Of the time before anything was noted; `anew`, in the place of what is there."""
    rules = read_rules().get(site.pk)
    if rules is None or not rules.operators:
        return
    known = Availability.objects.filter(site=site)
    if anew:
        known.exclude(ended_at=None).delete()
    elif known.filter(began_at__lt=at - DAY).exists():
        return
    first_noted = known.order_by("began_at").first()
    zone = ZoneInfo(site.time_zone)
    since = datetime.combine(at.astimezone(zone).date() - FORTNIGHT, time(), zone)
    until = min(at, first_noted.began_at) if first_noted else at
    _come_to_work(rules, since, until)
    before = _rules_before(rules, zone, at)
    Availability.objects.bulk_create(
        Availability(
            site=site,
            began_at=one.began_at,
            ended_at=one.ended_at,
            cause=one.cause or Cause.NOBODY,
            is_open=one.is_open,
            detail=detail_of(before, one.began_at),
        )
        for one in joined(_stretches(before, since, until))
        if one.cause is not None
    )


def _rules_before(rules: SiteRules, zone: ZoneInfo, at: datetime) -> SiteRules:
    short = at.astimezone(zone).date() - SHORT * DAY
    schedule = Schedule(zone, WEEK, {short: (Span(9 * 60, 15 * 60),)})
    return replace(rules, schedule=schedule, notes={short: NOTE})


def _come_to_work(rules: SiteRules, since: datetime, until: datetime) -> None:
    """The first operator does where nobody has, with a break at noon."""
    period = Period(since, until)
    if any(spans_in(rules.operators, period).values()):
        return
    account = Account.objects.get(pk=min(rules.operators))
    for ago in range(FORTNIGHT.days, -1, -1):
        day = since + (FORTNIGHT.days - ago) * DAY
        opens = 9 if day.weekday() < 5 else 10
        begins = day + timedelta(hours=opens, minutes=ago * 7 % 13 - 6)
        ends = day + timedelta(hours=opens + (11 if opens == 9 else 8), minutes=ago * 5 % 17 - 9)
        _work(account, begins, min(ends, until), until, is_lost=ago == LOST)


def _work(
    account: Account, begins: datetime, ends: datetime, until: datetime, *, is_lost: bool
) -> None:
    if begins >= ends:
        return
    rests = begins.replace(hour=13, minute=begins.minute // 2)
    for intention, began, ended in (
        (Intention.ONLINE, begins, rests),
        (Intention.BREAK, rests, rests + 35 * MINUTE),
        (Intention.ONLINE, rests + 35 * MINUTE, ends),
    ):
        if began < min(ended, until):
            ChosenIntention.objects.create(
                account=account, intention=intention, began_at=began, ended_at=min(ended, until)
            )
    lost = begins.replace(hour=16, minute=12)
    if not is_lost or lost + 9 * MINUTE >= ends:
        _leave(account, begins, ends, Lease.Ending.LEFT)
        return
    _leave(account, begins, lost, "")
    _leave(account, lost + 9 * MINUTE, ends, Lease.Ending.LEFT)


def _leave(account: Account, began: datetime, ended: datetime, ending: str) -> None:
    Lease.objects.create(
        account=account, started_at=began, valid_until=ended, released_at=ended, ending=ending
    )


def _stretches(rules: SiteRules, since: datetime, until: datetime) -> Iterator[Stretch]:
    schedule = rules.schedule
    presences = spans_in(rules.operators, Period(since, until))
    ran_out = Lease.objects.filter(account__in=rules.operators, ending="", released_at__gt=since)
    lost = {lease.released_at for lease in ran_out if lease.released_at}
    stopped = since + (FORTNIGHT.days - STOPPED) * DAY + timedelta(hours=14, minutes=5)
    for began, ended, is_open in parts_of(schedule, since.astimezone(UTC), until):
        if is_open:
            served = _served(presences, lost, began, ended)
            yield from _without(served, stopped, stopped + 12 * MINUTE)
        else:
            yield from _shut(schedule, began, ended)


def _shut(schedule: Schedule | None, since: datetime, until: datetime) -> Iterator[Stretch]:
    usual = schedule and replace(schedule, exceptions={})
    for began, ended, is_usual in parts_of(usual, since, until):
        yield Stretch(began, ended, Cause.EXCEPTION if is_usual else Cause.HOURS)


def _served(
    presences: Presences, lost: set[datetime], since: datetime, until: datetime
) -> Iterator[Stretch]:
    spans = [span for theirs in presences.values() for span in theirs]
    edges = {edge for span in spans for edge in (span.began_at, span.ended_at)}
    inside = sorted({since, until, *(edge for edge in edges if since < edge < until)})
    for began, ended in pairwise(inside):
        there = {span.intention for span in spans if span.began_at <= began < span.ended_at}
        ends = [span.ended_at for span in spans if since < span.ended_at <= began]
        yield Stretch(began, ended, _cause(there, max(ends, default=None) in lost), is_open=True)


def _cause(there: set[str], is_lost: bool) -> Cause:
    if Intention.ONLINE in there:
        return Cause.ONLINE
    if there:
        return Cause.AWAY
    return Cause.LOST if is_lost else Cause.NOBODY


def _without(stretches: Iterable[Stretch], since: datetime, until: datetime) -> Iterator[Stretch]:
    """Nobody served then."""
    for one in stretches:
        first, last = max(one.began_at, since), min(one.ended_at, until)
        if first >= last:
            yield one
            continue
        yield replace(one, ended_at=first)
        yield replace(one, began_at=first, ended_at=last, cause=Cause.STOPPED)
        yield replace(one, began_at=last)
