"""What is pressed before the scripts have come is done when they have."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.crew import Visitor

pytestmark = pytest.mark.front


class Held:
    """Requests for a script, kept from the server until they are let go; the first may be lost."""

    def __init__(self, page: Page, script: str, *, lost: int = 0) -> None:
        self.routes: list[Route] = []
        self.lost, self.was_asked, self.is_over = lost, False, False
        self.page, self.address = page, address_of(script)
        page.route(self.address, self._hold)

    def _hold(self, route: Route) -> None:
        self.was_asked = True
        if self.lost:
            self.lost -= 1
            route.abort()
        elif self.is_over:
            route.fallback()
        else:
            self.routes.append(route)

    def let_go(self) -> None:
        if not self.was_asked:  # a script that nobody asks for holds nothing up
            self.page.wait_for_event("request", lambda asked: bool(self.address.search(asked.url)))
        self.is_over = True
        for route in self.routes:
            route.continue_()


def address_of(script: str) -> re.Pattern[str]:
    """With or without the hash of what is in it."""
    return re.compile(rf"/{script}(\.\w+)*\.js$")


@pytest.mark.parametrize("script", ["widget/conversation", "chat-composer"])
def test_the_window_sends_what_was_sent_too_early(new_page, stranger, operator, script):
    page = new_page()
    held = Held(page, script)
    visitor = Visitor(page, stranger()).enters()
    visitor.field.press_sequentially("Раз")
    visitor.field.press("Enter")
    visitor.field.press_sequentially("Два")
    visitor.place.get_by_role("button", name="Отправить", exact=True).click()
    visitor.field.press_sequentially("Тр")
    expect(visitor.field).to_have_value("РазДваТр")
    held.let_go()
    expect(visitor.bubble("Раз")).to_have_count(1)
    expect(visitor.bubble("Два")).to_have_count(1)
    expect(visitor.field).to_have_value("Тр")
    operator.accepts(visitor)
    operator.hears("Два")
    assert operator.texts == ["Раз", "Два"]


@pytest.mark.parametrize("script", ["htmx-2", "zone/zone", "zone/visitor-list", "chat-composer"])
def test_the_zone_accepts_and_answers_what_was_pressed_too_early(visitor, operator, script):
    visitor.says("Не приходит счёт")
    expect(operator.row(visitor, "Ожидают")).to_be_visible()
    held = Held(operator.page, script)
    operator.page.reload(wait_until="commit")
    accept = operator.row(visitor, "Ожидают").get_by_role("button", name="Принять")
    accept.click()
    expect(accept).to_have_class(re.compile("is-busy"))
    held.let_go()
    operator.has_open(visitor)
    operator.may_answer()

    held = Held(operator.page, script)
    operator.page.reload(wait_until="commit")
    operator.field.press_sequentially("Сейчас")
    operator.field.press("Enter")
    held.let_go()
    visitor.hears("Сейчас")
    expect(operator.field).to_have_value("")


def test_forms_and_panels_open_that_were_pressed_too_early(dialogue):
    _visitor, operator = dialogue
    held = Held(operator.page, "zone")
    operator.page.reload(wait_until="commit")
    operator.place.get_by_role("button", name="Передать", exact=True).click()
    held.let_go()
    expect(operator.place.get_by_role("dialog", name="Передать обращение")).to_be_visible()


def test_a_file_picked_too_early_is_attached(new_page, stranger, tmp_path):
    (tmp_path / "журнал.txt").write_text("ошибка")
    page = new_page()
    held = Held(page, "widget/conversation")
    visitor = Visitor(page, stranger()).enters()
    with page.expect_file_chooser() as chooser:
        visitor.place.get_by_role("button", name="Прикрепить файл").click()
    chooser.value.set_files(tmp_path / "журнал.txt")
    held.let_go()
    expect(visitor.place.get_by_role("button", name="Убрать файл журнал.txt")).to_be_visible()


def test_what_was_written_before_the_scripts_outlives_a_reload(new_page, stranger):
    page = new_page()
    held = Held(page, "widget/conversation")
    visitor = Visitor(page, stranger()).enters()
    visitor.field.fill("Я тут подум")
    page.reload(wait_until="commit")
    expect(visitor.field).to_have_value("")
    held.let_go()
    expect(visitor.field).to_have_value("Я тут подум")


@pytest.mark.parametrize("lost", [1, 4], ids=["again", "after-a-reload"])
def test_a_part_of_the_window_that_does_not_load_is_tried_again(
    new_page, stranger, operator, watch, lost
):
    watch.allow("ERR_FAILED")
    page = new_page()
    held = Held(page, "outbox", lost=lost)
    visitor = Visitor(page, stranger()).enters()
    visitor.field.fill("Здравствуйте")
    trouble = visitor.place.get_by_text("Не загрузилось. Пробуем ещё раз.")
    expect(trouble).to_be_visible()
    held.let_go()
    expect(trouble).to_be_hidden()
    visitor.says("Здравствуйте")
    expect(operator.row(visitor)).to_be_visible()


@pytest.mark.parametrize("script", ["htmx-2", "zone/clock"])
def test_a_part_of_the_zone_that_does_not_load_is_tried_again(dialogue, watch, script):
    watch.allow("ERR_FAILED")
    visitor, operator = dialogue
    held = Held(operator.page, script, lost=1)
    operator.page.reload(wait_until="commit")
    trouble = operator.page.get_by_text("Не загрузилось. Пробуем ещё раз.")
    expect(trouble).to_be_visible()
    operator.field.fill("Сейчас")
    operator.field.press("Enter")
    held.let_go()
    visitor.hears("Сейчас")
    expect(trouble).to_be_hidden()
