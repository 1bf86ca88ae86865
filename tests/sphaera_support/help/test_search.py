"""What of the help is found by the words that somebody typed."""

import re

import pytest
from hypothesis import given, settings, strategies

from sphaera_support.help.chapters import Reader
from sphaera_support.help.search import search
from tests.cast import browser_of

pytestmark = pytest.mark.once

ADMINISTRATOR, OPERATOR = Reader(True, True, True), Reader(False, False, False)


def slugs(words, reader=ADMINISTRATOR):
    return [found.chapter.slug for found in search(words, reader)]


@pytest.mark.parametrize("words", ["вебхук", "Вебхуками", "вебху"])
def test_a_word_finds_its_chapter_in_any_form_and_by_its_beginning(words):
    assert slugs(words)[0] == "webhooks"


def test_a_title_weighs_more_than_what_is_mentioned():
    found = slugs("заявка")
    assert found[0] == "tickets"
    assert len(found) > 1


def test_all_words_have_to_be_there():
    assert slugs("вебхук секрет")[0] == "webhooks"
    assert slugs("вебхук небывальщина") == []


def test_an_operator_finds_nothing_of_the_settings():
    assert "webhooks" not in slugs("вебхук", OPERATOR)


def test_what_was_found_is_marked():
    first = search("секретом", ADMINISTRATOR)[0]
    assert "<mark>" in first.excerpt


@settings(max_examples=40)
@given(strategies.text(max_size=250))
def test_anything_may_be_asked(words):
    for found in search(words, OPERATOR):
        assert "<script" not in found.excerpt


def test_a_page_shows_what_was_found_and_where(ilya):
    page = browser_of(ilya).get("/help/", {"q": "инцидента"}).content.decode()
    assert re.search('href="/help/incidents/.*<mark>', page, re.DOTALL)


def test_what_is_not_there_is_said_and_there_is_a_way_on(ilya):
    page = browser_of(ilya).get("/help/", {"q": "<b>квазар</b>"}).content.decode()
    assert "О «&lt;b&gt;квазар&lt;/b&gt;» в помощи ничего нет" in page
    assert "Содержание" in page
