import re
from urllib.parse import urlsplit

import pytest

from tests.browser.people import open_widget, sign_in_customer

pytestmark = pytest.mark.front

FRAME = 'iframe[title="Онлайн-консультант"]'
TOKEN = re.compile(r"ey[\w-]{10,}\.[\w-]+\.[\w-]+")  # what a JWT looks like


def test_the_token_is_in_no_address_and_in_no_log(page, stranger, support):
    addresses = []
    page.on("request", lambda request: addresses.append(request.url))
    page.on("websocket", lambda socket: addresses.append(socket.url))
    sign_in_customer(page, stranger().login)
    token = page.locator("script[data-token]").get_attribute("data-token")
    assert TOKEN.fullmatch(token)

    widget = open_widget(page)
    widget.get_by_role("textbox", name="Сообщение").fill("Здравствуйте")
    widget.get_by_role("button", name="Отправить", exact=True).click()
    widget.get_by_text("Сообщение сохранено").wait_for()

    assert any(address.startswith("ws:") for address in addresses)
    assert not [address for address in addresses if token in address or TOKEN.search(address)]
    assert token not in support.log
    assert not TOKEN.search(support.log)


def test_the_address_of_the_frame_is_the_same_for_everybody(page, stranger):
    sign_in_customer(page, stranger().login)
    address = urlsplit(page.locator(FRAME).get_attribute("src"))
    assert (address.path, address.query, address.fragment) == ("/widget/demo/", "", "")
