"""What a text is found by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.history.terms import GRAM, excerpt, joined, kept, read_asked, terms_of


def is_found(text, query):
    said, asked = kept(text), read_asked(query)
    return asked.terms <= terms_of(said) and all(one in said for one in asked.literals)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Не проходит оплата картой", "оплаты"),
        ("Не проходит оплата картой", "ОПЛАТУ карты"),
        ("Пришёл счёт за ноябрь", "счет пришел"),
        ("Пришел счет за ноябрь", "счёт"),
        ("Код ошибки 0x80070005.", "0x8007"),
        ("Код ошибки 0X80070005.", "70005"),
        ("Договор СФ-2026/0418", "26/04"),
        ("Договор СФ-2026/0418", "сф-2026"),
        ("Bitrix24 не отвечает", "bitrix"),
        ("Bitrix24 не отвечает", "rix24"),
        ("Files are missing", "file"),
        ("Сервер не отвечает с утра", '"не отвечает"'),
        ("Сервер  не\nотвечает с утра", "«сервер не отвечает»"),
        ("версия 4.12, порт 5349", '"порт 5349"'),
        ("версия 4.12, порт 5349", "порты 5349 версии"),
        ("Қате коды 17-А", "қате"),
    ],
)
def test_it_is_found(text, query):
    assert is_found(text, query)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Не проходит оплата картой", "оплата наличными"),
        ("Отвечает не сервер", '"не отвечает"'),
        ("Код ошибки 0x80070005", "0x8008"),
        ("Столица", "стол"),
        ("xdll2", "dll"),
        ("Порт 5349", "порт 5350"),
    ],
)
def test_it_is_not(text, query):
    assert not is_found(text, query)


@pytest.mark.parametrize("query", ["", " ", "я", "5", "12", '""', "!!!", '"', "«", "§"])
def test_what_would_find_everything_is_too_short(query):
    assert read_asked(query).is_too_short


def test_no_phrase_goes_across_two_names():
    assert '"б' not in joined(["а", "б"])
    assert joined(["Счёт", "", "Акт.PDF"]) == "счет\nакт.pdf"


def test_what_was_found_is_marked_and_all_else_is_text():
    found = excerpt("<b>Счета</b> за ноябрь: 0x80070005", read_asked("счёт 8007"))
    assert found == "&lt;b&gt;<mark>Счета</mark>&lt;/b&gt; за ноябрь: 0x<mark>8007</mark>0005"


def test_of_a_long_text_what_stands_around_is_shown():
    text = "начало " * 60 + "Ёлка горит " + "конец " * 60
    found = excerpt(text, read_asked("елки"))
    assert "<mark>Ёлка</mark> горит" in found
    assert found[0] == found[-1] == "…"
    assert len(found) < 320


@given(st.text(max_size=60))
def test_whoever_looks_for_a_whole_text_finds_it(text):
    plain = text.replace('"', " ").replace("«", " ").replace("»", " ")
    assert is_found(plain, f'"{plain}"')


@given(st.text(max_size=80), st.text(max_size=40))
def test_an_excerpt_is_never_markup(text, query):
    found = excerpt(text, read_asked(query)).replace("<mark>", "").replace("</mark>", "")
    assert "<" not in found


@given(st.text(max_size=40))
def test_a_gram_is_no_longer_than_it_is(text):
    assert all(len(term) == GRAM + 1 for term in terms_of(kept(text)) if term[0] == "\ue000")
