"""The stage of service is made a smaller one: counted first, asked twice, the number typed."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.crew import ELENA
from tests.browser.people import enter_office
from tests.browser.test_accessibility import has_no_violations

pytestmark = [pytest.mark.front, pytest.mark.usefixtures("own_server")]


def test_a_shorter_term_is_asked_about_twice(new_page, watch):
    watch.allow("422")  # another number
    page = enter_office(new_page(), ELENA.login)
    page.get_by_role("link", name="Настройки").click()
    page.get_by_role("link", name="Этап обслуживания").click()
    has_no_violations(page)
    page.get_by_role("radio", name="Начальный").check()
    expect(
        page.get_by_role("heading", name=re.compile("^Срок хранения станет короче"))
    ).to_be_visible()
    has_no_violations(page)
    page.get_by_role("link", name="Оставить «Высокий»").click()
    expect(page.get_by_role("radio", name="Высокий")).to_be_checked()

    page.get_by_role("radio", name="Начальный").check()
    number = page.get_by_label("Чтобы подтвердить, введите число переписок")
    number.fill("7777")
    page.get_by_role("button", name="Сократить срок хранения").click()
    told = page.get_by_text(re.compile(r"^Введите число переписок, которые удалит очистка: \d+"))
    expect(told).to_be_visible()
    expect(number).to_have_value("7777")
    number.fill(re.findall(r"\d+", told.inner_text())[0])
    page.get_by_role("button", name="Сократить срок хранения").click()
    expect(page.get_by_role("status").filter(has_text="Сохранено")).to_be_visible()
    expect(page.get_by_role("radio", name="Начальный")).to_be_checked()
    expect(page.get_by_text("действует")).to_be_visible()
    page.set_viewport_size({"width": 360, "height": 800})
    has_no_violations(page)
