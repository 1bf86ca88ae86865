"""A ticket goes along with its conversation to another level, and out of a deleted department."""

import pytest
from django.utils import timezone

from chat.actions.changes import Doer
from chat.actions.departments import delete_department
from chat.actions.moves import move_conversation
from tests.cast import (
    assigns,
    becomes,
    is_present,
    registers,
    takes_over,
    to,
    transfers,
)


@pytest.fixture
def ticket(ilya, anton, dialogue):
    is_present(ilya, anton)
    return registers(ilya, dialogue)


def now(ticket):
    ticket.refresh_from_db()
    return ticket.department, ticket.responsible, ticket.status


def test_it_is_handed_up_with_its_conversation(ilya, anton, dialogue, ticket, second_line):
    transfers(ilya, dialogue, anton)
    takes_over(anton, dialogue)
    assert now(ticket) == (second_line, anton, "handed")
    assert becomes(anton, ticket, "work").status == "work"
    told = ticket.events.filter(deed="changed").values_list("by_name", "field")
    assert ("Илья Воронцов", "department") in told


def test_with_what_waits_in_another_queue_it_waits_there(
    ilya, dialogue, ticket, third_line, kamila
):
    transfers(ilya, dialogue, third_line, even_absent=True)
    assert now(ticket) == (third_line, None, "handed")


def test_an_administrator_moves_both(elena, dialogue, ticket, second_line, anton):
    move_conversation(elena, dialogue.public_id, to(anton), at=timezone.now())
    assert now(ticket) == (second_line, anton, "handed")


def test_within_its_department_it_stays_whose_it_is(ilya, darya, dialogue, ticket, first_line):
    is_present(darya)
    transfers(ilya, dialogue, darya)
    takes_over(darya, dialogue)
    assert now(ticket) == (first_line, ilya, "new")


def test_what_is_elsewhere_already_stays_there(ilya, anton, dialogue, ticket, third_line):
    assigns(ilya, ticket, third_line)
    transfers(ilya, dialogue, anton)
    takes_over(anton, dialogue)
    assert now(ticket) == (third_line, None, "handed")


@pytest.mark.parametrize("status", ["solved", "closed"])
def test_what_is_done_stays(ilya, anton, dialogue, ticket, first_line, status):
    becomes(ilya, ticket, status)
    transfers(ilya, dialogue, anton)
    takes_over(anton, dialogue)
    assert now(ticket) == (first_line, ilya, status)


def test_out_of_a_deleted_department_go_also_those_that_are_done(
    ilya, elena, dialogue, ticket, second_line, third_line
):
    other = registers(ilya, dialogue)
    for one in (ticket, other):
        assigns(ilya, one, second_line)
    becomes(elena, other, "closed")
    delete_department(Doer(elena), second_line.pk, to=third_line.pk, at=timezone.now())
    assert now(ticket)[0] == now(other)[0] == third_line
    last = ticket.events.last()
    assert (last.by_name, last.before, last.after) == (
        "Елена Соколова",
        "Поддержка второго уровня",
        "Поддержка третьего уровня",
    )
