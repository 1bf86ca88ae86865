"""One trouble of many: said in the window and in conversations, and solved together."""

import pytest
from playwright.sync_api import expect

from tests.browser.crew import ELENA
from tests.browser.people import enter_office

# What a window says is for every visitor of the site.
pytestmark = [pytest.mark.front, pytest.mark.usefixtures("own_server")]


def test_it_is_said_to_those_whom_it_concerns_until_it_is_solved(dialogue, new_page):
    visitor, ilya = dialogue
    ilya.page.keyboard.press("Alt+r")
    panel = ilya.place.get_by_role("dialog", name="Новая заявка")
    panel.get_by_role("button", name="Зарегистрировать", exact=True).click()
    expect(panel).to_be_hidden()
    tickets = ilya.page.get_by_role("list", name="Открытые заявки посетителя")
    number = tickets.locator("summary .num").inner_text().removeprefix("№ ")

    page = enter_office(new_page(), ELENA.login, "/tickets/incidents/")
    page.get_by_role("link", name="Объявить инцидент").click()
    page.get_by_label("Что случилось").fill("Почта не принимает письма")
    for site in (
        page.get_by_role("group", name="Каких сайтов касается").get_by_role("checkbox").all()
    ):
        site.check()
    page.get_by_label("Объявление в окне чата").fill("Письма доходят с задержкой. Чиним.")
    page.get_by_label("Показывать объявление").check()
    page.get_by_role("button", name="Объявить", exact=True).click()
    banner = visitor.place.get_by_text("Письма доходят с задержкой. Чиним.")
    expect(banner).to_be_visible()

    page.get_by_label("Добавить заявки по номерам").fill(number)
    page.get_by_role("button", name="Добавить", exact=True).click()
    expect(page.get_by_role("link", name=number)).to_be_visible()
    page.get_by_label("Текст", exact=True).fill("Нашли причину, чиним.")
    page.get_by_role("button", name="Отправить всем клиентам").click()
    visitor.hears(f"По заявке № {number}: Нашли причину, чиним.")

    page.locator("summary", has_text="Решить инцидент").click()
    page.get_by_role("button", name="Решить вместе с заявками").click()
    visitor.hears("Проблема устранена")
    expect(banner).to_be_hidden()
    expect(tickets.get_by_role("listitem")).to_have_count(0)
