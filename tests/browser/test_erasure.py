"""A customer wants to be forgotten, while their window and the operator's page are open."""

import pytest
from playwright.sync_api import expect

from tests.browser.crew import ELENA
from tests.browser.people import enter_office

pytestmark = pytest.mark.front

FRAME = 'iframe[title="Онлайн-консультант"]'


def test_the_window_shows_nothing_any_more(dialogue, new_page, watch):
    # The zone may be asking what is new about a visitor who walks about and is erased meanwhile.
    watch.allow(r"status of 404 .*/chat/[\w-]+/(data|pages)/")
    visitor, ilya = dialogue
    ilya.hears("Не приходит счёт")
    cabinet = visitor.page.context.new_page()
    cabinet.goto("/личный-кабинет/мои-данные/")
    cabinet.get_by_role("link", name="Запросить удаление").click()
    cabinet.get_by_label("Пояснение").fill("Больше не клиент")
    cabinet.get_by_role("button", name="Запросить удаление").click()
    expect(cabinet.get_by_role("status")).to_contain_text("Запрос принят")
    number = cabinet.get_by_role("heading", name="Удаление").inner_text().split(":")[0]

    office = enter_office(new_page(), ELENA.login, "/settings/requests/")
    office.get_by_role("link", name=number, exact=True).click()
    expect(office.get_by_text("Больше не клиент")).to_be_visible()
    office.get_by_role("link", name="Удалить данные…").click()
    office.get_by_label("Номер запроса").fill(number)
    office.get_by_role("button", name="Удалить навсегда").click()
    expect(office.get_by_text("Выполнен")).to_be_visible()

    expect(visitor.page.locator(FRAME)).to_have_count(0)
    expect(ilya.page.get_by_text("Не приходит счёт")).to_have_count(0)
    cabinet.reload()
    expect(cabinet.get_by_text("Ваши данные удалены")).to_be_visible()
    visitor.page.reload()
    expect(visitor.page.get_by_text("Не приходит счёт")).to_have_count(0)
