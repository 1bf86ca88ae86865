"""Who asks and about what: of each step what every source says, and what counts.

What staff settled goes first, then what the site signed, then the register, then what the visitor
agreed to tell by their window. Nothing overwrites anything: what the site signs stays what it said,
and is «проверено» only where it is what counts.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q, Subquery
from django.db.models.functions import JSONObject

from chat import contracts
from chat.contracts import Found, Source
from chat.models import (
    Conversation,
    Judgement,
    Origin,
    SettledValue,
    SnapshotRequest,
    Step,
    Visitor,
)
from chat.text import folded
from departments.criticality import Criticality, Impact, Urgency


@dataclass(frozen=True)
class Saying:
    """What one source says; `by` is who chose or entered it, and `at` since when it is so."""

    origin: Origin
    value: str
    at: datetime | None = None
    by: str = ""


@dataclass(frozen=True)
class Settled(Saying):
    """What staff decided, and what else was said then, folded."""

    passed_over: tuple[str, ...] = ()


@dataclass(frozen=True)
class Identified:
    step: Step
    counts: Saying | None
    others: tuple[Saying, ...]  # that say something else
    is_disputed: bool  # nobody has decided yet
    is_verified: bool

    @property
    def value(self) -> str:
        return self.counts.value if self.counts else ""

    @property
    def is_done(self) -> bool:
        return bool(self.value) and not self.is_disputed


@dataclass(frozen=True)
class Judged:
    criticality: Criticality
    impact: Impact | None
    urgency: Urgency | None
    why: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Identification:
    steps: Mapping[Step, Identified]
    judged: Judged | None
    contract: Found

    @property
    def plan(self) -> str:
        return self.steps[Step.PLAN].value


def identified(step: Step, sayings: Sequence[Saying], settled: Settled | None) -> Identified:
    """Pure: of what sources say, the first first, and of what staff settled."""
    counts = settled or next(iter(sayings), None)
    value = counts.value if counts else ""
    others = {folded(one.value): one for one in reversed(sayings)}
    others.pop(folded(value), None)
    known = settled.passed_over if settled else ()
    signed = {one.value for one in sayings if one.origin == Origin.SIGNED}
    return Identified(
        step=step,
        counts=counts,
        others=tuple(reversed(others.values())),
        is_disputed=any(key not in known for key in others),
        is_verified=counts is not None and counts.origin == Origin.SIGNED and value in signed,
    )


def identification_of(conversation: Conversation, *, at: datetime) -> Identification:
    names = named_for(conversation, at=at)
    found = Visitor.objects.filter(pk=conversation.visitor_id).annotate(**names)
    return identification_in(found.values(*names).get(), conversation, at=at)


def named_for(conversation: Conversation, *, at: datetime) -> dict[str, Any]:
    """Annotations that `identification_in` reads, for whichever statement is under way."""
    theirs = Q(visitor=conversation.visitor_id, conversation=None)
    settled = SettledValue.objects.filter(theirs | Q(conversation=conversation.pk))
    told = JSONObject(
        value="value", origin="origin", passed_over="passed_over", by="by_name", at="set_at"
    )
    judged = Judgement.objects.filter(conversation=conversation.pk).order_by("-pk")
    given = SnapshotRequest.objects.filter(conversation=conversation.pk, state="given")
    given = given.exclude(software="").order_by("-decided_at", "-pk")
    judgement = JSONObject(
        **{name: name for name in ("criticality", "impact", "urgency", "why", "reason")},
        by="by_name",
        at="set_at",
    )
    return {
        **contracts.named_for(conversation.visitor, at=at),
        **{_name(step): Subquery(settled.filter(step=step).values(told=told)[:1]) for step in Step},
        _JUDGED: Subquery(judged.values(told=judgement)[:1]),
        _REPORTED: Subquery(
            given.values(told=JSONObject(software="software", at="decided_at"))[:1]
        ),
    }


def identification_in(
    row: Mapping[str, Any], conversation: Conversation, *, at: datetime
) -> Identification:
    """What the annotations of `named_for` say."""
    visitor = conversation.visitor
    settled = {step: _settled(row[_name(step)]) for step in Step}
    number = settled[Step.CONTRACT]
    found = contracts.found_in(row, visitor, chosen=number.value if number else "", at=at)
    signed = {
        Step.NAME: visitor.name,
        Step.CONTRACT: visitor.contract,
        Step.PLAN: visitor.plan,
        Step.SOFTWARE: visitor.claims.get(Step.SOFTWARE, ""),
        Step.VERSION: visitor.claims.get(Step.VERSION, ""),
    }
    by_register = {Step.CONTRACT: _numbers(found), Step.PLAN: _plans(found, number)}
    by_window = {Step.SOFTWARE: _reported(row[_REPORTED])}
    return Identification(
        steps={
            step: identified(
                step,
                [
                    *_said(Origin.SIGNED, [signed[step]], visitor.signed_at),
                    *_said(Origin.REGISTER, by_register.get(step, ())),
                    *by_window.get(step, ()),
                ],
                settled[step],
            )
            for step in Step
        },
        judged=_judged(row[_JUDGED]),
        contract=found,
    )


_JUDGED, _REPORTED = "judged", "reported"


def _name(step: Step) -> str:
    return f"settled_{step.value}"


def _said(origin: Origin, values: Iterable[str], at: datetime | None = None) -> list[Saying]:
    return [Saying(origin, value[: SettledValue.MOST], at) for value in values if value]


def _reported(told: Any) -> list[Saying]:
    return _said(Origin.REPORTED, [told["software"]], _moment(told)) if told else []


def _numbers(found: Found) -> list[str]:
    """Of contracts in the register, by who the visitor is; not by what others say of it."""
    held = [found.held] if found.held else []
    known = (Source.LOGIN, Source.EMAIL)
    return [one.number for one in (*held, *found.others) if one.source in known]


def _plans(found: Found, number: Settled | None) -> list[str]:
    """Of the contract that counts; where staff settled on another, no one's."""
    held = found.held
    if held is None or (number and folded(held.number) != folded(number.value)):
        return []
    return [held.plan]


def _settled(told: Any) -> Settled | None:
    if not told:
        return None
    # A list within an object is a text to SQLite.
    passed = told["passed_over"]
    over = json.loads(passed) if isinstance(passed, str) else passed
    return Settled(Origin(told["origin"]), told["value"], _moment(told), told["by"], tuple(over))


def _judged(told: Any) -> Judged | None:
    if not told:
        return None
    return Judged(
        criticality=Criticality(told["criticality"]),
        impact=Impact(told["impact"]) if told["impact"] else None,
        urgency=Urgency(told["urgency"]) if told["urgency"] else None,
        why=told["why"],
        reason=told["reason"],
        by=told["by"],
        at=_moment(told),
    )


def _moment(told: Mapping[str, Any]) -> datetime:
    """SQLite tells it without a zone."""
    at = datetime.fromisoformat(told["at"])
    return at if at.tzinfo else at.replace(tzinfo=UTC)
