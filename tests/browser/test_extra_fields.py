"""Extra fields: changed in their place, live for a colleague, asked for by a closing."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import has_no_violations

pytestmark = [pytest.mark.front, pytest.mark.usefixtures("own_server")]


def test_two_fill_in_one_field_and_a_required_one_is_asked_for(dialogue, elena, watch):
    watch.allow("409", "422")
    visitor, operator = dialogue
    settings = elena.page
    settings.goto("/settings/fields/")
    settings.get_by_role("link", name="Добавить поле").click()
    settings.get_by_label("Название").fill("Причина")
    settings.get_by_label("О чём").select_option("Об обращении")
    settings.get_by_label("Обязательное").check()
    settings.get_by_role("button", name="Сохранить", exact=True).click()
    expect(settings.get_by_role("row", name=re.compile("Причина"))).to_contain_text("prichina")

    elena.returns()
    elena.opens(visitor)
    operator.page.reload()
    here, there = (
        one.page.get_by_role("region", name="Информация о посетителе") for one in (operator, elena)
    )
    mine, theirs = (panel.get_by_role("textbox", name="Рабочих мест") for panel in (here, there))
    mine.fill("много")
    mine.press("Tab")
    expect(here.get_by_text("Нужно число, например 12")).to_be_visible()
    expect(mine).to_have_value("много")
    mine.fill("240")
    mine.press("Tab")
    expect(theirs).to_have_value("240")

    # What somebody is writing stays, and it is they who decide.
    theirs.fill("250")
    mine.fill("300")
    mine.press("Tab")
    expect(mine).to_have_attribute("data-saved", "300")
    theirs.press("Tab")
    expect(there.get_by_text("здесь стало «300» (Илья Воронцов)")).to_be_visible()
    expect(theirs).to_have_value("250")
    has_no_violations(elena.page)
    there.get_by_role("button", name="Оставить «300»").click()
    expect(theirs).to_have_value("300")
    theirs.fill("250")
    mine.fill("310")
    mine.press("Tab")
    expect(mine).to_have_attribute("data-saved", "310")
    theirs.press("Tab")
    there.get_by_role("button", name="Сохранить моё").click()
    expect(mine).to_have_value("250")

    operator.place.get_by_role("button", name="Закрыть обращение").click()
    operator.page.keyboard.press("1")
    asked = operator.place.get_by_role("textbox", name="Причина")
    expect(asked).to_be_focused()
    has_no_violations(operator.page)
    asked.fill("Настройка")
    asked.press("Enter")
    expect(operator.page.get_by_text(f"Обращение закрыто: {visitor.name}")).to_be_visible()
    expect(there.get_by_role("textbox", name="Причина")).to_have_value("Настройка")
