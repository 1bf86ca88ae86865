"""A queue that asks one after the other: who is asked hears and sees it, and nobody else."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.crew import colleague

pytestmark = [pytest.mark.front, pytest.mark.usefixtures("own_server")]

IN_TURN = """
from departments.models import Department, Distribution
Department.objects.filter(level=1).update(distribution=Distribution.IN_TURN)
"""
LISTENS = """() => { window.played = [];
    document.querySelector("sound-panel").sound.play = (url) => played.push(url); }"""


@pytest.fixture
def two(support, new_operator):
    """Two operators of a department that asks in turn; each listens."""
    support.manage("shell", "-c", IN_TURN)
    operators = [new_operator(colleague(number)) for number in (1, 2)]
    for operator in operators:
        operator.page.evaluate(LISTENS)
    return operators


def seconds_left(operator, visitor):
    return operator.row(visitor, "Ожидают").locator("[data-seconds-left]")


def who_is_asked(operators, visitor):
    for _look in range(100):
        for operator in operators:
            if seconds_left(operator, visitor).is_visible():
                return operator
        operators[0].page.wait_for_timeout(100)
    pytest.fail("Nobody is asked.")


def test_one_is_asked_and_lets_it_pass_to_the_other(two, visitor):
    visitor.says("Не приходит счёт")
    asked = who_is_asked(two, visitor)
    (other,) = (one for one in two if one is not asked)
    expect(seconds_left(asked, visitor)).to_have_text(re.compile(r"\d+"))
    expect(seconds_left(other, visitor)).to_be_hidden()
    expect(other.row(visitor)).to_contain_text(f"предложено: {asked.name}")
    asked.page.wait_for_function("played.length > 0")
    assert other.page.evaluate("played.length") == 0

    asked.opens(visitor)
    asked.place.get_by_role("button", name="Пропустить").click()
    expect(seconds_left(other, visitor)).to_be_visible()
    expect(seconds_left(asked, visitor)).to_be_hidden()
    other.page.wait_for_function("played.length > 0")
    other.accepts(visitor)
    visitor.hears(f"К переписке присоединился оператор {other.name}")
    expect(asked.row(visitor, "Других операторов")).to_be_visible()
