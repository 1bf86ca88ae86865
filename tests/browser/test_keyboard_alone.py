"""Nobody here touches a mouse."""

import pytest
from playwright.sync_api import expect

from tests.browser.crew import ILYA, Operator, Visitor
from tests.browser.people import PASSWORD

pytestmark = pytest.mark.front


def test_a_customer_signs_in_asks_and_folds_the_window(page, stranger):
    visitor = Visitor(page, stranger())
    keys = page.keyboard
    page.goto("/личный-кабинет/")
    expect(page.get_by_label("Логин")).to_be_focused()
    keys.type(visitor.login)
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(visitor.launcher).to_be_visible()

    tab_to(page, visitor.launcher)
    keys.press("Enter")
    expect(visitor.field).to_be_focused()
    keys.type("Здравствуйте")
    keys.press("Enter")
    expect(visitor.pending).to_have_count(0)
    visitor.hears("Здравствуйте")

    keys.press("Escape")
    expect(visitor.launcher).to_be_focused()


def test_an_operator_signs_in_accepts_answers_and_closes(visitor, page):
    operator = Operator(page, ILYA)
    keys = page.keyboard
    visitor.says("Не печатает")
    page.goto("/login/")
    expect(page.get_by_label("Логин")).to_be_focused()
    keys.type("operator1")
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(operator.row(visitor)).to_be_visible()

    link = operator.row(visitor).get_by_role("link")
    tab_to(page, link)
    keys.press("Enter")
    operator.has_open(visitor)
    keys.press("Alt+a")
    expect(operator.row(visitor, "Мои")).to_be_visible()
    expect(operator.field).to_be_focused()
    keys.type("Включён?")
    keys.press("Enter")
    visitor.hears("Включён?")

    keys.press("Alt+q")
    expect(operator.place.get_by_role("radio", name="Решено")).to_be_focused()
    keys.press("Escape")
    expect(operator.place.get_by_role("button", name="Закрыть обращение")).to_be_focused()
    keys.press("Alt+q")
    keys.press("3")
    expect(operator.page.get_by_text(f"Обращение закрыто: {visitor.name}")).to_be_visible()
    expect(operator.place.locator(".empty-zone")).to_be_focused()


def test_f6_goes_round_the_regions(dialogue):
    operator = dialogue[1]
    operator.field.focus()
    for region in ("Информация о посетителе", "Операторы", "Посетители", "Переписка"):
        operator.page.keyboard.press("F6")
        inside = operator.page.get_by_role("region", name=region).locator(":focus")
        expect(inside).to_have_count(1)

    # Where the information is a drawer
    operator.page.set_viewport_size({"width": 1100, "height": 800})
    opener = operator.place.get_by_role("button", name="Сведения о посетителе")
    expect(opener).to_have_attribute("aria-expanded", "false")
    opener.press("Enter")
    expect(operator.page.get_by_role("button", name="Скрыть панель")).to_be_focused()
    expect(opener).to_have_attribute("aria-expanded", "true")
    operator.page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    expect(opener).to_have_attribute("aria-expanded", "false")


def test_arrows_walk_the_list_and_tab_leaves_it(new_visitor, operator):
    first, second = new_visitor(), new_visitor()
    for visitor in (first, second):
        visitor.says("Здравствуйте")
        expect(operator.row(visitor, "Ожидают")).to_be_visible()
    focus(operator.row(first).get_by_role("link"))
    operator.page.keyboard.press("ArrowDown")
    expect(operator.row(second).get_by_role("link")).to_be_focused()
    operator.page.keyboard.press("Tab")
    expect(operator.row(second).get_by_role("button", name="Принять")).to_be_focused()
    operator.page.keyboard.press("Enter")
    operator.has_open(second)


def test_a_question_mark_lists_the_keys_and_escape_hides_them(operator):
    operator.page.keyboard.press("?")
    keys = operator.page.get_by_role("dialog", name="Сочетания клавиш")
    expect(keys).to_be_visible()
    operator.page.keyboard.press("Escape")
    expect(keys).to_be_hidden()


def focus(target, most=5):
    """The server may just be putting a fresh row in the place of the one that was found."""
    for _ in range(most):
        target.focus()
        if target.evaluate("(element) => element === document.activeElement"):
            return
    raise AssertionError("The focus does not stay")


def tab_to(page, target, most=40):
    for _press in range(most):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab never came there")
