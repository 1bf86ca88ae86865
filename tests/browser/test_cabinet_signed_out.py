import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.front

FRAME = 'iframe[title="Онлайн-консультант"]'


@pytest.fixture
def cabinet(page):
    page.goto("/личный-кабинет/")
    return page


def test_a_stranger_finds_a_form_and_nothing_else(cabinet):
    expect(cabinet.get_by_label("Логин")).to_be_visible()
    expect(cabinet.get_by_label("Пароль")).to_be_visible()
    expect(cabinet.get_by_role("button", name="Войти")).to_be_visible()
    expect(cabinet.locator("iframe")).to_have_count(0)
    expect(cabinet.locator("script")).to_have_count(0)


def test_a_wrong_password_opens_no_window(cabinet, watch):
    watch.allow("422")
    cabinet.get_by_label("Логин").fill("client1")
    cabinet.get_by_label("Пароль").fill("guess")
    cabinet.get_by_role("button", name="Войти").click()
    expect(cabinet.get_by_role("alert")).to_be_visible()
    expect(cabinet.locator(FRAME)).to_have_count(0)


def test_the_window_itself_refuses_without_a_token(cabinet):
    assert cabinet.request.get("/widget/demo/window/").status == 401
    assert cabinet.request.post("/widget/demo/files/").status == 401
    assert cabinet.request.get("/личный-кабинет/token/").status == 401


def test_the_socket_refuses_without_a_token(cabinet):
    code = cabinet.evaluate(
        """() => new Promise((resolve) => {
            const socket = new WebSocket("/ws/visitor/demo/");
            const hello = { type: "hello", token: "", after: 0 };
            socket.onopen = () => socket.send(JSON.stringify(hello));
            socket.onclose = (event) => resolve(event.code);
        })"""
    )
    assert code == 4401
