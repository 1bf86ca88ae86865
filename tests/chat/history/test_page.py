"""The page «История»: who finds what, where it leads, and what it says where it finds nothing."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.actions.amendments import retract_message
from chat.history import search
from tests.cast import (
    SECRET,
    accepts,
    answers,
    browser_of,
    cabinet_of,
    closes,
    invites,
    is_present,
    keep_among_staff,
    takes_over,
    transfers,
    writes,
)

pytestmark = pytest.mark.django_db(transaction=True)

MARKER = "Ежевика-7741"


def link(pattern, html):
    """The first address that looks so."""
    found = re.search(pattern, html)
    assert found, html
    return found[1].replace("&amp;", "&")


def page(account, **asked):
    return browser_of(account).get("/history/", asked)


def text(answer):
    return re.sub(r"</?mark>", "", answer.content.decode())


def finds(account, query, **asked):
    """How many places."""
    answer = page(account, q=query, **asked)
    assert answer.status_code == 200, text(answer)
    return answer.content.decode().count('class="hit"')


# Who finds what


def test_everybody_finds_what_they_may_see_and_nobody_else(
    dialogue, ilya, darya, anton, kamila, elena, zoya
):
    answers(ilya, dialogue, MARKER)
    answers(ilya, dialogue, f"Между нами: {MARKER}", note=True)
    seen = {who.login: finds(who, "ежевику") for who in (ilya, darya, anton, kamila, zoya, elena)}
    assert seen == {"ilya": 2, "darya": 2, "anton": 0, "kamila": 0, "zoya": 0, "elena": 2}
    seen = {who.login: finds(who, "774") for who in (ilya, anton, zoya, elena)}
    assert seen == {"ilya": 2, "anton": 0, "zoya": 0, "elena": 2}


def test_the_second_level_finds_what_was_handed_to_it(dialogue, ilya, anton):
    answers(ilya, dialogue, MARKER)
    assert finds(anton, "ежевика") == 0
    is_present(ilya, anton)
    transfers(ilya, dialogue, anton)
    assert finds(anton, "ежевика") == 1
    takes_over(anton, dialogue)
    assert finds(anton, "ежевика") == 1


def test_who_is_invited_finds_it(dialogue, ilya, kamila):
    answers(ilya, dialogue, MARKER)
    is_present(ilya, kamila)
    invites(ilya, dialogue, kamila)
    assert finds(kamila, "ежевика") == 1


def test_what_was_taken_back_nobody_finds(dialogue, ilya, elena):
    said = answers(ilya, dialogue, MARKER)
    assert finds(elena, "ежевика") == 1
    retract_message(ilya, dialogue.public_id, said.seq, at=timezone.now())
    assert finds(elena, "ежевика") == finds(ilya, "7741") == 0


def test_what_staff_write_is_found_in_its_conversation_alone(dialogue, ilya, anton, elena, kamila):
    keep_among_staff(ilya, anton, dialogue)
    answers(ilya, dialogue, f"{SECRET} {MARKER}", note=True)
    assert finds(kamila, "secret") == 0
    # In notes, in hand-overs and in names of files; not in chats among staff, templates, comments.
    assert finds(elena, "secret") == finds(ilya, "secret") == 8


def test_visitors_have_no_such_page(dialogue, ilya, customer):
    answers(ilya, dialogue, MARKER)
    for browser in (browser_of(), cabinet_of(customer)):
        for path in ("/history/?q=7741", f"/history/{dialogue.public_id}/"):
            assert browser.get(path).status_code == 302
    assert browser_of(customer).get("/history/?q=7741").status_code == 403


# Filters


def test_a_period_is_whole_days(marina, ilya):
    now = timezone.now()
    long_ago = writes(marina, MARKER, at=now - timedelta(days=40)).conversation
    accepts(ilya, long_ago)
    answers(ilya, long_ago, MARKER)
    day = timezone.localtime(now - timedelta(days=40)).date()
    assert finds(ilya, "ежевика") == 2
    assert finds(ilya, "ежевика", since=day, until=day) == 1
    assert finds(ilya, "ежевика", since=day + timedelta(days=1)) == 1
    assert finds(ilya, "ежевика", until=day - timedelta(days=1)) == 0


def test_of_one_operator_are_the_conversations_that_they_led(dialogue, ilya, darya, sergey, elena):
    answers(ilya, dialogue, MARKER)
    hers = accepts(darya, writes(sergey, MARKER).conversation)
    closes(darya, hers)
    assert finds(elena, "ежевика") == 2
    assert finds(elena, "ежевика", operator=darya.pk) == 1
    assert finds(ilya, "ежевика", operator=darya.pk) == 1


def test_of_one_department(dialogue, ilya, rustam, first_line, other_department, elena):
    answers(ilya, dialogue, MARKER)
    writes(rustam, MARKER)
    assert finds(elena, "ежевика", department=first_line.pk) == 1
    assert finds(elena, "ежевика", department=other_department.pk) == 1


def test_a_department_that_is_not_one_s_own_is_none_to_choose(dialogue, anton, first_line):
    answer = page(anton, q="счёт", department=first_line.pk)
    assert answer.status_code == 422
    assert first_line.name not in text(answer)


# What it says


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"q": "5"}, "Слишком коротко"),
        ({"q": "счёт", "since": "вчера"}, "Введите правильную дату"),
        ({"q": "счёт", "since": "2026-11-02", "until": "2026-11-01"}, "раньше его начала"),
        ({"q": "a" * 201}, "не более 200"),
        ({"q": "счёт", "operator": "1 OR 1=1"}, "Выберите корректный вариант"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(ilya, asked, words):
    answer = page(ilya, **asked)
    assert answer.status_code == 422
    assert words in text(answer)
    assert f'value="{asked["q"]}"' in text(answer)


def test_what_was_not_found_is_said_too(ilya):
    assert "Ничего не найдено: «&lt;b&gt;нет&lt;/b&gt;»" in text(page(ilya, q="<b>нет</b>"))


@pytest.mark.parametrize(
    "query",
    ["' OR 1=1 --", '"" AND *', "a:* & !b", "\\ab' | 'c", "NEAR(а б)", "ав\u202eгд \x01", "%%%аб_"],
)
def test_no_sign_means_anything_to_the_database(dialogue, ilya, query):
    assert page(ilya, q=query).status_code in (200, 422)


ENDLESS = """
    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n > 0)
    SELECT count(*), 1 FROM number WHERE %s <> '' LIMIT %s
"""


def test_a_search_that_takes_too_long_is_given_up_in_words(dialogue, ilya, elena, monkeypatch):
    monkeypatch.setattr(search, "_SQLITE", ENDLESS)
    monkeypatch.setattr(search, "_FOUND", ENDLESS)
    monkeypatch.setattr(search, "LIMIT", timedelta(milliseconds=100))
    answer = page(elena, q="счёт")
    assert answer.status_code == 422
    assert "Поиск не уложился" in text(answer)
    assert 'value="счёт"' in text(answer)
    assert answers(ilya, dialogue, "Пишем дальше").seq == 3


# Where it leads


def test_more_hits_are_asked_for_where_the_page_ended(dialogue, ilya):
    for number in range(search.PAGE + 5):
        answers(ilya, dialogue, f"Порт {5000 + number}")
    first = text(page(ilya, q="порт"))
    more = link(r'hx-get="(/history/\?[^"]*before=\d+)"', first)
    rest = browser_of(ilya).get(more, headers={"HX-Request": "true"}).content.decode()
    assert (first.count('class="hit"'), rest.count('class="hit"')) == (search.PAGE, 5)
    assert "<html" not in rest
    assert "<html" in browser_of(ilya).get(more).content.decode()


def test_a_hit_leads_to_its_day_with_the_message_marked(dialogue, ilya):
    answers(ilya, dialogue, "Смотрю")
    said = answers(ilya, dialogue, MARKER)
    found = text(page(ilya, q="ежевика"))
    there = link(rf'href="(/history/{dialogue.public_id}/[^"#]*)#past-{said.seq}"', found)
    day = text(browser_of(ilya).get(there))
    assert f'is-found" id="past-{said.seq}"' in day
    assert "Не приходит счёт" in day
    assert day.count("is-found") == 1


def test_from_a_hit_one_goes_on_to_the_next(dialogue, ilya):
    said = [answers(ilya, dialogue, f"Порт {number}") for number in (5349, 5350, 5351)]
    assert finds(ilya, "порт") == 3
    path = f"/history/{dialogue.public_id}/?q=порт&seq="
    middle = text(browser_of(ilya).get(f"{path}{said[1].seq}"))
    assert f"#past-{said[0].seq}" in middle
    assert f"#past-{said[2].seq}" in middle
    last = text(browser_of(ilya).get(f"{path}{said[0].seq}"))
    assert "Предыдущее совпадение" in last
    assert "Следующее совпадение" not in last


def test_a_day_is_read_page_by_page(dialogue, ilya):
    for number in range(120):
        answers(ilya, dialogue, f"Шаг {number}")
    path = f"/history/{dialogue.public_id}/"
    day = text(browser_of(ilya).get(path, {"seq": 60}))
    assert day.count('<li class="said ') == 50
    earlier = link(r'hx-get="([^"]*before=\d+)"', day)
    before = browser_of(ilya).get(earlier, headers={"HX-Request": "true"}).content.decode()
    later = link(r'hx-get="([^"]*after=\d+)"', day)
    after = browser_of(ilya).get(later, headers={"HX-Request": "true"}).content.decode()
    numbers = [
        int(n) for part in (before, day, after) for n in re.findall(r'id="past-(\d+)"', part)
    ]
    assert numbers == list(range(1, 123))


def test_the_day_of_what_one_may_not_see_is_not_there(dialogue, ilya, anton):
    said = answers(ilya, dialogue, MARKER)
    day = browser_of(anton).get(f"/history/{dialogue.public_id}/", {"seq": said.seq})
    assert day.status_code == 404
    assert MARKER not in text(day)
    assert browser_of(ilya).get(f"/history/{dialogue.public_id}/?seq=999").status_code == 404


def test_it_takes_few_statements_however_much_there_is(dialogue, ilya, darya, elena, sergey):
    for number in range(30):
        answers(ilya, dialogue, f"Порт {number}")
    writes(sergey, "Порт закрыт")
    for account in (ilya, elena):
        browser = browser_of(account)
        for path in ("/history/?q=порт", f"/history/{dialogue.public_id}/?q=порт&seq=20"):
            browser.get(path)
            with CaptureQueriesContext(connection) as asked:
                assert browser.get(path).status_code == 200
            assert len(asked) <= 13, "\n".join(one["sql"][:120] for one in asked)
