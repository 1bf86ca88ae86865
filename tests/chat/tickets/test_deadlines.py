"""Deadlines of tickets: from the contract's plan, stopped while the customer is waited for, moved
by whatever they come from, with the reason in the history.
"""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from chat.actions.changes import Doer
from chat.actions.contracts import change_contract, delete_contract, draft_of
from chat.actions.plans import PlanDraft, Term, change_plan
from chat.actions.schedules import ScheduleDraft, change_schedule
from chat.models import Criticality, Pressure, Ticket
from chat.tickets.actions.answering import answer_ticket, reply_to_ticket
from chat.tickets.actions.calling import call_for_deadlines, note_first_answers
from chat.tickets.actions.changing import change_ticket
from chat.tickets.actions.registering import TicketDraft
from departments.timetable import read_day
from tests.cast import (
    accepts,
    answers,
    becomes,
    closes,
    offers_plan,
    registers,
    signs_contract,
    writes,
)

pytestmark = pytest.mark.once

MOSCOW = ZoneInfo("Europe/Moscow")
NUMBER = "СФ-2026/0418"
TERMS = {
    Criticality.NORMAL: Term(60, 4 * 60),
    Criticality.CRITICAL: Term(15, 60, is_around_the_clock=True),
}


def moscow(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=MOSCOW)


TEN = moscow(26, 10)  # a Thursday


@pytest.fixture
def plan(elena, site):
    works(elena, site, "9-18")
    return offers_plan(elena, terms=TERMS)


@pytest.fixture
def contract(elena, plan):
    return signs_contract(elena, plan, NUMBER)


@pytest.fixture
def ticket(ilya, dialogue, contract):
    return registers(ilya, dialogue, contract=NUMBER, at=TEN)


def works(by, site, hours):
    """From Monday to Friday."""
    site.refresh_from_db()
    week = (read_day(hours),) * 5 + ((),) * 2
    draft = ScheduleDraft(time_zone="Europe/Moscow", week=week)
    change_schedule(Doer(by), site.pk, draft, shown=site.version, at=TEN)


def seen(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def due(ticket):
    one = seen(ticket)
    return one.answer_due_at, one.solution_due_at


def moves(ticket):
    found = ticket.events.filter(deed="deadline").order_by("pk")
    return list(found.values_list("by_name", "field", "text"))


def answers_at(account, ticket, at):
    answer_ticket(account, ticket.number, "Ищем", client_id=ticket.client_id, at=at)


def test_it_is_due_by_the_plan_of_its_contract_in_working_hours(ticket, plan):
    assert due(ticket) == (moscow(26, 11), moscow(26, 14))
    assert (ticket.plan, ticket.due_at, ticket.pressing) == (plan, moscow(26, 11), "answer_due_at")
    assert ticket.warns_at == moscow(26, 10, 45)


def test_around_the_clock_nights_count(ilya, dialogue, contract):
    night = registers(ilya, dialogue, contract=NUMBER, criticality=4, at=moscow(28, 23))
    assert due(night) == (moscow(28, 23, 15), moscow(29, 0))


def test_a_criticality_without_terms_promises_nothing(ilya, dialogue, contract, plan):
    ticket = registers(ilya, dialogue, contract=NUMBER, criticality=1, at=TEN)
    assert (ticket.plan, ticket.due_at, due(ticket)) == (plan, None, (None, None))


@pytest.mark.parametrize("number", ["", "СФ-0/0"])
def test_neither_does_a_contract_that_the_register_does_not_have(ilya, dialogue, contract, number):
    ticket = registers(ilya, dialogue, contract=number, at=TEN)
    assert (ticket.plan, ticket.due_at) == (None, None)


def test_nor_one_that_was_over(ilya, elena, dialogue, plan):
    signs_contract(elena, plan, NUMBER, ends_on=date(2026, 11, 25))
    assert registers(ilya, dialogue, contract=NUMBER, at=TEN).plan is None
    assert registers(ilya, dialogue, contract=NUMBER, at=moscow(25, 10)).plan == plan


def test_the_number_is_spelt_as_in_the_register(ilya, dialogue, contract):
    assert registers(ilya, dialogue, contract=NUMBER.lower(), at=TEN).contract == NUMBER


def test_a_schedule_that_never_opens_gives_no_deadline(ilya, elena, site, dialogue, contract):
    works(elena, site, "")
    assert due(registers(ilya, dialogue, contract=NUMBER, at=TEN)) == (None, None)


# The first answer


def test_after_the_first_answer_the_solution_is_what_is_due(ilya, ticket):
    answers_at(ilya, ticket, moscow(26, 10, 30))
    assert (seen(ticket).due_at, seen(ticket).pressing) == (moscow(26, 14), "solution_due_at")
    assert seen(ticket).warns_at == moscow(26, 13)


def test_who_answered_in_the_conversation_has_answered_the_ticket(ilya, dialogue, contract):
    answers(ilya, dialogue, "Здравствуйте, смотрю")
    dialogue.refresh_from_db()
    ticket = registers(ilya, dialogue, contract=NUMBER, at=TEN)
    assert (ticket.answered_at, ticket.due_at) == (TEN, moscow(26, 14))


def test_what_was_said_before_they_wrote_anew_answers_nothing(ilya, marina, dialogue, contract):
    answers(ilya, dialogue, "Здравствуйте, смотрю")
    closes(ilya, dialogue)
    accepts(ilya, writes(marina, "Опять").conversation)
    ticket = registers(ilya, dialogue, contract=NUMBER, at=TEN)
    note_first_answers(at=TEN)
    assert seen(ticket).answered_at is None


def test_a_note_to_colleagues_answers_nothing(ilya, dialogue, ticket):
    answers(ilya, dialogue, "Похоже на порт", note=True)
    note_first_answers(at=TEN)
    assert seen(ticket).answered_at is None


def test_an_answer_in_the_conversation_after_it_is_found_by_the_pulse(ilya, dialogue, ticket):
    note_first_answers(at=TEN)
    assert seen(ticket).answered_at is None
    answers(ilya, dialogue, "Здравствуйте, смотрю")
    note_first_answers(at=TEN)
    assert (seen(ticket).answered_at is None, seen(ticket).due_at) == (False, moscow(26, 14))


# Stopped


def test_while_the_customer_is_waited_for_nothing_runs(ilya, marina, ticket):
    answers_at(ilya, ticket, TEN)
    becomes(ilya, ticket, "customer", at=moscow(26, 12))
    assert (seen(ticket).due_at, seen(ticket).calls_at) == (None, None)
    assert not Ticket.objects.overdue(moscow(30, 10)).exists()
    reply_to_ticket(marina, ticket.number, "Вот", client_id=plan_key(ticket), at=moscow(26, 15))
    assert seen(ticket).due_at == moscow(26, 17)
    ((by, field, why),) = moves(ticket)
    assert (by, field) == (marina.name, "solution_due_at")
    assert "пока заявка ждала клиента" in why


def plan_key(ticket):
    return type(ticket.client_id)(int=ticket.client_id.int ^ 1)


def test_what_was_late_before_it_waited_stays_overdue(ilya, ticket):
    becomes(ilya, ticket, "customer", at=moscow(27, 12))
    assert Ticket.objects.overdue(moscow(27, 12)).get() == ticket


def test_solved_it_is_not_overdue_and_taken_up_again_it_goes_on(ilya, ticket):
    answers_at(ilya, ticket, TEN)
    becomes(ilya, ticket, "solved", at=moscow(26, 13))
    assert not Ticket.objects.overdue(moscow(30, 10)).exists()
    becomes(ilya, ticket, "work", at=moscow(27, 9))
    assert seen(ticket).due_at == moscow(27, 10)


# Moved


def test_another_criticality_moves_it_with_the_reason(ilya, ticket):
    draft = TicketDraft("Нет звука", contract=NUMBER, criticality=4)
    change_ticket(ilya, ticket.number, draft, at=moscow(26, 10, 5))
    assert due(ticket) == (moscow(26, 10, 15), moscow(26, 11))
    why = "Критичность: обычная → критическая."
    assert moves(ticket) == [
        ("Илья Воронцов", "answer_due_at", why),
        ("Илья Воронцов", "solution_due_at", why),
    ]


def test_another_contract_moves_it(ilya, ticket):
    change_ticket(ilya, ticket.number, TicketDraft("Нет звука"), at=TEN)
    assert due(ticket) == (None, None)
    assert moves(ticket)[0][2] == f"Договор: {NUMBER} → нет."


def test_so_do_other_terms_of_the_plan(elena, plan, ticket):
    draft = PlanDraft(name=plan.name, terms={Criticality.NORMAL: Term(120, 4 * 60)})
    change_plan(Doer(elena), plan.pk, draft, shown=plan.version, at=TEN)
    assert due(ticket) == (moscow(26, 12), moscow(26, 14))
    assert moves(ticket) == [(elena.name, "answer_due_at", "Изменён план «Расширенный».")]


def test_so_does_another_schedule(elena, site, ticket):
    works(elena, site, "9-12")
    assert due(ticket) == (moscow(26, 11), moscow(27, 11))
    assert moves(ticket) == [(elena.name, "solution_due_at", f"Изменены часы работы: {site.name}.")]


def test_so_does_another_plan_of_the_contract(elena, contract, ticket):
    other = offers_plan(elena, "Премиум", terms={Criticality.NORMAL: Term(30, 60)})
    draft = replace(draft_of(contract), plan=other.pk)
    change_contract(Doer(elena), contract.pk, draft, shown=contract.version, at=TEN)
    assert (due(ticket), seen(ticket).plan) == ((moscow(26, 10, 30), moscow(26, 11)), other)
    delete_contract(Doer(elena), contract.pk, at=TEN)
    assert (due(ticket), seen(ticket).plan) == ((None, None), None)


def test_a_contract_that_is_entered_later_gives_it_its_deadlines(ilya, elena, dialogue, plan):
    ticket = registers(ilya, dialogue, contract=NUMBER.lower(), at=TEN)
    signs_contract(elena, plan, NUMBER)
    assert due(ticket) == (moscow(26, 11), moscow(26, 14))


def test_what_is_done_and_an_answer_that_was_given_are_not_moved(ilya, elena, plan, ticket):
    answers_at(ilya, ticket, TEN)
    becomes(ilya, ticket, "closed", at=moscow(26, 11))
    before = due(ticket)
    draft = PlanDraft(name=plan.name, terms={Criticality.NORMAL: Term(5, 10)})
    change_plan(Doer(elena), plan.pk, draft, shown=plan.version, at=moscow(26, 12))
    assert due(ticket) == before


def test_none_of_it_reaches_the_customer(ilya, ticket):
    change_ticket(ilya, ticket.number, TicketDraft("Нет звука"), at=TEN)
    assert not ticket.events.for_customer().exists()


# Called


def called(ticket, at):
    call_for_deadlines(at=at)
    return Pressure(seen(ticket).called)


def test_staff_are_called_as_the_last_quarter_begins_and_as_it_is_over(ticket):
    assert called(ticket, moscow(26, 10, 44)) == Pressure.CALM
    assert called(ticket, moscow(26, 10, 45)) == Pressure.QUARTER
    assert seen(ticket).calls_at == moscow(26, 11)
    assert called(ticket, moscow(26, 11)) == Pressure.OVER
    assert seen(ticket).calls_at is None


def test_a_pause_in_the_last_quarter_calls_nobody_twice(ilya, ticket):
    assert called(ticket, moscow(26, 10, 50)) == Pressure.QUARTER
    becomes(ilya, ticket, "customer", at=moscow(26, 10, 50))
    becomes(ilya, ticket, "work", at=moscow(26, 12))
    assert (seen(ticket).called, seen(ticket).calls_at) == (Pressure.QUARTER, moscow(26, 12, 10))


def test_who_is_given_more_time_is_called_anew(elena, plan, ticket):
    assert called(ticket, moscow(26, 11)) == Pressure.OVER
    draft = PlanDraft(name=plan.name, terms={Criticality.NORMAL: Term(120, 4 * 60)})
    change_plan(Doer(elena), plan.pk, draft, shown=plan.version, at=moscow(26, 11))
    assert (seen(ticket).called, seen(ticket).calls_at) == (Pressure.CALM, moscow(26, 11, 30))


def test_the_solution_calls_though_the_first_answer_was_late(ilya, ticket):
    assert called(ticket, moscow(26, 11)) == Pressure.OVER
    answers_at(ilya, ticket, moscow(26, 11, 5))
    assert (seen(ticket).called, seen(ticket).calls_at) == (Pressure.CALM, moscow(26, 13))


def test_one_ticket_has_no_say_in_another_s(ilya, sergey, ticket, contract):
    other = registers(ilya, accepts(ilya, writes(sergey).conversation), at=TEN)
    assert called(ticket, moscow(26, 12)) == Pressure.OVER
    assert (other.due_at, seen(other).called) == (None, Pressure.CALM)


def test_of_many_stops_each_counts(ilya, ticket):
    answers_at(ilya, ticket, TEN)
    for hour in range(3):
        becomes(ilya, ticket, "customer", at=moscow(26, 11 + 2 * hour))
        becomes(ilya, ticket, "work", at=moscow(26, 12 + 2 * hour))
    assert seen(ticket).due_at == moscow(26, 17)
    assert seen(ticket).warns_at == moscow(26, 15)
