"""An administrator closes the site while somebody is in a dialogue."""

import pytest
from playwright.sync_api import expect

from tests.browser.crew import ELENA
from tests.browser.people import enter_office
from tests.browser.test_accessibility import has_no_violations

pytestmark = [pytest.mark.front, pytest.mark.usefixtures("own_server")]

WEEK = ["Понедельник", "Вторник", "Среда", "Четверг", "Пятница", "Суббота", "Воскресенье"]


def test_closing_hours_during_a_dialogue(dialogue, new_visitor, new_page, watch):
    watch.allow("422")
    talking, operator = dialogue
    other = new_visitor()
    other.sees_status("В сети")
    page = enter_office(new_page(), ELENA.login, "/sites/1/schedule/")
    expect(page.get_by_text("Сейчас открыто")).to_be_visible()
    has_no_violations(page)

    # A mistake is told as its field is left; another interval comes with the keyboard in it.
    monday = page.get_by_role("group", name="Понедельник")
    closing = monday.get_by_label("До", exact=True)
    closing.fill("25:00")
    closing.press("Tab")
    expect(monday.get_by_text("«25:00» — не время")).to_be_visible()
    expect(closing).to_have_attribute("aria-invalid", "true")
    closing.press("Enter")
    expect(page.get_by_text("Не сохранено: исправьте отмеченное.")).to_be_visible()
    expect(closing).to_be_focused()
    has_no_violations(page)
    closing.fill("9:00")
    monday.get_by_role("button", name="Добавить интервал").click()
    expect(monday.get_by_label("С", exact=True).last).to_be_focused()
    monday.get_by_label("С", exact=True).last.fill("22:00")
    monday.get_by_label("До", exact=True).last.fill("2:00")
    page.get_by_role("button", name="Скопировать").click()
    friday = page.get_by_role("group", name="Пятница")
    expect(friday.get_by_text("Пятница заканчивается в субботу в 2:00")).to_be_visible()
    expect(page.get_by_text("Есть несохранённые изменения")).to_be_visible()

    # Closed all week, but for a date.
    for day in WEEK:
        page.get_by_role("group", name=day).get_by_label("Рабочий день").uncheck()
    expect(friday.get_by_text("закрыто весь день")).to_be_visible()
    dates = page.get_by_role("group", name="Исключения")
    dates.get_by_label("Дата").fill("2099-12-31")
    dates.get_by_label("Часы").fill("9:00–15:00")
    dates.get_by_label("Заметка для коллег").fill("Короткий день")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_role("status").filter(has_text="Сохранено")).to_be_visible()
    expect(page.get_by_text("Сейчас закрыто")).to_be_visible()

    # The others see it, the dialogue goes on, and when it ends they see it too.
    other.sees_status("Не в сети")
    talking.sees_status("В сети")
    talking.says("Вы ещё здесь?")
    operator.hears("Вы ещё здесь?")
    operator.says("Конечно, слушаю")
    talking.hears("Конечно, слушаю")
    operator.closes()
    talking.sees_status("Не в сети")

    asked = page.get_by_role("region", name="Что увидит посетитель")
    asked.get_by_label("Дата").fill("2099-12-31")
    asked.get_by_label("Время").fill("12:00")
    asked.get_by_role("button", name="Проверить").click()
    expect(asked.get_by_text("(Короткий день): 09:00–15:00")).to_be_visible()
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    has_no_violations(page)
