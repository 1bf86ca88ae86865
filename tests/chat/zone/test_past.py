"""The tab «История»: the days of a visitor's conversations, one of them, and a search in them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.history import days
from tests.cast import accepts, answers, browser_of, closes, is_present, transfers, writes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def before(marina, ilya):
    """Two days on which Marina was here before: one conversation each."""
    now, past = timezone.now(), []
    for ago in (90, 60):
        at = now - timedelta(days=ago)
        conversation = accepts(ilya, writes(marina, f"Порт 53{ago}", at=at).conversation, at=at)
        answers(ilya, conversation, f"Открыли 53{ago}", at=at + timedelta(minutes=1))
        past.append(closes(ilya, conversation, at=at + timedelta(minutes=2)))
    return past


@pytest.fixture
def here(before, marina, ilya):
    return accepts(ilya, writes(marina, "Порт опять закрыт").conversation)


def tab(account, conversation, path="", **asked):
    return browser_of(account).get(f"/chat/{conversation.public_id}/history/{path}", asked)


def text(answer):
    return re.sub(r"</?mark>", "", answer.content.decode())


def test_the_latest_day_stands_first(here, before, ilya):
    page = text(tab(ilya, here))
    listed = re.findall(r'class="past-day" href="[^"]*/history/([^/]+)/\?day=', page)
    assert listed == [one.public_id for one in (here, before[1], before[0])]
    assert page.count("это обращение") == 1


def test_a_day_shows_what_was_said_with_its_times_and_authors(here, before, ilya):
    day = timezone.localtime(before[0].started_at).date()
    page = text(tab(ilya, here, f"{before[0].public_id}/", day=day))
    assert "Порт 5390" in page
    assert "Открыли 5390" in page
    assert "Порт 5360" not in page
    assert "Илья Воронцов" in page
    assert page.count("<time") == 4


def test_the_search_is_within_the_visitor(here, before, ilya, sergey):
    writes(sergey, "Порт 5390 и у меня")
    page = text(tab(ilya, here, q="порты 539"))
    assert page.count('class="hit"') == 1
    assert re.search(rf"/history/{before[0].public_id}/\?seq=\d+&(amp;)?q=", page)
    assert text(tab(ilya, here, q="порт")).count('class="hit"') == 3


def test_from_a_hit_one_goes_on_through_all_conversations(here, before, ilya):
    assert text(tab(ilya, here, q="порт")).count('class="hit"') == 3
    page = text(tab(ilya, here, f"{before[1].public_id}/", seq=1, q="порт"))
    assert 'is-found" id="past-1"' in page
    assert f"/history/{before[0].public_id}/?seq=1" in page
    assert f"/history/{here.public_id}/?seq=1" in page
    last = text(tab(ilya, here, f"{before[0].public_id}/", seq=1, q="порт"))
    assert "это последнее" in last


def test_it_shows_no_conversation_that_one_may_not_see(here, before, ilya, anton):
    is_present(ilya, anton)
    transfers(ilya, here, anton)
    assert text(tab(anton, here)).count('class="past-day"') == 1
    assert text(tab(anton, here, q="порт")).count('class="hit"') == 1
    assert tab(anton, here, f"{before[0].public_id}/").status_code == 404
    assert text(tab(anton, here, q="5390")).count("hit") == 0


def test_another_visitor_s_conversation_is_not_of_this_history(here, ilya, sergey):
    other = accepts(ilya, writes(sergey, "Порт").conversation)
    assert tab(ilya, here, f"{other.public_id}/").status_code == 404


def test_it_is_read_page_by_page(here, before, ilya, monkeypatch):
    monkeypatch.setattr(days, "CONVERSATIONS", 2)
    first = text(tab(ilya, here))
    assert first.count('class="past-day"') == 2
    more = re.search(r'hx-get="([^"]*before=\d+)"', first)
    assert more
    rest = browser_of(ilya).get(more[1]).content.decode()
    assert rest.count('class="past-day"') == 1
    assert "<form" not in rest


def test_who_was_never_here_before_has_this_day_alone(dialogue, ilya):
    assert text(tab(ilya, dialogue)).count('class="past-day"') == 1


def test_what_is_too_short_is_said(here, ilya):
    answer = tab(ilya, here, q="5", part="yes")
    assert answer.status_code == 422
    assert "Слишком коротко" in text(answer)


def test_it_takes_few_statements_however_much_there_is(here, before, ilya):
    for number in range(30):
        answers(ilya, here, f"Порт {number}")
    browser = browser_of(ilya)
    for path in ("", "?q=порт", f"{before[0].public_id}/?seq=1&q=порт"):
        browser.get(f"/chat/{here.public_id}/history/{path}")
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(f"/chat/{here.public_id}/history/{path}").status_code == 200
        assert len(asked) <= 12, "\n".join(one["sql"][:120] for one in asked)
