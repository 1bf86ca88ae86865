"""What the visitor does from «…»: silence, what was said as a file, the end."""

import pytest
from playwright.sync_api import expect

from tests.browser.crew import Visitor
from tests.browser.test_accessibility import has_no_violations

pytestmark = pytest.mark.front


def button(visitor, name):
    return visitor.place.get_by_role("button", name=name, exact=True)


def hears_sound(operator, visitor, text):
    """What is asked for when it is to be heard, of a window that is folded."""
    with visitor.page.expect_request("**/message*.wav"):
        operator.says(text)


def test_sound_is_turned_off_and_on_in_all_tabs_by_the_keyboard(dialogue):
    visitor, operator = dialogue
    second = Visitor(visitor.page.context.new_page(), visitor)
    second.page.goto("/личный-кабинет/")
    expect(second.launcher).to_be_visible()
    button(visitor, "Действия").press("Enter")
    expect(button(visitor, "Выключить звук")).to_be_focused()
    visitor.page.keyboard.press("Enter")
    expect(button(visitor, "Включить звук")).to_be_focused()
    visitor.page.keyboard.press("Escape")
    expect(button(visitor, "Действия")).to_be_focused()
    visitor.folds()

    sounds = []
    for one in (visitor, second):
        one.page.on("request", lambda asked: sounds.extend([asked.url] * ("wav" in asked.url)))
    operator.says("Тихо")
    expect(visitor.place.locator("[data-teaser-text]")).to_have_text("Тихо")

    second.launcher.click()
    button(second, "Действия").click()
    button(second, "Включить звук").click()
    second.page.close()
    visitor.page.bring_to_front()
    hears_sound(operator, visitor, "Слышно")
    assert len(sounds) == 1


def test_what_was_said_is_taken_along_and_the_chat_ended(dialogue):
    visitor, operator = dialogue
    operator.says("Добрый день!")
    visitor.hears("Добрый день!")
    button(visitor, "Действия").click()
    has_no_violations(visitor.page)
    with visitor.page.expect_download() as download:
        button(visitor, "Скачать переписку").click()
    assert download.value.suggested_filename == "Переписка.txt"
    text = download.value.path().read_text("utf-8")
    assert [words in text for words in ("Не приходит счёт", "Добрый день!")] == [True, True]
    expect(button(visitor, "Действия")).to_be_focused()

    button(visitor, "Действия").click()
    button(visitor, "Завершить чат").click()
    expect(button(visitor, "Завершить")).to_be_focused()
    has_no_violations(visitor.page)
    button(visitor, "Отмена").click()
    expect(button(visitor, "Действия")).to_be_focused()
    button(visitor, "Действия").click()
    button(visitor, "Завершить чат").press("Enter")
    visitor.page.keyboard.press("Enter")
    expect(visitor.log.get_by_text("Обращение закрыто")).to_be_visible()
    expect(operator.place.get_by_text("Посетитель завершил обращение")).to_be_visible()
    button(visitor, "Действия").click()
    expect(button(visitor, "Скачать переписку")).to_be_visible()
    expect(button(visitor, "Завершить чат")).to_be_hidden()


def test_what_failed_may_be_tried_again(dialogue, watch):
    visitor, _operator = dialogue
    watch.allow("ERR_FAILED")
    visitor.page.route("**/transcript/*", lambda route: route.abort())
    button(visitor, "Действия").click()
    button(visitor, "Скачать переписку").click()
    expect(visitor.place.get_by_text("Не получилось. Попробуйте ещё раз.")).to_be_visible()
    visitor.page.unroute("**/transcript/*")
    with visitor.page.expect_download():
        button(visitor, "Скачать переписку").click()
