"""Pictures on both sides: seen before they are sent, looked at one by one afterwards."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_accessibility import has_no_violations

pytestmark = pytest.mark.front

DECODED = "picture => picture.decode().then(() => picture.naturalWidth)"


def viewer(person):
    return person.place.get_by_role("dialog", name=re.compile(r"\.png"))


def of_zone(operator):
    """Over the page, and so outside the region of the conversation."""
    return operator.page.get_by_role("dialog", name=re.compile(r"\.png"))


@pytest.fixture
def pictures(dialogue, tmp_path):
    visitor, operator = dialogue
    for size in (400, 300):
        operator.page.screenshot(
            path=tmp_path / f"{size}.png", clip={"x": 0, "y": 0, "width": size, "height": 300}
        )
        visitor.picks(tmp_path / f"{size}.png")
        expect(visitor.place.locator("[data-file] canvas")).to_be_visible()
        visitor.says(f"Снимок {size}")
        expect(operator.log.get_by_role("link", name=f"{size}.png")).to_be_visible()
    return visitor, operator


def test_the_pictures_of_a_log_are_looked_at_one_by_one(pictures):
    _visitor, operator = pictures
    link = operator.log.get_by_role("link", name="400.png")
    link.click()
    shown = of_zone(operator)
    expect(shown).to_have_accessible_name("400.png 1 из 2")
    assert shown.get_by_role("img").evaluate(DECODED) == 400
    has_no_violations(operator.page)

    keys = operator.page.keyboard
    shown.get_by_role("button", name="Следующая картинка").press("Enter")
    expect(shown).to_have_accessible_name("300.png 2 из 2")
    expect(shown.get_by_role("button", name="Закрыть")).to_be_focused()
    assert shown.get_by_role("img").evaluate(DECODED) == 300
    keys.press("ArrowLeft")
    expect(shown).to_have_accessible_name("400.png 1 из 2")
    keys.press("ArrowRight")
    expect(shown).to_have_accessible_name("300.png 2 из 2")
    with operator.page.expect_download() as download:
        shown.get_by_role("link", name="Скачать").click()
    assert download.value.suggested_filename == "300.png"

    for _stop in range(5):
        keys.press("Tab")
        expect(shown.locator(":focus")).to_have_count(1)
    keys.press("Escape")
    expect(shown).to_be_hidden()
    expect(link).to_be_focused()

    link.press("Enter")
    expect(shown).to_be_visible()
    operator.page.evaluate("document.querySelector('zone-workspace').remove()")
    expect(shown).to_be_hidden()


def test_the_window_shows_a_picture_over_the_whole_page(pictures, watch):
    visitor, _operator = pictures
    frame = visitor.page.locator('iframe[title="Онлайн-консультант"]')
    link = visitor.log.get_by_role("link", name="300.png")
    link.click()
    shown = viewer(visitor)
    expect(shown).to_have_accessible_name("300.png 2 из 2")
    assert shown.get_by_role("img").evaluate(DECODED) == 300
    expect(frame).to_have_js_property("clientWidth", 1440)
    has_no_violations(visitor.page)
    visitor.page.keyboard.press("Escape")
    expect(shown).to_be_hidden()
    expect(link).to_be_focused()
    expect(visitor.field).to_be_visible()
    expect(frame).to_have_js_property("clientWidth", 400)

    watch.allow("ERR_FAILED")
    visitor.page.route(re.compile("/files/.*inline$"), lambda route: route.abort())
    link.click()
    expect(shown.get_by_text("Не удалось показать картинку")).to_be_visible()
    with visitor.page.expect_download():
        shown.get_by_role("link", name="Скачать").click()
    shown.get_by_role("button", name="Закрыть").click()
    expect(shown).to_be_hidden()
