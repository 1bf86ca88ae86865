"""What sites show is noted when it becomes something else, and every now and then that somebody
lives who could show it.

Every process that serves does it (chat.sockets.shown): whoever sees a change first writes it, and
of two who write at once one, by comparing and setting. A process dies without a word; so the next
one that writes after a silence notes the stop, by the schedule of then, which nobody could change
meanwhile.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import blake2s
from typing import Any

from django.db import transaction

from chat.models import Availability, Cause, Heartbeat
from chat.queue.availability import SiteRules
from departments.hours import Day, Schedule, open_stretches
from operators.clock import SLACK

# Of exceptional dates those around the moment are kept with a stretch.
BEFORE, AHEAD = timedelta(days=2), timedelta(days=31)


@dataclass(frozen=True)
class Showing:
    """What a site shows, and by which rules; None of one that is off."""

    cause: Cause
    is_open: bool = False
    rules: SiteRules | None = None

    @cached_property
    def mark(self) -> str:
        """Another for other rules."""
        if self.rules is None:
            return ""
        told = json.dumps(_told(self.rules), sort_keys=True)
        return blake2s(told.encode(), digest_size=6).hexdigest()

    @property
    def essence(self) -> tuple[str, bool, str]:
        return self.cause.value, self.is_open, self.mark


OFF = Showing(Cause.OFF)


def note_availability(
    showing: Mapping[int, Showing], *, at: datetime, quiet: timedelta | None = None
) -> None:
    """`showing` are all sites that have a window. `quiet` is for how long this process has noted
    nothing, by its own count: where a clock was set forward, nothing stood still.
    """
    with transaction.atomic():
        last = _last_beat(at)
        silence = at - last if quiet is None else min(at - last, quiet)
        if silence > Heartbeat.STOPPED_AFTER and _takes_over(last, at):
            _note_stop(showing, last, at)
        if _follow(showing, at) or not last <= at < last + Heartbeat.EVERY:
            # Another process may be ahead by the little that clocks differ.
            beats = Heartbeat.objects.filter(pk=1)
            beats.exclude(beat_at__gt=at, beat_at__lte=at + SLACK).update(beat_at=at)


def _last_beat(at: datetime) -> datetime:
    found, _is_first = Heartbeat.objects.get_or_create(pk=1, defaults={"beat_at": at})
    return found.beat_at


def _takes_over(last: datetime, at: datetime) -> bool:
    """Of several that come back one notes the stop; the others wait here until it has."""
    return bool(Heartbeat.objects.filter(pk=1, beat_at=last).update(beat_at=at))


def _note_stop(showing: Mapping[int, Showing], since: datetime, at: datetime) -> None:
    current = Availability.objects.filter(ended_at=None).exclude(cause=Cause.OFF)
    for row in list(current.order_by("site")):
        rules = showing.get(row.site_id, OFF).rules
        schedule = rules.schedule if rules else None
        began = max(since, row.began_at)
        row.ended_at = began
        row.save(update_fields=["ended_at"])
        Availability.objects.bulk_create(
            Availability(
                site_id=row.site_id,
                began_at=first,
                ended_at=last,
                cause=Cause.STOPPED,
                is_open=is_open,
                detail=detail_of(rules, first),
            )
            for first, last, is_open in parts_of(schedule, began, at)
        )


def parts_of(
    schedule: Schedule | None, since: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime, bool]]:
    """A stretch of time in pieces that were open, and pieces that were not."""
    at = since
    for opens, closes in open_stretches(schedule, since, until=until) if schedule else ():
        first, last = max(opens, since), min(closes, until)
        if first >= last:
            break
        if at < first:
            yield at, first, False
        yield first, last, True
        at = last
    if at < until:
        yield at, until, False


def _follow(showing: Mapping[int, Showing], at: datetime) -> int:
    """How many sites show something else than is noted."""
    current = {row.site_id: row for row in Availability.objects.filter(ended_at=None)}
    count = 0
    for site in sorted(showing.keys() | current.keys()):
        count += _turns(current.get(site), site, showing.get(site, OFF), at)
    return count


def _turns(row: Availability | None, site: int, shown: Showing, at: datetime) -> bool:
    if row is None:
        _begin(site, shown, at)
        return True
    if (row.cause, row.is_open, row.detail.get("rules", "")) == shown.essence:
        return False
    if at < row.began_at <= at + SLACK:
        return False  # what somebody else saw later
    # Later than now it began before a clock was set back.
    moment = max(at, row.began_at)
    if Availability.objects.filter(pk=row.pk, ended_at=None).update(ended_at=moment):
        _begin(site, shown, moment)
    return True


def _begin(site: int, shown: Showing, at: datetime) -> None:
    """Where another process was quicker, nothing."""
    detail = detail_of(shown.rules, at)
    if shown.mark:
        detail["rules"] = shown.mark
    row = Availability(
        site_id=site, began_at=at, cause=shown.cause, is_open=shown.is_open, detail=detail
    )
    Availability.objects.bulk_create([row], ignore_conflicts=True)


def detail_of(rules: SiteRules | None, at: datetime) -> dict[str, Any]:
    """Whose place it was, each with their limit; and by which schedule, around that moment."""
    if rules is None:
        return {}
    told = _told(rules)
    first, last = (f"{(at + gap).date()}" for gap in (-BEFORE, AHEAD))
    for name in ("dates", "notes"):
        around = {on: one for on, one in told.get(name, {}).items() if first <= on <= last}
        told[name] = around
        if not around:
            del told[name]
    return told


def _told(rules: SiteRules) -> dict[str, Any]:
    told: dict[str, Any] = {
        "departments": [
            {"name": one.name, "limits": sorted(map(list, one.limits.items()))}
            for one in rules.departments
        ],
        "notes": {on.isoformat(): note for on, note in rules.notes.items()},
    }
    if rules.schedule is not None:
        told |= {
            "zone": rules.schedule.time_zone.key,
            "week": [_spans(day) for day in rules.schedule.week],
            "dates": {on.isoformat(): _spans(day) for on, day in rules.schedule.exceptions.items()},
        }
    return told


def _spans(day: Day) -> list[list[int]]:
    return [[span.opens, span.closes] for span in day]
