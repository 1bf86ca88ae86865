"""Search in the rail, and the palette: wherever an operator wants to be, by typing."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_keyboard_alone import focus

pytestmark = pytest.mark.front


def test_an_operator_finds_visitors_colleagues_and_deeds(new_visitor, operator):
    mine, waiting, late = new_visitor(), new_visitor(), new_visitor()
    keys, page = operator.page.keyboard, operator.page
    for visitor in (mine, waiting):
        visitor.says("Здравствуйте")
        expect(operator.row(visitor, "Ожидают")).to_be_visible()
    operator.accepts(mine)
    focus(operator.row(mine, "Мои").get_by_role("link"))

    # By the contract of who waits; who comes meanwhile is not shown, and not forgotten.
    keys.press("/")
    search = page.get_by_role("searchbox", name="Поиск в списке посетителей")
    expect(search).to_be_focused()
    keys.type(waiting.login.replace("guest", "д-"))
    expect(operator.row(waiting)).to_be_visible()
    expect(operator.row(mine)).to_be_hidden()
    late.says("Тоже здесь")
    expect(operator.visitors.get_by_text("Ожидают и не показаны: 1")).to_be_visible()
    keys.press("ArrowDown")
    expect(operator.row(waiting).get_by_role("link")).to_be_focused()

    search.fill("никто такой")
    expect(operator.visitors.get_by_text("Ничего не найдено.")).to_be_visible()
    search.press("Escape")
    expect(search).to_be_hidden()
    expect(operator.row(late)).to_be_visible()
    expect(operator.row(mine).get_by_role("link")).to_be_focused()

    # The same button of the open conversation, whatever the layout of the keyboard.
    keys.press("Control+k")
    palette = page.get_by_role("dialog", name="Быстрый переход")
    expect(palette.get_by_role("combobox")).to_be_focused()
    keys.type("pfrhsnm")
    expect(palette.get_by_role("option", selected=True)).to_contain_text("Закрыть обращение")
    keys.press("Enter")
    expect(palette).to_be_hidden()
    expect(operator.place.get_by_role("radio", name="Решено")).to_be_focused()

    keys.press("Escape")
    keys.press("Control+k")
    keys.press("Escape")
    expect(operator.place.get_by_role("button", name="Закрыть обращение")).to_be_focused()
    page.get_by_role("button", name="Быстрый переход").click()
    keys.type("антон бел")
    keys.press("Enter")
    expect(operator.place.get_by_role("heading", name="Антон Белый")).to_be_visible()
