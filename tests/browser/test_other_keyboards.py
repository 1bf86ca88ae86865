"""Touch screens without a keyboard, and Macs, on which Option with a letter writes a letter."""

import pytest
from playwright.sync_api import expect

from tests.browser.crew import ILYA, Operator

pytestmark = pytest.mark.front

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
MAC = """
Object.defineProperty(navigator, "platform", {value: "MacIntel"});
Object.defineProperty(navigator, "userAgentData", {value: undefined});
"""


def test_on_a_phone_enter_begins_a_line_and_the_button_sends(new_visitor, new_operator):
    visitor = new_visitor(**PHONE)
    visitor.field.press_sequentially("Первая")
    visitor.field.press("Enter")
    visitor.field.press_sequentially("Вторая")
    expect(visitor.field).to_have_value("Первая\nВторая")
    visitor.place.get_by_role("button", name="Отправить", exact=True).click()
    expect(visitor.bubble("Вторая")).to_have_count(1)

    operator = new_operator(**PHONE)
    operator.accepts(visitor)
    operator.field.press_sequentially("Ответ")
    operator.field.press("Enter")
    expect(operator.field).to_have_value("Ответ\n")
    for field in (visitor.field, operator.field):
        assert field.evaluate("field => parseFloat(getComputedStyle(field).fontSize)") >= 16


def test_on_a_mac_option_writes_and_control_option_accepts(visitor, new_page):
    page = new_page()
    page.add_init_script(MAC)
    operator = Operator(page, ILYA).enters()
    expect(page.locator("[data-alt]").first).to_have_text("Control+Option")
    visitor.says("Здравствуйте")
    expect(operator.row(visitor, "Ожидают")).to_be_visible()
    page.keyboard.press("Alt+a")
    expect(operator.row(visitor, "Ожидают")).to_be_visible()
    page.keyboard.press("Control+Alt+a")
    operator.has_open(visitor)
    expect(operator.row(visitor, "Мои")).to_be_visible()
