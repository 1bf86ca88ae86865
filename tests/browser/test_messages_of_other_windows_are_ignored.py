import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.front

ORDERS = """(types) => {
    for (const type of types) {
        const order = { sphaera: 1, type, token: "x", full: true, count: 9 };
        window.opener.frames[0].postMessage(order, "*");
        window.opener.postMessage(order, "*");
    }
}"""


@pytest.fixture
def other_window(visitor):
    """Of the same site even, opened by the cabinet: it can reach the frame, and is not its host."""
    with visitor.page.expect_popup() as popup:
        visitor.page.evaluate("() => void window.open('/login/')")
    popup.value.wait_for_load_state()
    return popup.value


def test_another_window_can_neither_close_nor_steer_the_chat(visitor, other_window):
    other_window.evaluate(ORDERS, ["signOut", "gone", "fold", "layout", "unread", "token"])
    visitor.says("Я ещё здесь")
    expect(visitor.place.get_by_text("Сообщение сохранено")).to_be_visible()
    assert visitor.page.title().startswith("Личный кабинет")


def test_the_host_page_is_no_window_of_ours(visitor):
    visitor.page.evaluate("() => window.postMessage({ sphaera: 1, type: 'gone' }, '*')")
    visitor.says("Я ещё здесь")
    expect(visitor.place.get_by_text("Сообщение сохранено")).to_be_visible()
