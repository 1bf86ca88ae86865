"""Who was in the zone when and with which status, out of leases and choices. Pure.

A break counts as not present, as everywhere.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from operators.models import Intention

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Chosen:
    began_at: datetime
    ended_at: datetime | None
    intention: str


@dataclass(frozen=True, slots=True)
class Span:
    began_at: datetime
    ended_at: datetime
    intention: str  # of operators.models.Intention

    @property
    def seconds(self) -> int:
        return int((self.ended_at - self.began_at).total_seconds())


@dataclass(frozen=True)
class Time:
    """Seconds. `present` has «Занят» in it and no breaks."""

    present: int = 0
    busy: int = 0
    on_break: int = 0


def joined(intervals: Iterable[Interval]) -> list[Interval]:
    """In order, without overlaps."""
    found: list[Interval] = []
    for began, ended in sorted(one for one in intervals if one[0] < one[1]):
        if found and began <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], ended)
        else:
            found.append((began, ended))
    return found


def within(intervals: Iterable[Interval], since: datetime, until: datetime) -> list[Interval]:
    cut = ((max(began, since), min(ended, until)) for began, ended in intervals)
    return [(began, ended) for began, ended in cut if began < ended]


def spans_of(
    leases: Iterable[Interval], chosen: Sequence[Chosen], since: datetime, until: datetime
) -> list[Span]:
    """What was there of the time, split where the status changed; nobody chose: «В сети». Choices
    come in order, each after the end of the one before.
    """
    spans: list[Span] = []
    ahead = deque(chosen)
    for began, ended in within(joined(leases), since, until):
        at = began
        while ahead and ahead[0].ended_at is not None and ahead[0].ended_at <= began:
            ahead.popleft()
        for choice in ahead:
            over = choice.ended_at or ended
            if choice.began_at >= ended:
                break
            if over <= at:
                continue
            if choice.began_at > at:
                spans.append(Span(at, choice.began_at, Intention.ONLINE))
                at = choice.began_at
            spans.append(Span(at, min(over, ended), choice.intention))
            at = min(over, ended)
        if at < ended:
            spans.append(Span(at, ended, Intention.ONLINE))
    return spans


def time_of(spans: Iterable[Span]) -> Time:
    told = dict.fromkeys(Intention.values, 0)
    for span in spans:
        told[span.intention] += span.seconds
    busy = told[Intention.BUSY]
    return Time(told[Intention.ONLINE] + busy, busy, told[Intention.BREAK])


def seconds_of(intervals: Iterable[Interval]) -> int:
    """However many there were at once."""
    return sum(int((ended - began).total_seconds()) for began, ended in joined(intervals))
