"""From what a conversation left in the log to its figures: the definitions of docs/reports.md.

Pure: what is read of the database is reports.reading's, what is written reports.actions.counting's.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from chat.models import LineCode
from reports.models import Fate, Kind, Share, Tally

# Began so, a stretch came from the queue.
ACCEPTED = {LineCode.ACCEPTED, LineCode.ASSIGNED}
MESSAGES_OF_FULL, OF_EACH_SIDE = 4, 2


@dataclass(frozen=True, slots=True)
class Said:
    """A message of a person to the other side; notes, lines and requests are none."""

    at: datetime
    by: int | None  # an operator; None is the visitor, 0 staff whose account is not known
    is_visitor: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    account: int | None
    department: int | None
    level: int
    began_at: datetime
    ended_at: datetime | None
    began_by: str


@dataclass(frozen=True, slots=True)
class Waited:
    began_at: datetime
    ended_at: datetime | None
    department: int | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """A transfer that took place."""

    sender: int | None
    taker: int | None
    at: datetime
    is_return: bool


@dataclass(frozen=True, slots=True)
class Rated:
    operator: int
    state: str  # of chat.models.RatingState
    scale: str
    score: int | None
    is_commented: bool


@dataclass(frozen=True)
class Facts:
    """One conversation as its rows tell it; everything in order of time."""

    conversation: int
    site: int
    zone: str
    department: int
    level: int
    operator: int | None
    began_at: datetime
    closed_at: datetime | None
    criticality: int
    by_operator: bool
    is_offline: bool
    seq: int
    changed_at: datetime
    outcome: int | None = None
    way: str = ""
    has_ticket: bool = False
    said: Sequence[Said] = ()
    stretches: Sequence[Stretch] = ()
    waits: Sequence[Waited] = ()
    transfers: Sequence[Handed] = ()
    ratings: Sequence[Rated] = ()
    # Of before: a zone that was changed since moves no day.
    counted_on: tuple[date, int] | None = None
    # As of a conversation from before there were stretches.
    was_accepted: bool = False


@dataclass(frozen=True)
class Counted:
    tally: Tally
    shares: list[Share]


def count(facts: Facts) -> Counted:
    """What is not known yet of an open one is null, and is no part of any mean."""
    day, hour = facts.counted_on or day_and_hour(facts.began_at, facts.zone)
    is_answered = bool(facts.stretches) or facts.was_accepted
    shares = list(_shares(facts))
    rated = _rated(facts.ratings)
    tally = Tally(
        conversation_id=facts.conversation,
        site_id=facts.site,
        department_id=facts.department,
        level=facts.level,
        operator_id=facts.operator,
        day=day,
        hour=hour,
        began_at=facts.began_at,
        closed_at=facts.closed_at,
        fate=fate_of(facts, is_answered=is_answered),
        kind=kind_of(facts.said),
        criticality=facts.criticality,
        outcome_id=facts.outcome,
        way=facts.way,
        is_offline=facts.is_offline,
        by_operator=facts.by_operator,
        wait=_wait(facts),
        response=_response(facts),
        duration=_duration(facts) if is_answered else None,
        climb=_climb(facts),
        replies=sum(share.replies for share in shares),
        reply_seconds=sum(share.reply_seconds for share in shares),
        from_visitor=sum(said.is_visitor for said in facts.said),
        from_operators=sum(not said.is_visitor for said in facts.said),
        transfers=len(facts.transfers),
        bounces=sum(handed.is_return for handed in facts.transfers),
        has_ticket=facts.has_ticket,
        **rated,
        seq=facts.seq,
        changed_at=facts.changed_at,
    )
    return Counted(tally, shares)


def day_and_hour(at: datetime, zone: str) -> tuple[date, int]:
    """Of the clock on the wall of the site."""
    wall = at.astimezone(ZoneInfo(zone))
    return wall.date(), wall.hour


def fate_of(facts: Facts, *, is_answered: bool) -> Fate:
    if is_answered:
        return Fate.ANSWERED
    if facts.is_offline:
        return Fate.OFFLINE
    return Fate.WAITING if facts.closed_at is None else Fate.MISSED


def kind_of(said: Sequence[Said]) -> Kind:
    visitors = sum(one.is_visitor for one in said)
    operators = len(said) - visitors
    if len(said) >= MESSAGES_OF_FULL and min(visitors, operators) >= OF_EACH_SIDE:
        return Kind.FULL
    if not said:
        return Kind.OTHER
    return Kind.NO_OPERATOR if said[-1].is_visitor else Kind.NO_VISITOR


def _is_timed(facts: Facts) -> bool:
    """Whom nobody could answer at once, or who was written to, waited for nobody."""
    return not facts.is_offline and not facts.by_operator


def _wait(facts: Facts) -> int | None:
    """From the first message to the acceptance, or to the end where there was none."""
    if not _is_timed(facts) or not facts.waits or facts.waits[0].ended_at is None:
        return None
    return seconds_between(facts.began_at, facts.waits[0].ended_at)


def _response(facts: Facts) -> int | None:
    if not _is_timed(facts):
        return None
    first = next((said for said in facts.said if not said.is_visitor), None)
    return None if first is None else seconds_between(facts.began_at, first.at)


def _duration(facts: Facts) -> int | None:
    """Of a closed one how long it was open since it was taken first, without what it was closed
    meanwhile.
    """
    if facts.closed_at is None or not facts.stretches:
        return None
    since = facts.stretches[0].began_at
    later = [wait for wait in facts.waits if wait.began_at >= since]
    spans = [(one.began_at, one.ended_at) for one in facts.stretches]
    spans += [(one.began_at, one.ended_at) for one in later]
    return sum(seconds_between(began, ended or facts.closed_at) for began, ended in spans)


def _climb(facts: Facts) -> int | None:
    """Until somebody of a higher level than the first one's took it."""
    for before, after in pairwise(facts.stretches):
        if after.level > before.level:
            return seconds_between(facts.began_at, after.began_at)
    return None


def _rated(ratings: Iterable[Rated]) -> dict[str, Any]:
    """The last score that was given; else whether they declined."""
    told: dict[str, Any] = {
        "scale": "",
        "score": None,
        "is_commented": False,
        "is_declined": False,
    }
    for one in ratings:
        if one.score is not None:
            told |= {"scale": one.scale, "score": one.score, "is_commented": one.is_commented}
        elif one.state == "declined":
            told["is_declined"] = True
    return told | ({"is_declined": False} if told["score"] is not None else {})


def _shares(facts: Facts) -> Iterator[Share]:
    replies = list(replies_in(facts.said, facts.stretches))
    accounts = dict.fromkeys(one.account for one in facts.stretches if one.account is not None)
    for account in accounts:
        own = [one for one in facts.stretches if one.account == account]
        last, theirs = own[-1], [took for by, took in replies if by == account]
        first = next((said.at for said in facts.said if _is_first(said, own)), None)
        yield Share(
            tally_id=facts.conversation,
            account_id=account,
            department_id=last.department or facts.department,
            level=last.level,
            began_at=facts.began_at,
            took_at=own[0].began_at,
            is_accepted=any(one.began_by in ACCEPTED for one in own),
            is_last=facts.operator == account,
            response=None if first is None else seconds_between(own[0].began_at, first),
            replies=len(theirs),
            reply_seconds=sum(theirs),
            messages=sum(said.by == account and not said.is_visitor for said in facts.said),
            seconds=sum(_length(one) for one in own),
            handed=sum(one.sender == account and not one.is_return for one in facts.transfers),
            taken=sum(one.taker == account and not one.is_return for one in facts.transfers),
            bounces=sum(one.taker == account and one.is_return for one in facts.transfers),
            **_rated(one for one in facts.ratings if one.operator == account),
        )


def _is_first(said: Said, own: Sequence[Stretch]) -> bool:
    by_them = not said.is_visitor and said.by == own[0].account
    return by_them and said.at >= own[0].began_at


def _length(stretch: Stretch) -> int:
    """What lasts is counted as it ends."""
    return 0 if stretch.ended_at is None else seconds_between(stretch.began_at, stretch.ended_at)


def replies_in(
    said: Iterable[Said], stretches: Sequence[Stretch]
) -> Iterator[tuple[int | None, int]]:
    """Who answered, and how long after the first message that had no answer; what was written
    before they took the conversation waited for them since they did.
    """
    asked_at: datetime | None = None
    for one in said:
        if one.is_visitor:
            asked_at = asked_at or one.at
        elif asked_at is not None:
            yield (
                one.by,
                seconds_between(max(asked_at, _taken_at(one, stretches, asked_at)), one.at),
            )
            asked_at = None


def _taken_at(answer: Said, stretches: Sequence[Stretch], otherwise: datetime) -> datetime:
    """When the stretch began in which this was said."""
    around = [one.began_at for one in stretches if one.began_at <= answer.at]
    return around[-1] if around else otherwise


def seconds_between(began: datetime, ended: datetime) -> int:
    """A clock that went back makes no time less than none."""
    return max(0, int((ended - began).total_seconds()))
