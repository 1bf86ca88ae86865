"""Pages of reports: their state is their address, and whatever is asked is answered in words."""

from contextlib import ExitStack
from datetime import timedelta

import pytest

from chat.history.deadline import AT_ONCE, places
from reports import limits
from tests.cast import answers, browser_of, writes

pytestmark = pytest.mark.django_db

URL = "/reports/conversations/"


@pytest.fixture
def talk(ilya, marina, dialogue):
    answers(ilya, dialogue, "Проверьте порт 5349")
    writes(marina, "Проверила, порт открыт")
    answers(ilya, dialogue, "Готово")
    return dialogue


def body(account, address):
    return browser_of(account).get(address).content.decode()


def test_the_summary_has_figures_pictures_and_the_list(talk, elena):
    page = body(elena, f"{URL}?period=today")
    assert page.count('class="tile"') == 18
    assert page.count("<figure") == 3
    assert "Определение: Поступило" in page
    assert f"/reports/conversations/{talk.public_id}/?period=today" in page


def test_it_is_narrowed_by_its_address(talk, elena, ilya, darya):
    assert talk.public_id in body(elena, f"{URL}?operator={ilya.pk}")
    assert "таких обращений нет" in body(elena, f"{URL}?operator={darya.pk}")
    assert talk.public_id in body(elena, f"{URL}?q=порт")
    assert talk.public_id not in body(elena, f"{URL}?q=принтер")


def test_one_conversation_is_whole(talk, elena):
    page = body(elena, f"/reports/conversations/{talk.public_id}/?period=today")
    assert "Проверьте порт 5349" in page
    assert "Орлова" in page
    assert "?period=today" in page


@pytest.mark.once
@pytest.mark.parametrize(
    "asked",
    [
        "from=2026-03-02&to=2026-03-01",
        "from=0001-01-01&to=9999-12-31",
        "from=%00&to=вчера",
        "period=вечность",
        "operator=%27%20OR%201=1&site=-1",
        "score=stars-9&kind=x&outcome=y",
        "field=нет&value=%00",
    ],
)
def test_what_makes_no_sense_is_said_in_words(elena, asked):
    answer = browser_of(elena).get(f"{URL}?{asked}")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


@pytest.mark.once
def test_what_takes_too_long_is_said_in_words(talk, elena, monkeypatch):
    monkeypatch.setattr(limits, "LIMIT", timedelta(milliseconds=1))
    with ExitStack() as others:
        for _query in range(AT_ONCE):
            others.enter_context(places)
        late = browser_of(elena).get(f"{URL}?period=today")
        assert (late.status_code, "уточните период" in late.content.decode()) == (422, True)
        assert "Проверьте порт 5349" in body(elena, f"{URL}{talk.public_id}/?period=today")
        taken = browser_of(elena).post("/exports/of/conversations/", {"format": "xlsx"})
        assert taken.status_code == 422


@pytest.mark.once
@pytest.mark.parametrize("asked", ["after=x~y", "after=~~", "sort=;drop", "after=9~9&sort=-wait"])
def test_places_that_were_made_up_are_the_first(talk, elena, asked):
    assert browser_of(elena).get(f"{URL}?{asked}").status_code == 200


def test_the_export_has_what_the_page_has(talk, elena, darya):
    taken = browser_of(elena).post("/exports/of/conversations/?q=порт", {"format": "csv"})
    rows = taken.getvalue().decode("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert talk.public_id in rows[1]
    none = browser_of(elena).post(
        f"/exports/of/conversations/?operator={darya.pk}", {"format": "csv"}
    )
    assert len(none.getvalue().decode("utf-8-sig").splitlines()) == 1


def test_all_operators_are_in_one_table_that_sorts(talk, elena, ilya, darya):
    def rows(sort):
        page = body(elena, f"/reports/operators/?period=today&sort={sort}")
        return page.partition('id="list"')[2]

    assert rows("-chats").index(ilya.name) < rows("-chats").index(darya.name)
    assert rows("chats").index(darya.name) < rows("chats").index(ilya.name)
    assert f"/reports/operators/{ilya.pk}/?period=today" in rows("no such")


def test_one_operator_has_pictures_tiles_and_what_was_led(talk, elena, ilya):
    page = body(elena, f"/reports/operators/{ilya.pk}/?period=week")
    assert page.count("<figure") == 4
    assert page.count('class="tile"') == 12
    assert f"operator={ilya.pk}" in page


def test_an_operator_reads_their_own_figures_and_nobody_else_s(talk, ilya, darya):
    page = body(ilya, "/reports/mine/?period=today")
    assert "Мои показатели" in page
    assert darya.name not in page
    assert browser_of(ilya).get(f"/reports/operators/{darya.pk}/").status_code == 403


def test_levels_say_where_it_was_solved_and_who_is_needed(talk, elena):
    page = body(elena, "/reports/levels/?period=today")
    assert "уровень 3" in page
    assert "нужно операторов: 1" in page


def test_the_table_of_operators_is_taken_out_as_it_is(talk, elena, ilya):
    taken = browser_of(elena).post("/exports/of/operators/?period=today", {"format": "csv"})
    rows = taken.getvalue().decode("utf-8-sig").splitlines()
    assert rows[0].startswith("Оператор;Уровень;Чатов")
    assert [row for row in rows if row.startswith(f"{ilya.name};1;1;")]
