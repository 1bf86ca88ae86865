"""Which text is accepted, and that it stays as it was written."""

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from chat.actions.errors import EmptyMessage
from chat.identity import BadToken, verify
from chat.markup import is_laid_out
from chat.models import Message
from chat.rooms.errors import TitleMissing
from chat.text import clean_line, clean_text, is_blank
from chat.wire.faces import VISITOR
from chat.wire.messages import message_context, message_html
from tests.cast import makes_group, signed, writes

pytestmark = pytest.mark.once

INVISIBLE = [
    *("", " \n\t", "\u00a0", "\u200b", "\u200c\u200d", "\u200e\u200f", "\u2060\u2064", "\ufeff"),
    *(
        "\u00ad",
        "\u3164",
        "\u115f\u1160",
        "\uffa0",
        "\u2800",
        "\u180e",
        "\u034f",
        "\u17b4",
        "\u061c",
    ),
    *("\u0301", "\u0301\u20dd", "\ufe0f", "\u20e3", "\U000e0041", "\U000e0100", " \u200b\n\u3164 "),
]
CODE = "    if x:\n\treturn «y»\n\n    z = 1  "


@pytest.mark.parametrize("text", INVISIBLE)
def test_what_shows_nothing_is_nothing(text):
    assert (is_blank(text), clean_text(text), clean_line(text, 80)) == (True, "", "")


@pytest.mark.parametrize("text", ["a", "й", ".", "👍", "1\ufe0f\u20e3", "한", "ᄒ", "\u200bя", "─"])
def test_what_shows_something_is_something(text):
    assert (is_blank(text), clean_text(text)) == (False, text)


@pytest.mark.parametrize("text", INVISIBLE)
def test_a_message_that_shows_nothing_is_refused(marina, text):
    with pytest.raises(EmptyMessage):
        writes(marina, text)
    assert not Message.objects.exists()


def test_a_title_that_shows_nothing_is_missing(ilya, anton):
    with pytest.raises(TitleMissing):
        makes_group(ilya, "\u3164\u200b", anton)


@pytest.mark.parametrize("claim", ["sub", "name"])
def test_nobody_is_called_what_nobody_sees(site, claim):
    with pytest.raises(BadToken):
        verify(site, signed(site, **{claim: "\u3164"}), at=timezone.now())


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (CODE, "    if x:\n\treturn «y»\n\n    z = 1"),
        ("\n \n\t\n  a\n\n", "  a"),
        ("a\r\n\tb\rc", "a\n\tb\nc"),
        ("\t\tСчёт\tСумма", "\t\tСчёт\tСумма"),
        ("a\u2028b", "a\u2028b"),
    ],
)
def test_only_what_is_empty_around_a_text_goes(written, stored):
    assert clean_text(written) == stored


@given(st.text(alphabet=" \t\nab.", max_size=60))
def test_a_text_is_cleaned_once_and_for_all(text):
    assert clean_text(clean_text(text)) == clean_text(text)


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        "def f():\n    a\n    b",
        "Счёт\tСумма\n1\t200",
        "a   b\nc   d",
        "x\n  y\n  z",
        "имя = 1  # раз\nдва = 2  # два",
    ],
)
def test_code_and_tables_are_laid_out(text):
    assert is_laid_out(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Привет",
        "Раз.\nДва.\n\nТри.",
        "Раз.  Два.\nТри!  Четыре?  Пять.",
        "a\tb",
        "  Одна строка с отступом\nа другая без",
        "В конце пробелы   \nи тут   \nи тут\t",
    ],
)
def test_prose_is_not(text):
    assert not is_laid_out(text)


def test_a_message_is_shown_as_it_was_written(marina):
    html = message_html(message_context(writes(marina, CODE), VISITOR))
    assert ">    if x:\n\treturn «y»\n\n    z = 1</span>" in html
    assert 'class="message__text is-laid-out" tabindex="0"' in html


def test_a_page_shows_it_as_the_socket_does(marina):
    context = message_context(writes(marina, CODE), VISITOR, read_up_to=1)
    assert ">    if x:\n\treturn «y»\n\n    z = 1</span>" in message_html(context)
