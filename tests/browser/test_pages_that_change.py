"""Host pages that rebuild themselves: the window stays, and their title is theirs."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.front

REPLACE_BODY = """() => {
    const body = document.createElement("body");
    body.innerHTML = "<h1>Следующая страница</h1>";
    document.body.replaceWith(body);
}"""
REPLACE_EVERYTHING = "() => document.documentElement.replaceChildren(document.head, document.body)"
GO_ON = """async () => {
    history.pushState(null, "", "?order=17");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    document.title = "Заказ 17";
}"""


@pytest.mark.parametrize("change", [REPLACE_BODY, REPLACE_EVERYTHING], ids=["body", "everything"])
def test_the_window_outlives_a_page_that_replaces_itself(visitor, change):
    visitor.says("Первое")
    expect(visitor.pending).to_have_count(0)
    visitor.field.fill("Недописанное")
    visitor.page.evaluate(change)
    expect(visitor.page.locator("iframe")).to_have_count(1)
    expect(visitor.field).to_have_value("Недописанное")
    visitor.hears("Первое")
    visitor.says("Второе")
    expect(visitor.pending).to_have_count(0)


def test_a_title_that_comes_after_its_address_is_seen(visitor, operator):
    expect(operator.row(visitor)).to_contain_text("Личный кабинет")
    visitor.page.evaluate(GO_ON)
    expect(operator.row(visitor)).to_contain_text("Заказ 17")


def test_the_page_s_title_stays_the_page_s(dialogue):
    visitor, operator = dialogue
    visitor.page.evaluate("() => { document.title = '(5) Входящие'; }")
    visitor.folds()
    operator.says("Добрый день!")
    visitor.page.wait_for_function("() => document.title === '(1) (5) Входящие'")
    visitor.page.evaluate("() => { document.title = '(6) Входящие'; }")
    visitor.page.wait_for_function("() => document.title === '(1) (6) Входящие'")
    visitor.launcher.click()
    visitor.page.wait_for_function("() => document.title === '(6) Входящие'")
