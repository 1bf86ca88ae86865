"""What may stand in an extra field of each kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat import fields
from chat.actions.errors import Refusal
from chat.models import ExtraField

Kind = ExtraField.Kind
CHOICES = ["Новый", "Старый"]

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("kind", "typed", "kept", "shown"),
    [
        (Kind.TEXT, "  Стенд \n 7 ", "Стенд 7", "Стенд 7"),
        (Kind.TEXT, "\u200b", "", ""),
        (Kind.NUMBER, "1 234,50", "1234.5", "1234,5"),
        (Kind.NUMBER, "−3", "-3", "-3"),
        (Kind.NUMBER, "-0", "0", "0"),
        (Kind.NUMBER, "1000000", "1000000", "1000000"),
        (Kind.DATE, "1.3.2026", "2026-03-01", "01.03.2026"),
        (Kind.DATE, "2026-03-14", "2026-03-14", "14.03.2026"),
        (Kind.CHOICE, "Новый", "Новый", "Новый"),
        (Kind.FLAG, "Да", "yes", "Да"),
        (Kind.FLAG, "False", "no", "Нет"),
        (Kind.LINK, "пример.рф/a", "https://xn--e1afmkfd.xn--p1ai/a", None),
        (Kind.LINK, "", "", ""),
    ],
)
def test_it_is_kept_in_one_spelling_and_shown_as_people_write(kind, typed, kept, shown):
    assert fields.read(kind, typed, CHOICES) == kept
    assert fields.shown(kind, kept) == (kept if shown is None else shown)


@pytest.mark.parametrize(
    ("kind", "typed", "words"),
    [
        (Kind.TEXT, "я" * 501, "Не длиннее 500 знаков, а здесь 501."),
        (Kind.TEXT, "a\x00b", "Уберите невидимые управляющие символы."),
        (Kind.TEXT, "exe\u202egpj", "Уберите невидимые управляющие символы."),
        (Kind.TEXT, "a\ud800", "Уберите невидимые управляющие символы."),
        (Kind.NUMBER, "двенадцать", "Нужно число"),
        (Kind.NUMBER, "1e400", "Нужно число"),
        (Kind.NUMBER, "NaN", "Нужно число"),
        (Kind.NUMBER, "٣", "Нужно число"),
        (Kind.NUMBER, "9" * 16, "Нужно число"),
        (Kind.DATE, "31.02.2026", "Нужна дата"),
        (Kind.DATE, "14.03.0026", "Нужна дата"),
        (Kind.DATE, "завтра", "Нужна дата"),
        (Kind.CHOICE, "Чужой", "Такого варианта нет"),
        (Kind.FLAG, "возможно", "Выберите «Да» или «Нет»."),
        (Kind.LINK, "javascript:alert(1)", "Это не ссылка: он начинается с https:// или http://."),
        (Kind.LINK, "https://a:b@c.ru", "Это не ссылка:"),
    ],
)
def test_what_is_none_of_its_kind_says_why(kind, typed, words):
    with pytest.raises(Refusal) as refused:
        fields.read(kind, typed, CHOICES)
    assert refused.value.detail.startswith(words)


@given(st.sampled_from(list(Kind)), st.text())
def test_what_is_shown_is_read_as_what_is_kept(kind, typed):
    try:
        kept = fields.read(kind, typed, CHOICES)
    except Refusal:
        return
    assert fields.read(kind, fields.shown(kind, kept), CHOICES) == kept
