"""Who asks and about what: gone to by keys, changed in its place, live for a colleague."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.front, pytest.mark.usefixtures("own_server")]


def test_an_operator_identifies_and_judges_and_a_colleague_sees_it(dialogue, elena, watch):
    watch.allow("422")
    visitor, operator = dialogue
    elena.returns()
    elena.opens(visitor)
    here, there = (
        one.page.get_by_role("region", name="Информация о посетителе") for one in (operator, elena)
    )
    operator.page.keyboard.press("Alt+5")
    software = here.get_by_role("textbox", name="ПО")
    expect(software).to_be_focused()
    operator.page.keyboard.type("СФЕРА.Видео")
    software.press("Tab")
    expect(there.get_by_role("textbox", name="ПО")).to_have_value("СФЕРА.Видео")

    operator.page.keyboard.press("Alt+1")
    name = here.get_by_role("textbox", name="ФИО")
    expect(name).to_be_focused()
    signed = name.input_value()
    operator.page.keyboard.type("Орлова М. С.")
    name.press("Enter")
    expect(here.locator("#identified-name")).to_contain_text("ввёл оператор")
    expect(here.locator("#identified-name")).not_to_contain_text("проверено")
    here.locator("#identified-name").get_by_role("button", name="Взять это").click()
    expect(name).to_have_value(signed)
    expect(here.locator("#identified-name")).to_contain_text("проверено")

    operator.page.keyboard.press("Alt+4")
    operator.page.keyboard.press("Enter")
    form = here.locator(".judgement")
    form.get_by_label("Критичность").select_option("критическая")
    form.get_by_role("button", name="Сохранить").click()
    expect(form.get_by_text("Напишите словами")).to_be_visible()
    form.get_by_label("Почему не по таблице").fill("Завтра сдача отчёта")
    form.get_by_role("button", name="Сохранить").click()
    expect(there.locator("#identified-criticality")).to_contain_text("Завтра сдача отчёта")
    expect(elena.page.locator("#conversation-head")).to_contain_text("Критическая")
