"""Who is blocked: the window leaves every tab at once, the page stays, and it comes back."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.front

FRAME = 'iframe[title="Онлайн-консультант"]'


@pytest.fixture(autouse=True)
def _answer_to_who_is_blocked(watch):
    watch.allow(r"403 .*/window/")


def blocks(operator, reason, term):
    operator.place.get_by_role("button", name="Заблокировать", exact=True).click()
    panel = operator.place.get_by_role("dialog", name="Заблокировать посетителя")
    panel.get_by_label("Причина").fill(reason)
    panel.get_by_label("Срок").select_option(term)
    panel.get_by_role("button", name="Заблокировать", exact=True).click()
    expect(panel).to_be_hidden()


def loads(page):
    """The page again; returns when the window's answer is there."""
    with page.expect_response("**/window/") as answer:
        page.goto("/личный-кабинет/")
    return answer.value.status


def test_the_window_goes_at_once_and_comes_back_when_it_is_lifted(dialogue):
    visitor, operator = dialogue
    second = visitor.page.context.new_page()
    second.goto("/личный-кабинет/")
    expect(second.locator(FRAME)).to_be_visible()

    blocks(operator, "Рассылает рекламу", "сутки")
    for page in (visitor.page, second):
        expect(page.locator(FRAME)).to_have_count(0)
        expect(page.get_by_role("button", name="Выйти")).to_be_visible()
    operator.hears("заблокирован на сутки. Рассылает рекламу")
    expect(operator.place.get_by_text("Заблокирован до")).to_be_visible()

    assert loads(visitor.page) == 403
    expect(visitor.page.locator(FRAME)).to_have_count(0)

    operator.place.get_by_role("button", name="Разблокировать").click()
    operator.hears("посетитель разблокирован")
    assert loads(visitor.page) == 200
    visitor.launcher.click()
    expect(visitor.bubble("Рассылает рекламу")).to_have_count(0)
    visitor.says("Больше не буду")
    expect(operator.row(visitor, "Ожидают")).to_be_visible()
