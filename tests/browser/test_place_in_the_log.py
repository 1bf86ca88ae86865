"""The place in a log is a message before the eyes: it stays there whatever comes, goes or turns."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.front

MOST = 405
HISTORY = f"""
from django.db.models import F
from chat.models import Conversation
from tests.chat.sockets.test_long_histories import goes_on

texts = [f"Строка {{number}}. " + "слово " * 30 for number in range(1, {MOST})]
conversation = Conversation.objects.latest("pk")
goes_on(conversation, texts)
Conversation.objects.filter(pk=conversation.pk).update(operator_read_seq=F("last_seq"))
"""
SLACK_PX = 3

# Of the messages before the eyes the first: which, and how far below the upper edge it ends.
FIRST_SEEN = """log => {
    const { top } = log.getBoundingClientRect();
    const first = [...log.querySelectorAll(".message")].find(
        (one) => one.getBoundingClientRect().bottom > top,
    );
    return [first.id, first.getBoundingClientRect().bottom - top];
}"""
AT_REST = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
FROM_THE_END = "log => log.scrollHeight - log.scrollTop - log.clientHeight"


def reads_at(side):
    return side.log.evaluate(FIRST_SEEN)


def still_reads_at(side, place):
    """…once the page has come to rest."""
    side.log.evaluate(AT_REST)
    message, end = side.log.evaluate(FIRST_SEEN)
    assert (message, end) == (place[0], pytest.approx(place[1], abs=SLACK_PX))


def is_at_the_end(side):
    side.log.evaluate(AT_REST)
    assert side.log.evaluate(FROM_THE_END) <= SLACK_PX


def reads_up_to_the_first(side):
    """By scrolling alone; each page that comes leaves the place as it was."""
    button = side.place.get_by_role("button", name="Показать раньше")
    messages = side.log.locator(".message:not(.message--system)")
    shown = messages.count()
    assert shown < MOST / 2 + 5
    button.evaluate("button => button.click()")
    expect(messages).not_to_have_count(shown)
    is_at_the_end(side)
    while button.count():
        shown = messages.count()
        side.log.evaluate("log => (log.scrollTop = 250)")
        place = reads_at(side)
        expect(messages).not_to_have_count(shown)
        still_reads_at(side, place)
    numbers = re.findall(r"Строка (\d+)\.", " ".join(side.texts))
    assert list(map(int, numbers)) == list(range(1, MOST))


def test_everything_is_read_and_the_place_is_kept(dialogue, support):
    visitor, operator = dialogue
    support.manage("shell", "-c", HISTORY)
    for side in dialogue:
        side.page.reload()
    expect(visitor.field).to_be_visible()
    for side in dialogue:
        side.hears(f"Строка {MOST - 1}.")
        reads_up_to_the_first(side)

    for turned in ({"width": 360, "height": 740}, {"width": 740, "height": 360}):
        operator.log.evaluate("log => (log.scrollTop = log.scrollHeight)")
        is_at_the_end(operator)
        operator.page.set_viewport_size({"width": 768, "height": 900})
        is_at_the_end(operator)
        operator.page.set_viewport_size(turned)
        is_at_the_end(operator)
    operator.log.evaluate("log => (log.scrollTop = 5000)")
    place = reads_at(operator)
    operator.page.set_viewport_size({"width": 740, "height": 700})
    still_reads_at(operator, place)

    visitor.log.evaluate("log => (log.scrollTop = log.scrollHeight - log.clientHeight - 200)")
    place = reads_at(visitor)
    visitor.folds()
    operator.page.set_viewport_size({"width": 1440, "height": 900})
    for number in range(3):
        operator.says(f"Новость {number}. " + "слово " * 60)
    news = visitor.place.locator(".message").filter(has_text="Новость 2.")
    expect(news).to_have_count(1)
    visitor.launcher.click()
    still_reads_at(visitor, place)
