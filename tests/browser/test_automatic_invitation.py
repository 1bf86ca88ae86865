"""An automatic action is written, invites who stays on a page, is counted, and is tried out."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.crew import ELENA
from tests.browser.people import enter_office
from tests.browser.test_accessibility import has_no_violations

pytestmark = [pytest.mark.front, pytest.mark.usefixtures("own_server")]


def test_who_stays_on_a_page_is_invited_and_answers(new_page, new_visitor, operator, watch):
    watch.allow("422")
    page = enter_office(new_page(), ELENA.login, "/settings/actions/add/")
    page.get_by_label("Название").fill("Кабинет")
    page.get_by_label("С чем сравнивать").fill("кабинет")
    page.get_by_role("button", name="Добавить условие").click()
    added = page.get_by_role("group", name="Условие").nth(1)
    added.get_by_label("Что проверять").select_option("Время на странице")
    # What was typed before is there after the rows were put otherwise.
    expect(page.get_by_label("С чем сравнивать").first).to_have_value("кабинет")
    expect(added.get_by_label("Как сравнивать")).to_have_value("at_least")
    added.get_by_label("С чем сравнивать").fill("две")
    page.get_by_label("Написать посетителю").fill("Помочь с заявкой?")
    page.get_by_label("От имени").select_option(operator.name)
    page.get_by_label("Поставить тег").fill("кабинет")
    page.get_by_role("button", name="Сохранить", exact=True).click()
    expect(page.get_by_text("«две» — не целое число")).to_have_count(2)
    has_no_violations(page)
    added.get_by_label("С чем сравнивать").fill("2")
    page.get_by_role("button", name="Сохранить", exact=True).click()
    expect(page.get_by_role("row", name=re.compile("Кабинет"))).to_contain_text("Пригласить")
    has_no_violations(page)

    visitor = new_visitor()
    visitor.hears("Помочь с заявкой?")
    visitor.says("Да, не могу её найти")
    expect(operator.row(visitor, "Мои")).to_contain_text("Да, не могу её найти")
    operator.opens(visitor)
    expect(operator.page.get_by_role("list", name="Теги")).to_have_text("кабинет")

    page.goto("/settings/actions/")
    row = page.get_by_role("row", name=re.compile("Кабинет"))
    expect(row).to_contain_text("приглашений 1: ответили 1")
    page.get_by_role("link", name="Проверить").click()
    page.get_by_label("Адрес страницы").fill("https://example.ru/")
    page.get_by_role("button", name="Проверить").click()
    expect(page.get_by_text("не выполнено: Адрес страницы содержит «кабинет»")).to_be_visible()
    has_no_violations(page)
