"""The cabinet says in plain words by when we answer and solve, and nothing of why."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions.plans import Term
from chat.models import Criticality
from chat.tickets.actions.changing import change_ticket
from chat.tickets.actions.registering import TicketDraft
from tests.cast import (
    answers,
    becomes,
    cabinet_of,
    offers_plan,
    registers,
    signs_contract,
)

NUMBER = "СФ-2026/0418"
HOUR = timedelta(hours=1)


@pytest.fixture
def contract(elena):
    """Around the clock: the first answer within an hour, the solution within four."""
    terms = {one: Term(60, 240, is_around_the_clock=True) for one in Criticality}
    return signs_contract(elena, offers_plan(elena, terms=terms), NUMBER)


def ago(ilya, dialogue, time):
    """Registered so long ago."""
    return registers(ilya, dialogue, contract=NUMBER, at=timezone.now() - time)


def text(answer):
    return answer.content.decode()


@pytest.fixture
def cabinet(customer):
    return cabinet_of(customer)


@pytest.mark.parametrize(
    ("since", "words"),
    [(HOUR / 2, "Ответим до"), (HOUR * 2, "Задерживаемся: обещали до")],
)
def test_the_cabinet_says_it_in_plain_words(cabinet, ilya, dialogue, contract, since, words):
    ticket = ago(ilya, dialogue, since)
    for address in ("", "заявки/", f"заявки/{ticket.number}/"):
        assert words in text(cabinet.get(f"/личный-кабинет/{address}"))


def test_after_the_answer_it_says_when_we_solve_it(cabinet, ilya, marina, dialogue, contract):
    answers(ilya, dialogue, "Смотрю")
    dialogue.refresh_from_db()
    ago(ilya, dialogue, HOUR / 2)
    assert "Решим до" in text(cabinet.get("/личный-кабинет/заявки/"))


def test_it_says_that_it_waits_for_them(cabinet, ilya, dialogue, contract):
    becomes(ilya, ago(ilya, dialogue, HOUR / 2), "customer")
    assert "Срок стоит, пока вы не ответите" in text(cabinet.get("/личный-кабинет/заявки/"))


def test_of_plan_and_reasons_it_says_nothing(cabinet, ilya, dialogue, contract):
    ticket = ago(ilya, dialogue, HOUR / 2)
    draft = TicketDraft("Нет звука", contract=NUMBER, criticality=4)
    change_ticket(ilya, ticket.number, draft, at=timezone.now())
    page = text(cabinet.get(f"/личный-кабинет/заявки/{ticket.number}/"))
    assert "Расширенный" not in page
    assert "→" not in page


def test_a_promise_of_nothing_is_a_dash(cabinet, ilya, dialogue):
    registers(ilya, dialogue)
    page = text(cabinet.get("/личный-кабинет/заявки/"))
    assert 'own-tickets__none">—</td>' in page
