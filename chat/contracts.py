"""By which contract a visitor is served: as staff settled it, as their site signed it, by their
login, by their e-mail.

Each goes before the next; those that name another contract
in force are told beside it. Nobody is refused a talk for what is found here, or is not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Exists, F, Q, Subquery, Value, When
from django.db.models.functions import JSONObject

from chat.models import SettledValue, Step, Visitor
from chat.text import folded
from departments.contracts.models import Contract, ContractCustomer, ContractQuerySet


class Source(StrEnum):
    SETTLED = "settled"
    SIGNED = "signed"
    LOGIN = "login"
    EMAIL = "email"


class State(StrEnum):
    IN_FORCE = "in_force"
    AHEAD = "ahead"  # it has not begun
    OVER = "over"


@dataclass(frozen=True)
class Held:
    """A contract, as one source leads to it."""

    source: Source
    key: int
    number: str
    organisation: str
    plan: str
    has_chat: bool
    begins_on: date
    ends_on: date | None
    state: State


@dataclass(frozen=True)
class Found:
    """`unknown` is the number that was settled, or signed by the site, and that the register does
    not have; `signed_plan` the plan that the site signed. An empty register knows nobody, and says
    nothing.
    """

    held: Held | None = None
    others: tuple[Held, ...] = ()
    unknown: str = ""
    unknown_by: Source = Source.SIGNED
    signed_plan: str = ""
    is_register_empty: bool = False


def contract_for(visitor: Visitor, *, at: datetime) -> Found:
    row = Visitor.objects.filter(pk=visitor.pk).annotate(**named_for(visitor, at=at))
    return found_in(row.values(*_NAMES.values(), _ANY).get(), visitor, at=at)


_NAMES = {source: f"contract_by_{source.value}" for source in Source}
_ANY = "has_contracts"


def named_for(visitor: Visitor, *, at: datetime) -> dict[str, Any]:
    """Annotations that `found_in` reads, for whichever statement is under way."""
    day = _day(visitor, at)
    there = Contract.objects.of_site(visitor.site_id)
    settled = SettledValue.objects.filter(visitor=visitor, step=Step.CONTRACT)
    found = {
        Source.SETTLED: there.filter(number_key__in=settled.values("key")),
        Source.SIGNED: there.filter(number_key=folded(visitor.contract)),
        Source.LOGIN: there.filter(pk__in=_of_customer(*logins(visitor.subject))),
        Source.EMAIL: there.filter(pk__in=_of_customer(visitor.email.lower())),
    }
    named: dict[str, Any] = {_NAMES[key]: _best(rows, day) for key, rows in found.items()}
    return {**named, _ANY: Exists(Contract.objects.all())}


def logins(subject: str) -> tuple[str, ...]:
    """As customers are named in the register; a site may know its people by their e-mails."""
    return (subject, subject.lower()) if "@" in subject else (subject,)


def _of_customer(*values: str) -> Any:
    return ContractCustomer.objects.filter(value__in=[one for one in values if one]).values(
        "contract"
    )


def _best(found: ContractQuerySet, day: date) -> Subquery:
    """One in force; else the one that is over last, or is still to come."""
    ends_late = Case(When(ends_on=None, then=Value(date.max)), default=F("ends_on"))
    in_force = Q(begins_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gte=day))
    ordered = found.order_by(
        Case(When(in_force, then=Value(0)), default=Value(1)), ends_late.desc(), "pk"
    )
    told = JSONObject(
        key="pk",
        number="number",
        organisation="organisation",
        plan="plan__name",
        has_chat="plan__has_chat",
        begins_on="begins_on",
        ends_on="ends_on",
    )
    return Subquery(ordered.values(told=told)[:1])


def found_in(row: Mapping[str, Any], visitor: Visitor, *, chosen: str = "", at: datetime) -> Found:
    """What the annotations of `named_for` say; `chosen` is the number that staff settled on."""
    day = _day(visitor, at)
    held = [_held(source, row[name], day) for source, name in _NAMES.items() if row[name]]
    first = held[0] if held else None
    others = {one.key: one for one in reversed(held) if _differs(one, first)}
    named = chosen or visitor.contract
    by = Source.SETTLED if chosen else Source.SIGNED
    return Found(
        held=first,
        others=tuple(reversed(others.values())),
        unknown=named if row[_NAMES[by]] is None else "",
        unknown_by=by,
        signed_plan=visitor.plan,
        is_register_empty=not row[_ANY],
    )


def _differs(one: Held, first: Held | None) -> bool:
    """Another contract, and one that counts."""
    return first is not None and one.key != first.key and one.state == State.IN_FORCE


def _held(source: Source, told: Mapping[str, Any], day: date) -> Held:
    begins_on = date.fromisoformat(told["begins_on"])
    ends_on = date.fromisoformat(told["ends_on"]) if told["ends_on"] else None
    state = State.AHEAD if begins_on > day else State.IN_FORCE
    if ends_on is not None and ends_on < day:
        state = State.OVER
    return Held(
        source=source,
        key=told["key"],
        number=told["number"],
        organisation=told["organisation"],
        plan=told["plan"],
        has_chat=bool(told["has_chat"]),
        begins_on=begins_on,
        ends_on=ends_on,
        state=state,
    )


def _day(visitor: Visitor, at: datetime) -> date:
    """By the clock of the site."""
    return at.astimezone(ZoneInfo(visitor.site.time_zone)).date()
