"""What was said before: in the panel about its visitor, and in the section of the menu."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.front


def test_what_was_said_is_found_where_it_stands(dialogue):
    visitor, operator = dialogue
    visitor.says("Ошибка 0x80070005 при установке")
    operator.hears("0x80070005")
    for number in range(1, 4):
        operator.says(f"Акты отправили, шаг {number}")
        visitor.hears(f"шаг {number}")

    # In the panel: days, what is found among them, one place after the other.
    panel = operator.page.get_by_role("region", name="Информация о посетителе")
    panel.get_by_role("tab", name="История").click()
    expect(panel.get_by_text("это обращение")).to_be_visible()
    panel.get_by_role("searchbox", name="Поиск в истории посетителя").fill("акт")
    panel.get_by_role("link").filter(has_text="шаг 3").click()
    log = panel.get_by_role("list", name="Переписка этого дня")
    found = log.locator("[aria-current=true]")
    expect(found).to_contain_text("шаг 3")
    panel.get_by_role("link", name="Следующее совпадение").click()
    expect(found).to_contain_text("шаг 2")
    expect(found).to_be_in_viewport()

    # What is open there stays while one looks at something else.
    panel.get_by_role("tab", name="Данные").click()
    panel.get_by_role("tab", name="История").click()
    expect(found).to_contain_text("шаг 2")
    panel.get_by_role("link", name="Ко всему найденному").click()
    expect(panel.locator(".hit")).to_have_count(3)

    # In the section of the menu: across all that one may see.
    operator.page.get_by_role("link", name="История", exact=True).click()
    page = operator.page
    page.get_by_role("searchbox", name="Поиск в истории", exact=True).fill("8007")
    page.get_by_role("searchbox", name="Поиск в истории", exact=True).press("Enter")
    page.get_by_role("link").filter(has_text="при установке").first.click()
    expect(page.get_by_role("heading", name=visitor.name)).to_be_visible()
    expect(page.locator("[aria-current=true].said")).to_be_in_viewport()
    page.get_by_role("link", name="открыть в «Общении»").click()
    operator.hears("шаг 3")
