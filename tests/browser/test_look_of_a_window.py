"""An administrator sees the window as its look is typed; when it is saved, open windows wear it."""

import pytest
from playwright.sync_api import expect

from tests.browser.crew import ELENA
from tests.browser.people import enter_office

pytestmark = [pytest.mark.front, pytest.mark.usefixtures("own_server")]

WORN = "getComputedStyle(document.documentElement).getPropertyValue('--accent') === '#a83a3a'"


def frame_at(page, part):
    return next(frame for frame in page.frames if part in frame.url)


def test_what_is_typed_is_seen_and_what_is_saved_is_worn(new_page, new_visitor):
    visitor = new_visitor()
    page = enter_office(new_page(), ELENA.login, "/sites/")
    page.get_by_role("link", name="СФЕРА", exact=True).last.click()
    page.get_by_role("link", name="Внешний вид").click()
    sample = page.frame_locator('iframe[title="Как увидит посетитель"]')

    def shows(state):
        page.get_by_role("radio", name=state, exact=True).click()

    page.get_by_label("Приветствие").fill("Спросите нас")
    expect(sample.get_by_text("Спросите нас")).to_be_visible()
    page.get_by_label("Цвет окна", exact=True).fill("#a83a3a")
    frame_at(page, "/preview/").wait_for_function(WORN)
    shows("Разговор")
    expect(sample.get_by_role("heading", name="Илья Воронцов", include_hidden=True)).to_be_visible()
    page.get_by_label("Показывать имя и фото оператора").uncheck()
    expect(sample.get_by_text("К переписке присоединился оператор")).to_be_visible()
    expect(sample.get_by_text("Илья")).to_have_count(0)
    shows("Не в сети")
    page.get_by_label("Заголовок, когда никого нет").fill("Мы спим")
    expect(sample.get_by_text("Мы спим")).to_be_visible()
    shows("Свёрнуто")
    page.get_by_label("Кнопка «В сети»").fill("Мы здесь")
    expect(sample.get_by_text("Мы здесь")).to_be_visible()
    expect(visitor.place.get_by_text("Мы спим")).to_have_count(0)

    visitor.field.fill("Не приходит")
    page.get_by_role("button", name="Сохранить", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Сохранено")).to_be_visible()
    expect(visitor.place.get_by_text("Мы спим")).to_be_visible()
    frame_at(visitor.page, "/widget/").wait_for_function(WORN)
    expect(visitor.field).to_have_value("Не приходит")
