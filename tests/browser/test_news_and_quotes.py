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


def test_one_reads_on_where_one_stopped(dialogue, support):
    visitor, operator = dialogue
    operator.says("Расскажите подробнее")
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
