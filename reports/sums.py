"""What is added up of conversations, and taken away again where one is counted anew.

Pure but for the models' rows, which it reads and gives. Every figure of reports is made of these
(reports.figures).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Self, TypeVar

import msgspec
from django.db.models import TextField
from django.db.models.functions import Cast

from reports.models import DailyTotal, Dimension, Fate, Kind, Share, Tally
from reports.spreads import bucket_of

COUNTS = (
    *("received", "answered", "missed", "offline", "waiting", "closed"),
    *("full", "no_operator", "no_visitor", "other"),
    *("waits", "wait_seconds", "responses", "response_seconds"),
    *("durations", "duration_seconds", "climbs", "climb_seconds", "replies", "reply_seconds"),
    *("from_visitor", "from_operators", "transfers", "taken", "bounces"),
    *("ticketed", "scored", "commented", "declined"),
)
SPREADS = ("wait_spread", "response_spread", "duration_spread")
PARTS = (*SPREADS, "scores", "hours")


Key = TypeVar("Key")


class Counts(dict[Key, int]):
    """Of what is not there there is none. A year of days has thousands of these: a Counter takes
    ten times as long to make.
    """

    def __missing__(self, _key: Key) -> int:
        return 0


@dataclass
class Sums:
    """Those of nothing are zero. `scores` go by «stars-5», `hours` by the hour of the day."""

    received: int = 0
    answered: int = 0
    missed: int = 0
    offline: int = 0
    waiting: int = 0
    closed: int = 0
    full: int = 0
    no_operator: int = 0
    no_visitor: int = 0
    other: int = 0
    waits: int = 0
    wait_seconds: int = 0
    responses: int = 0
    response_seconds: int = 0
    durations: int = 0
    duration_seconds: int = 0
    climbs: int = 0
    climb_seconds: int = 0
    replies: int = 0
    reply_seconds: int = 0
    from_visitor: int = 0
    from_operators: int = 0
    transfers: int = 0
    taken: int = 0
    bounces: int = 0
    ticketed: int = 0
    scored: int = 0
    commented: int = 0
    declined: int = 0
    wait_spread: Counts[int] = field(default_factory=Counts)
    response_spread: Counts[int] = field(default_factory=Counts)
    duration_spread: Counts[int] = field(default_factory=Counts)
    scores: Counts[str] = field(default_factory=Counts)
    hours: Counts[int] = field(default_factory=Counts)

    def add(self, other: Self, times: int = 1) -> None:
        mine = vars(self)
        for name, told in vars(other).items():
            if not told:
                continue  # most of one conversation's are nothing
            if name in _COUNTED:
                mine[name] += times * told
            else:
                _add_part(mine[name], told, times)

    @property
    def is_nothing(self) -> bool:
        return not any(getattr(self, name) for name in (*COUNTS, *PARTS))

    def add_row(self, row: Mapping[str, Any]) -> None:
        """Of a DailyTotal; what is not among its columns is left alone."""
        mine = vars(self)
        for name, value in row.items():
            if not value:
                continue  # most are nothing, and a year has many rows
            if name in _COUNTED:
                mine[name] += value
            elif name == "scores":
                _add_part(mine[name], value, 1)
            elif name in PARTS:
                _add_part(mine[name], {int(key): count for key, count in value.items()}, 1)

    def add_scores(self, scores: Mapping[str, int]) -> None:
        _add_part(self.scores, scores, 1)

    def as_row(self) -> dict[str, Any]:
        """Columns of a DailyTotal."""
        parts = {name: {str(k): v for k, v in getattr(self, name).items()} for name in PARTS}
        return {name: getattr(self, name) for name in COUNTS} | parts


_COUNTED = frozenset(COUNTS)

# A year has thousands of parts: read as text, they are decoded in a fifth of Django's time.
_DECODER = msgspec.json.Decoder(dict[str, int])


def as_text(part: str) -> Cast:
    """A part of a DailyTotal, for `read_counts`."""
    return Cast(part, TextField())


def read_counts(text: str) -> dict[str, int]:
    return _DECODER.decode(text)


def _add_part(mine: dict[Any, int], other: Mapping[Any, int], times: int) -> None:
    for key, count in other.items():
        now = mine.get(key, 0) + times * count
        if now:
            mine[key] = now
        else:
            mine.pop(key, None)


class Place(NamedTuple):
    """Which row of the totals."""

    dimension: str
    day: date
    site: int
    department: int
    value: str


def sums_of(tally: Tally) -> Sums:
    """One conversation."""
    sums = Sums(
        received=1,
        closed=int(tally.closed_at is not None),
        replies=tally.replies,
        reply_seconds=tally.reply_seconds,
        from_visitor=tally.from_visitor,
        from_operators=tally.from_operators,
        transfers=tally.transfers,
        bounces=tally.bounces,
        ticketed=int(tally.has_ticket),
        hours=Counts({tally.hour: 1}),
    )
    for name in (Fate(tally.fate).value, Kind(tally.kind).value):
        setattr(sums, name, 1)
    _count_time(sums, "wait", tally.wait)
    _count_time(sums, "response", tally.response)
    _count_time(sums, "duration", tally.duration)
    if tally.climb is not None:
        sums.climbs, sums.climb_seconds = 1, tally.climb
    _count_score(sums, tally)
    return sums


def sums_of_share(share: Share) -> Sums:
    """What one operator did in one: `received` are chats, `answered` those taken from the queue,
    `duration` is the time in it, `transfers` are those handed to others.
    """
    sums = Sums(
        received=1,
        answered=int(share.is_accepted),
        replies=share.replies,
        reply_seconds=share.reply_seconds,
        from_operators=share.messages,
        transfers=share.handed,
        taken=share.taken,
        bounces=share.bounces,
    )
    _count_time(sums, "response", share.response)
    _count_time(sums, "duration", share.seconds)
    _count_score(sums, share)
    return sums


def _count_time(sums: Sums, name: str, seconds: int | None) -> None:
    if seconds is not None:
        setattr(sums, f"{name}s", 1)
        setattr(sums, f"{name}_seconds", seconds)
        getattr(sums, f"{name}_spread")[bucket_of(seconds)] = 1


def _count_score(sums: Sums, rated: Tally | Share) -> None:
    sums.commented, sums.declined = int(rated.is_commented), int(rated.is_declined)
    if rated.score is not None:
        sums.scored = 1
        sums.scores[f"{rated.scale}-{rated.score}"] = 1


def contributions(tally: Tally, shares: Iterable[Share]) -> dict[Place, Sums]:
    """All rows of the totals that one conversation is in."""
    sums = sums_of(tally)
    shares = list(shares)
    values = {
        (Dimension.WHOLE.value, ""),
        (Dimension.LEVEL.value, str(tally.level)),
        (Dimension.CRITICALITY.value, str(tally.criticality)),
        (Dimension.KIND.value, tally.kind),
        (Dimension.OUTCOME.value, str(tally.outcome_id or tally.way or "")),
        (Dimension.SCORE.value, "" if tally.score is None else f"{tally.scale}-{tally.score}"),
        *((Dimension.OPERATOR.value, str(share.account_id)) for share in shares),
    }
    found = {
        Place(dimension, tally.day, tally.site_id, tally.department_id, value): sums
        for dimension, value in values
    }
    for share in shares:
        key = str(share.account_id)
        place = Place(Dimension.SHARE.value, tally.day, tally.site_id, share.department_id, key)
        found[place] = sums_of_share(share)
    return found


def row_of(place: Place, sums: Sums) -> DailyTotal:
    return DailyTotal(
        dimension=place.dimension,
        day=place.day,
        site_id=place.site,
        department_id=place.department,
        value=place.value,
        **sums.as_row(),
    )
