"""«Обычно отвечаем за N минут»: told where it is true, and not at all otherwise."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from chat.models import Visitor
from chat.queue import expectation
from chat.queue.expectation import count_usual_wait, usual_wait
from chat.text import counted
from tests.cast import accepts, answers, browser_of, closes, open_site, token, writes

MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
ENOUGH = 8


@pytest.fixture(autouse=True)
def _nothing_counted_yet(monkeypatch):
    """And less is enough than twenty of them, which take their time."""
    expectation._counted.clear()
    monkeypatch.setattr(expectation, "ENOUGH", ENOUGH)


@pytest.fixture
def asks(site, ilya):
    """Somebody asks, and is answered after that long, unless they are left without an answer."""

    def ask(number, after=None, *, at=NOW - timedelta(hours=1), on=site):
        visitor, _is_new = Visitor.objects.get_or_create(
            site=on, subject=f"{on.key}-{number}", defaults={"name": f"Гость {number}"}
        )
        conversation = writes(visitor, at=at).conversation
        if after is not None:
            accepts(ilya, conversation, at=at + after / 2)
            answers(ilya, conversation, "Добрый день!", at=at + after)
        closes(ilya, conversation, at=at + (after or MINUTE))

    return ask


def waits(site, at=NOW):
    return count_usual_wait(site.pk, site.schedule, at=at)


def test_it_is_the_median_of_the_times_until_an_answer(site, asks):
    for number in range(ENOUGH):
        asks(number, {0: 90 * MINUTE, 1: MINUTE}.get(number % 4, 2 * MINUTE))
    assert waits(site) == 2 * MINUTE


def test_of_too_few_nothing_is_told(site, asks):
    for number in range(ENOUGH - 1):
        asks(number, MINUTE)
    assert waits(site) is None


def test_who_was_never_answered_waited_longest(site, asks):
    for number in range(2 * ENOUGH):
        asks(number, None if number % 2 else MINUTE)
    assert waits(site) is None


def test_who_still_waits_is_not_counted_yet(site, asks, marina):
    for number in range(ENOUGH - 1):
        asks(number, MINUTE)
    writes(marina, at=NOW - MINUTE)
    assert waits(site) is None


def test_what_began_while_the_site_was_closed_is_not_counted(site, asks):
    for number in range(2 * ENOUGH):
        asks(number, MINUTE if number % 2 else 11 * 60 * MINUTE)
    site.hours.all().delete()
    site.hours.create(weekday=0, opens=0, closes=60)
    assert waits(site) is None


def test_what_is_long_ago_or_another_site_s_is_not_counted(site, asks, first_line):
    shop = open_site("shop", first_line)
    for number in range(ENOUGH):
        asks(number, MINUTE, at=NOW - timedelta(days=8))
        asks(number, MINUTE, on=shop)
    assert (waits(site), waits(shop)) == (None, MINUTE)


def test_what_is_reopened_counts_with_its_first_answer(site, asks):
    for number in range(ENOUGH):
        asks(number, MINUTE)
        asks(number, 50 * MINUTE, at=NOW - 50 * MINUTE)
    assert waits(site) == MINUTE


def test_it_is_counted_by_one_statement_and_then_remembered(site, asks, django_assert_num_queries):
    for number in range(ENOUGH):
        asks(number, MINUTE)
    schedule = site.schedule
    with django_assert_num_queries(1):
        found = [usual_wait(site.pk, schedule, at=NOW) for _window in range(3)]
    assert found == [MINUTE] * 3


@pytest.mark.once
@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (timedelta(0), "Обычно ответа ждут меньше минуты."),
        (timedelta(seconds=59), "Обычно ответа ждут меньше минуты."),
        (MINUTE, "Обычно отвечаем за 1 минуту."),
        (timedelta(seconds=61), "Обычно отвечаем за 2 минуты."),
        (9.5 * MINUTE, "Обычно отвечаем за 10 минут."),
        (11 * MINUTE, "Обычно отвечаем за 15 минут."),
        (55 * MINUTE, "Обычно отвечаем за 55 минут."),
        (56 * MINUTE, "Обычно отвечаем за 1 час."),
        (61 * MINUTE, "Обычно отвечаем за 2 часа."),
        (21 * 60 * MINUTE, "Обычно отвечаем за 21 час."),
    ],
)
def test_it_is_rounded_up(wait, words):
    assert expectation.expectation(wait) == words


@pytest.mark.once
def test_russian_counts_by_the_last_digits():
    forms = {count: counted(count, "%s час", "%s часа", "%s часов") for count in (1, 11, 12, 22)}
    assert forms == {1: "1 час", 11: "11 часов", 12: "12 часов", 22: "22 часа"}


def test_the_window_tells_it(site, marina):
    for wait, told in ((3 * MINUTE, True), (None, False)):
        expectation._counted[site.pk] = math.inf, wait
        bearer = {"Authorization": f"Bearer {token(marina)}"}
        page = browser_of().get("/widget/demo/window/", headers=bearer).content.decode()
        assert ("Обычно отвечаем за 3 минуты." in page) == told
