"""Nothing is scrolled sideways, down to 320 px, in the page and in its frames."""

import pytest
from playwright.sync_api import expect

from tests.browser.crew import ELENA
from tests.browser.people import has_signed_in

pytestmark = pytest.mark.front

TELEPHONE = {"viewport": {"width": 360, "height": 640}, "has_touch": True}
LONG_WORD = "https://example.com/" + "a" * 200


def fits(page):
    for width in (320, 360):
        page.set_viewport_size({"width": width, "height": 640})
        for frame in page.frames:
            root = frame.locator("html")
            wide, shown = root.evaluate("root => [root.scrollWidth, root.clientWidth]")
            assert wide <= shown, f"{frame.url} is {wide} px wide in {shown}"


PRESSED = "button, select, textarea, input:not([type=radio], [type=checkbox])"
SMALL = """(pressed) => [...document.querySelectorAll(pressed)]
  .filter((one) => one.checkVisibility({visibilityProperty: true}))
  .map((one) => [one.ariaLabel ?? one.textContent.trim(), one.getBoundingClientRect()])
  .filter(([, {width, height}]) => width > 1 && (height < 40 || width < 36))
  .map(([name, {width, height}]) => `${name}: ${Math.round(width)} × ${Math.round(height)}`)"""


def is_for_a_thumb(page):
    assert page.evaluate(SMALL, PRESSED) == []


def test_a_visitor_talks_on_a_telephone(new_visitor, new_page):
    page = new_page(**TELEPHONE)
    page.goto("/личный-кабинет/")
    fits(page)
    visitor = new_visitor(**TELEPHONE)
    fits(visitor.page)
    visitor.says(LONG_WORD)
    fits(visitor.page)
    visitor.folds()
    fits(visitor.page)


def test_an_operator_answers_on_a_telephone(visitor, new_operator):
    operator = new_operator(**TELEPHONE)
    visitor.says(LONG_WORD)
    fits(operator.page)
    operator.accepts(visitor)
    operator.says("w" * 200)
    fits(operator.page)
    for pane in ("Сведения", "Операторы", "Посетители", "Переписка"):
        operator.page.get_by_role("button", name=pane, exact=True).click()
        fits(operator.page)
        is_for_a_thumb(operator.page)
    operator.page.set_viewport_size({"width": 360, "height": 740})
    assert height_of(operator.page.locator(".conversation-head")) <= 110
    assert height_of(operator.log) >= 300
    operator.place.get_by_role("button", name="Передать").click()
    expect(operator.place.get_by_role("searchbox")).to_be_visible()
    is_for_a_thumb(operator.page)
    operator.page.keyboard.press("Escape")
    operator.page.get_by_role("button", name="Операторы").click()
    operator.page.get_by_role("button", name="Новая группа").click()
    expect(operator.page.get_by_role("button", name="Создать группу")).to_be_visible()
    is_for_a_thumb(operator.page)
    operator.page.keyboard.press("Escape")
    visitor.says("Ау")
    operator.page.get_by_role("button", name="Переписка").click()
    operator.hears("Ау")
    operator.page.get_by_role("button", name="Меню").click()
    operator.goes_to("Помощь")
    expect(operator.question).to_be_visible()
    is_for_a_thumb(operator.page)


# 200 and 400 % of a desk, a telephone that lies, and one with its keyboard open.
MANY = "row => { for (let n = 0; n < 47; n++) row.after(row.cloneNode(true)); }"
GROUPS = """list => { for (let n = 0; n < 6; n++)
  list.insertAdjacentHTML("beforeend", '<li class="chat-row"><button>Группа</button></li>'); }"""
LOW = [(720, 450), (360, 225), (740, 360), (360, 340), (320, 256)]


def test_on_low_screens_everything_is_reached(visitor, operator, new_visitor):
    visitor.says("Вопрос")
    operator.accepts(visitor)
    crowd = new_visitor()
    crowd.says("И у нас")
    operator.row(crowd, "Ожидают").evaluate(MANY)
    operator.page.locator(".chats ul").evaluate(GROUPS)
    for name in ("Ожидают", "Мои"):
        expect(operator.visitors.get_by_role("heading", name=name)).to_be_in_viewport(ratio=1)
    expect(operator.row(visitor, "Мои")).to_be_in_viewport(ratio=1)
    operator.row(crowd, "Ожидают").last.scroll_into_view_if_needed()
    expect(operator.row(crowd, "Ожидают").last).to_be_in_viewport(ratio=1)
    for name in ("Ожидают", "Мои"):
        expect(operator.visitors.get_by_role("heading", name=name)).to_be_in_viewport(ratio=1)
    for width, height in LOW:
        operator.page.set_viewport_size({"width": width, "height": height})
        for part in (
            operator.place.get_by_role("button", name="Отправить", exact=True),
            operator.field,
        ):
            part.click()
        assert height_of(operator.log) >= 60, (width, height)
        if width >= 600:
            assert height_of(operator.page.locator(".visitors-scroll")) >= 100, (width, height)


def height_of(part):
    return part.bounding_box()["height"]


def test_the_other_pages(new_page):
    page = new_page(**TELEPHONE)
    page.goto("/login/")
    fits(page)
    has_signed_in(page, "sessionid", ELENA.login)
    for address in (
        "/help/",
        "/tickets/?status=any",
        "/accounts/",
        "/settings/departments/",
        "/settings/departments/1/",
        "/logout/",
    ):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        fits(page)
