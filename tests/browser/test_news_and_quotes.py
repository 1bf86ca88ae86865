"""A log opens at what is new, and what is said in it is answered by quoting it."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.front

MANY = 40
MEANWHILE = f"""
from chat.models import Conversation
from tests.chat.sockets.test_long_histories import goes_on

goes_on(Conversation.objects.latest("pk"), [f"Подробность {{n:02}}" for n in range(1, {MANY + 1})])
"""


def line(side):
    return side.log.get_by_text("Новые сообщения")


def pill(side):
    return side.place.locator("[data-pill]")


def stands_above(side, text):
    """The line, right above the message with this text."""
    expect(side.bubble(text).locator("xpath=preceding-sibling::*[1]")).to_have_text(
        "Новые сообщения"
    )


def quoting(side):
    """What stands above the field."""
    return side.place.get_by_role("group", name="Ответ на сообщение")


def quote_in(side, text):
    return side.bubble(text).get_by_role("button", name="Показать сообщение:")


def test_one_reads_on_where_one_stopped_and_answers_what_was_said(dialogue, support):
    visitor, operator = dialogue
    operator.says("Расскажите подробнее")
    reads_on(visitor, operator, support)
    copies(operator, visitor)
    quotes_by_keys(operator, visitor)
    quotes_by_pointer(visitor, operator)
    keeps_notes_among_staff(operator)


def reads_on(visitor, operator, support):
    operator.page.goto("/chat/")
    support.manage("shell", "-c", MEANWHILE)
    operator.page.reload()
    operator.opens(visitor)
    stands_above(operator, "Подробность 01")
    expect(line(operator)).to_be_in_viewport()
    expect(operator.bubble(f"Подробность {MANY}")).not_to_be_in_viewport()

    expect(pill(operator)).to_have_text(re.compile(r"^\d\d нов(ое|ых)\s*$"))
    left = pill(operator).inner_text().split()[0]
    expect(operator.row(visitor).get_by_text(f"непрочитанных: {left}")).to_be_visible()
    pill(operator).click()
    expect(operator.bubble(f"Подробность {MANY}")).to_be_in_viewport()
    expect(pill(operator)).to_be_hidden()
    expect(operator.row(visitor).get_by_text("непрочитанных:")).to_be_hidden()
    expect(line(operator)).to_have_count(1)
    visitor.folds()
    operator.says("Понятно")
    expect(line(operator)).to_have_count(0)

    expect(visitor.launcher).to_have_accessible_name("Открыть чат, непрочитанных: 1")
    visitor.launcher.click()
    stands_above(visitor, "Понятно")


def copies(operator, visitor):
    """As it was written, and says so."""
    operator.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    written = "Номер:\n    4417  «б»"
    visitor.field.fill(written)
    visitor.field.press("Enter")
    operator.hears("4417")
    operator.presses("Копировать", "4417")
    expect(operator.log.get_by_text("Скопировано")).to_be_visible()
    assert operator.page.evaluate("navigator.clipboard.readText()") == written


def quotes_by_keys(operator, visitor):
    operator.log.focus()
    for key in ("Enter", "ArrowUp", "ArrowUp", "Tab", "Enter"):
        operator.page.keyboard.press(key)
    expect(quoting(operator)).to_contain_text(f"Подробность {MANY}")
    expect(operator.field).to_be_focused()
    operator.page.keyboard.press("Escape")
    expect(quoting(operator)).to_be_hidden()

    operator.presses("Ответить", "Не приходит счёт")
    operator.page.reload()
    expect(quoting(operator)).to_contain_text("Не приходит счёт")
    operator.says("За ноябрь?")
    expect(quoting(operator)).to_be_hidden()
    expect(quote_in(operator, "За ноябрь?")).to_contain_text("Не приходит счёт")

    quote_in(visitor, "За ноябрь?").click()
    asked = visitor.log.locator(".message--out").first
    expect(asked).to_be_in_viewport()
    expect(asked).to_be_focused()


def quotes_by_pointer(visitor, operator):
    visitor.presses("Ответить", "Расскажите подробнее")
    expect(quoting(visitor)).to_contain_text(operator.name)
    visitor.place.get_by_role("button", name="Убрать цитату").click()
    expect(quoting(visitor)).to_be_hidden()
    visitor.presses("Ответить", "Расскажите подробнее")
    visitor.says("Уже рассказал")
    expect(quote_in(operator, "Уже рассказал")).to_contain_text("Расскажите подробнее")


def keeps_notes_among_staff(operator):
    operator.place.get_by_role("tab", name="Заметка для сотрудников").click()
    operator.says("Почта неверная")
    operator.place.get_by_role("tab", name="Ответ посетителю").click()
    operator.presses("Ответить", "Почта неверная")
    expect(operator.place.get_by_placeholder("Заметка: посетитель её не увидит")).to_be_visible()
    operator.place.get_by_role("tab", name="Ответ посетителю").click()
    operator.field.fill("Исправьте")
    operator.field.press("Enter")
    expect(operator.place.get_by_text("Посетитель не видит заметок")).to_be_visible()
    expect(operator.field).to_have_value("Исправьте")
