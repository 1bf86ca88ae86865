"""What of an event is sent: chosen parts, templates, forms; values never become markup."""

import json
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.webhooks.bodies import BadTemplate, body_of, check_template, chosen

EVENT: dict[str, Any] = {
    "type": "message.posted",
    "id": "e1",
    "timestamp": "2026-03-02T10:00:00+03:00",
    "data": {
        "conversation": {"id": "abc", "department": "Первая линия"},
        "visitor": {"name": 'Марина "М"', "email": "m@example.ru"},
        "message": {"text": "Не приходит счёт"},
        "rating": {"score": 5},
    },
}


def filled(template, event=EVENT):
    return json.loads(body_of("json", template, [], event)[1])


def test_without_a_template_it_is_the_event():
    assert json.loads(body_of("json", "", [], EVENT)[1]) == EVENT


def test_a_variable_alone_keeps_its_kind():
    assert filled('{"n": "{оценка}", "none": "{заявка}"}') == {"n": 5, "none": None}


def test_variables_stand_in_texts():
    assert filled('{"text": "{посетитель}: {текст}"}') == {"text": 'Марина "М": Не приходит счёт'}


@given(st.text(max_size=40))
def test_no_value_adds_a_key(text):
    event = {**EVENT, "data": {"message": {"text": text}}}
    assert filled('{"a": "{текст}", "b": ["x{текст}"]}', event) == {"a": text, "b": [f"x{text}"]}


def test_a_value_with_braces_is_not_filled_again():
    event = {**EVENT, "data": {"message": {"text": "{почта}"}, "visitor": {"email": "m@a.ru"}}}
    assert filled('{"a": "x {текст}"}', event) == {"a": "x {почта}"}


def test_a_form_is_written_as_forms_are():
    content_type, body = body_of("form", "text={текст}\nwho={посетитель} & co", [], EVENT)
    assert content_type == "application/x-www-form-urlencoded"
    assert parse_qs(body) == {"text": ["Не приходит счёт"], "who": ['Марина "М" & co']}


def test_a_form_without_a_template_names_the_ways():
    _type, body = body_of("form", "", ["message"], EVENT)
    assert parse_qs(body)["data.message.text"] == ["Не приходит счёт"]


def test_only_these_fields():
    found = chosen(EVENT["data"], ["visitor.name", "message", "ticket", "by.name"])
    assert found == {"visitor": {"name": 'Марина "М"'}, "message": {"text": "Не приходит счёт"}}


@pytest.mark.parametrize(
    ("shape", "template", "words"),
    [
        ("json", "{текст}", "Шаблон — не JSON"),
        ("json", '{"a": "{тест}"}', "Таких переменных нет: {тест}."),
        ("json", "[" * 30 + "]" * 30, "слишком много вложенных скобок"),
        ("json", "[" * 9000, "вложенных скобок"),
        ("json", "x" * 20_001, "слишком длинный"),
        ("form", "text", "ключ=значение"),
        ("form", "a={нет}", "Таких переменных нет"),
    ],
)
def test_a_bad_template_says_why(shape, template, words):
    with pytest.raises(BadTemplate) as bad:
        check_template(shape, template)
    assert words in str(bad.value.words)
