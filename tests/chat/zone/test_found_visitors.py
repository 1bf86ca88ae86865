"""Search in the rail: the server finds what the browser has no room for, and what no row shows."""

import re

import pytest
from django.utils import timezone

from chat.matching import Wanted
from chat.rows import found
from chat.text import folded
from tests.cast import SECRET, accepts, answers, browser_of, closes, on_site, writes
from tests.crowd import customers
from tests.server import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
CASES = [
    ("  ", True),
    ("МАРИ", True),
    ("марина орлова", True),
    ("счет", True),
    ("0418", True),
    ("jhkjdf", True),
    ("марина договор", False),
]


@pytest.mark.once
@pytest.mark.parametrize(("query", "is_found"), CASES)
def test_words_find_as_they_do_in_the_browser(query, is_found):
    row = folded("Орлова Марина Сергеевна Не приходит счёт СФ-2026/0418")
    assert Wanted(query).holds(row) is is_found


def search(account, query):
    return browser_of(account).get("/chat/found/", {"q": query}).content.decode()


def names(html):
    return re.findall(r'data-name="([^"]*)"', html)


@pytest.fixture
def places(settings):
    settings.GEO_DIR = ROOT / "sphaera_support" / "demo"


def test_by_all_that_is_told_of_a_visitor(places, site, ilya, marina):
    marina.contract = "СФ-2026/0418"
    marina.save()
    on_site(marina, address="203.0.113.7", page_title="Счёт за ноябрь", page_url="https://a.ru/pay")
    accepts(ilya, writes(marina, "Ёлка не горит").conversation)
    writes(customers(site, 1)[0], "Не приходит код")
    asked = ("ОРЛОВА", "0418", "счет ноябрь", "/pay", "нижний новг", "елка", "воронцов")
    assert {query: names(search(ilya, query)) for query in asked} == {
        query: ["Орлова Марина"] for query in asked
    }
    assert names(search(ilya, "не приходит")) == ["Гость 0"]


def test_what_is_over_and_what_staff_note_is_not_looked_through(ilya, dialogue):
    answers(ilya, dialogue, SECRET, note=True)
    assert names(search(ilya, SECRET)) == []
    closes(ilya, dialogue)
    assert names(search(ilya, "орлова")) == []


def test_each_finds_what_they_see(ilya, anton, zoya, elena, dialogue):
    found_by = {one.login: names(search(one, "орлова")) for one in (ilya, anton, zoya, elena)}
    theirs = ["Орлова Марина"]
    assert found_by == {"ilya": theirs, "anton": [], "zoya": [], "elena": theirs}


def test_an_answer_is_bounded_and_says_so(monkeypatch, site, ilya):
    monkeypatch.setattr(found, "MOST_FOUND", 3)
    for visitor in customers(site, 4):
        writes(visitor)
    html = search(ilya, "гость")
    assert (len(names(html)), "data-more" in html) == (3, True)
    assert "data-more" not in search(ilya, "гость 2")


@pytest.mark.parametrize(
    "query", ["", " ", "\x00", "' OR 1=1 --", "%", "_", "x" * 100_000, "\u202e", "\ud800"]
)
def test_whatever_is_typed_finds_nothing_and_breaks_nothing(ilya, dialogue, query):
    answer = browser_of(ilya).get("/chat/found/", {"q": query.encode("utf-8", "replace")})
    assert (answer.status_code, names(answer.content.decode())) == (200, [])


def test_more_conversations_cost_no_more_queries(site, ilya, django_assert_max_num_queries):
    for visitor in customers(site, 6):
        on_site(visitor)
        writes(visitor)
    with django_assert_max_num_queries(12):
        found.found_rows(ilya, "гость", at=timezone.now())
