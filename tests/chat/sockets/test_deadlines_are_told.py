"""A deadline that presses calls whoever has its ticket, once; rows and heads follow it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions.plans import Term
from chat.models import Criticality, Ticket
from chat.tickets.actions.calling import call_for_deadlines
from tests.cast import assigns, becomes, offers_plan, registers, signs_contract

HOUR = timedelta(hours=1)


@pytest.fixture
def ticket(elena, ilya, dialogue):
    """To be answered within the hour."""
    terms = {Criticality.NORMAL: Term(60, 240, is_around_the_clock=True)}
    signs_contract(elena, offers_plan(elena, terms=terms), "СФ-1")
    return registers(ilya, dialogue, contract="СФ-1")


def calls(wire):
    return [one["html"] for one in wire.of("fragment") if "data-deadline" in one["html"]]


def test_who_has_it_hears_of_its_last_quarter_and_of_its_end_once_each(
    wires, ilya, darya, marina, ticket
):
    mine, hers, tab = wires.operator(ilya), wires.operator(darya), wires.visitor(marina)
    for part in (0.8, 0.9, 1.1, 1.2):
        call_for_deadlines(at=ticket.created_at + part * HOUR)
    for wire in (mine, hers, tab):
        wire.settle()
    quarter, over = calls(mine)
    assert f"№ {ticket.number}: осталась четверть срока первого ответа" in quarter
    assert f"№ {ticket.number}: срок первого ответа прошёл" in over
    assert calls(hers) == []
    assert not tab.of("fragment")


def test_where_nobody_has_it_its_department_hears_it(wires, ilya, anton, ticket, second_line):
    assigns(ilya, ticket, second_line)
    mine, theirs = wires.operator(ilya), wires.operator(anton)
    call_for_deadlines(at=ticket.created_at + HOUR)
    for wire in (mine, theirs):
        wire.settle()
    assert len(calls(theirs)) == 1
    assert calls(mine) == []


def test_the_row_and_the_head_follow_it(wires, ilya, dialogue, ticket):
    zone = wires.operator(ilya)
    becomes(ilya, ticket, "customer")
    zone.settle()
    told = {one["target"]: one["html"] for one in zone.of("fragment")}
    assert "<time-left" not in told[f"visitor-{dialogue.public_id}"]
    assert "hidden" in told[f"deadline-{dialogue.public_id}"]
    zone.forget()
    becomes(ilya, ticket, "work", at=timezone.now())
    zone.settle()
    told = {one["target"]: one["html"] for one in zone.of("fragment")}
    assert "<time-left" in told[f"visitor-{dialogue.public_id}"]
    assert "<time-left" in told[f"deadline-{dialogue.public_id}"]
    assert Ticket.objects.get().due_at is not None
