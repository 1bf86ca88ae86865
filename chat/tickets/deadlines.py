"""By when a ticket is answered first, and solved, by what its contract promises.

Reckoned anew each time, from the registration on and out of the history, so that nothing drifts:
the clock stands still while it waits for its customer, and while it is done.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F

from chat.models import (
    STOPPED,
    AuthorKind,
    Message,
    MessageKind,
    Pressure,
    Ticket,
    TicketDeed,
    TicketEvent,
)
from chat.models.messages import MessageQuerySet
from chat.text import folded
from departments.contracts.models import Contract, Plan, PlanTerm
from departments.deadlines import NoDeadline, Over, Stop, over_at
from departments.hours import Schedule
from departments.models import Site

NEVER_OPEN = Schedule(ZoneInfo("UTC"), ((),) * 7)
# Of a term, after which staff are called.
CALLED_AFTER = 0.75
DEADLINES = ("answer_due_at", "solution_due_at")
# What `reckon` gives.
COUNTED = ("plan", *DEADLINES, "due_at", "warns_at", "called", "calls_at")


@dataclass(frozen=True)
class Promise:
    """Terms of None promise nothing; without a schedule they are counted around the clock."""

    plan: Plan | None = None
    answer: timedelta | None = None
    solution: timedelta | None = None
    schedule: Schedule | None = None


class Register:
    """What promises are read from, each part once for however many tickets."""

    def __init__(self) -> None:
        self._contracts: dict[tuple[str, int], Contract | None] = {}
        self._terms: dict[int, dict[int, PlanTerm]] = {}
        self._schedules: dict[int, Schedule] = {}

    def contract(self, number: str, site_id: int) -> Contract | None:
        """As the register has it, in force or not."""
        key = folded(number)
        if key and (key, site_id) not in self._contracts:
            found = Contract.objects.of_site(site_id).filter(number_key=key)
            self._contracts[key, site_id] = found.select_related("plan").first()
        return self._contracts.get((key, site_id))

    def promise(self, ticket: Ticket) -> Promise:
        """Of the contract that was in force as it was registered."""
        contract = self.contract(ticket.contract, ticket.site_id)
        if contract is None or not _is_in_force(contract, _day(ticket)):
            return Promise()
        term = self._terms_of(contract.plan).get(ticket.criticality)
        if term is None:
            return Promise(contract.plan)
        return Promise(
            contract.plan,
            _minutes(term.answer),
            _minutes(term.solution),
            None if term.is_around_the_clock else self._schedule(ticket.site),
        )

    def _terms_of(self, plan: Plan) -> dict[int, PlanTerm]:
        if plan.pk not in self._terms:
            self._terms[plan.pk] = {term.criticality: term for term in plan.terms.all()}
        return self._terms[plan.pk]

    def _schedule(self, site: Site) -> Schedule:
        """One that cannot be read has no hours, and the pulse says so (chat.queue.availability)."""
        if site.pk not in self._schedules:
            try:
                self._schedules[site.pk] = site.schedule
            except Exception:
                self._schedules[site.pk] = NEVER_OPEN
        return self._schedules[site.pk]


def _is_in_force(contract: Contract, day: date) -> bool:
    return contract.begins_on <= day and not contract.is_over(day)


def _day(ticket: Ticket) -> date:
    """By the clock of the site."""
    return ticket.created_at.astimezone(ZoneInfo(ticket.site.time_zone)).date()


def _minutes(count: int | None) -> timedelta | None:
    return None if count is None else timedelta(minutes=count)


def stops_of(tickets: Collection[Ticket]) -> Mapping[int, list[Stop]]:
    """When the clock of each stood still, by its key; of some there is nothing."""
    changes = TicketEvent.objects.filter(
        ticket__in=[ticket.pk for ticket in tickets], deed=TicketDeed.CHANGED, field="status"
    )
    became: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    for key, at, status in changes.order_by("pk").values_list("ticket", "at", "after"):
        became[key].append((at, status))
    return {one.pk: stops_in(one.created_at, became[one.pk]) for one in tickets}


def stops_in(since: datetime, changes: Iterable[tuple[datetime, str]]) -> list[Stop]:
    """Of when it became what, in order; servers whose clocks differ put nothing out of it."""
    stops: list[Stop] = []
    begins, last = None, since
    for at, status in changes:
        last = max(last, at)
        if status in STOPPED:
            begins = begins or last
        elif begins is not None:
            stops.append((begins, last))
            begins = None
    return stops if begins is None else [*stops, (begins, None)]


def reckon(ticket: Ticket, promise: Promise, stops: Collection[Stop], *, at: datetime) -> None:
    """Give it its plan and deadlines; it is not saved. A first answer that was given stays due when
    it was.
    """
    ticket.plan = promise.plan
    terms = {"solution_due_at": promise.solution}
    if ticket.answered_at is None:
        terms["answer_due_at"] = promise.answer
    running = []
    for name, term in terms.items():
        over = _over(promise, ticket, term, stops)
        setattr(ticket, name, over.at if over else None)
        if over and term and not over.is_stopped and not ticket.is_done:
            running.append((over.at, term))
    ticket.due_at, ticket.warns_at = None, None
    if running:
        ticket.due_at, term = min(running)
        warning = _over(promise, ticket, term * CALLED_AFTER, stops)
        ticket.warns_at = warning.at if warning else ticket.due_at
    await_call(ticket, at=at)


def _over(
    promise: Promise, ticket: Ticket, term: timedelta | None, stops: Collection[Stop]
) -> Over | None:
    try:
        return over_at(promise.schedule, ticket.created_at, term, stops) if term else None
    except NoDeadline:
        return None


def await_call(ticket: Ticket, *, at: datetime) -> None:
    """When staff are called next: once for each step of the pressure, and anew where it eased."""
    if ticket.due_at is None:
        ticket.calls_at = None
        return
    ticket.called = min(ticket.called, ticket.pressure(at))
    steps = {Pressure.CALM: ticket.warns_at, Pressure.QUARTER: ticket.due_at}
    ticket.calls_at = steps.get(Pressure(ticket.called))


def answers_in(**conversation: Any) -> MessageQuerySet:
    """What staff said in it since its visitor last began to wait; what was said before they wrote
    anew answers nothing. Keywords find the conversations.
    """
    said = Message.objects.said().filter(author_kind=AuthorKind.OPERATOR)
    answers = said.exclude(kind=MessageKind.NOTE)
    return answers.filter(created_at__gte=F("conversation__waiting_since"), **conversation)


def answered(ticket: Ticket, *, at: datetime) -> bool:
    """Staff have said something to its customer; whether it is the first. It is not saved."""
    if ticket.answered_at is not None:
        return False
    ticket.answered_at = max(at, ticket.created_at)
    ticket.called = Pressure.CALM
    return True


def told(ticket: Ticket) -> dict[str, str]:
    """Its deadlines as the history keeps them."""
    return {name: _iso(getattr(ticket, name)) for name in DEADLINES}


def _iso(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).isoformat(timespec="seconds")
