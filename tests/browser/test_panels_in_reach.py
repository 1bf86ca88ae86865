"""What a panel asks can be answered on every screen: each control of it is brought into reach."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.crew import ELENA, Operator

pytestmark = pytest.mark.front

SCREENS = {
    "desk": (1440, 900),
    "tablet": (768, 1024),
    "telephone": (360, 640),
    "telephone with its keyboard open": (360, 340),
    "desk at 200 %": (720, 450),
    "desk at 400 %": (360, 225),
}

OUT_OF_REACH = """panel => [...panel.querySelectorAll("button, input, textarea")]
    .filter((one) => one.checkVisibility())
    .filter((one) => {
        one.scrollIntoView({ block: "nearest" });
        const { x, y, width, height } = one.getBoundingClientRect();
        const there = document.elementFromPoint(x + width / 2, y + height / 2);
        return !one.contains(there) && !one.closest("label")?.contains(there);
    })
    .map((one) => one.textContent.trim() || one.name || one.ariaLabel)"""


def opens(operator: Operator, button: str) -> Locator:
    """…a panel by its button, wherever on a narrow screen that is."""
    page = operator.page
    page.keyboard.press("Escape")
    found = page.get_by_role("button", name=re.compile(button))
    operators = page.get_by_role("button", name="Операторы")  # of narrow screens
    if button == "Новая группа" and operators.is_visible():
        operators.click()
    found.click()
    panel = page.locator(".popover:not(.menu):visible")
    expect(panel.locator("button:visible").first).to_be_visible()
    return panel


def test_every_control_of_every_panel_is_in_reach(dialogue, new_operator):
    _visitor, ilya = dialogue
    elena = new_operator(ELENA)
    elena.opens(_visitor)
    ilya.chooses("Занят")
    missed = {}
    for operator, button in [
        (ilya, "^Передать$"),
        (ilya, "^Пригласить$"),
        (ilya, "^Закрыть обращение$"),
        (ilya, "^Состояние:"),
        (ilya, "^Звук "),
        (elena, "^Переместить$"),
        (ilya, "Новая группа"),
    ]:
        for screen, (width, height) in SCREENS.items():
            operator.page.set_viewport_size({"width": width, "height": height})
            panel = opens(operator, button)
            if button == "^Передать$":
                panel.get_by_role("radio", name=re.compile("третьего уровня")).check()
                expect(panel.get_by_role("button", name="Передать в очередь")).to_be_visible()
            if out := panel.evaluate(OUT_OF_REACH):
                missed[button, screen] = out
    ilya.page.keyboard.press("Escape")
    ilya.page.set_viewport_size({"width": 1440, "height": 900})
    ilya.chooses("В сети")
    assert missed == {}
