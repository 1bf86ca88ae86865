"""A webhook is added, tried out, told of a visitor's words, and its log read."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.crew import ELENA
from tests.browser.people import enter_office
from tests.browser.test_accessibility import has_no_violations
from tests.chat.webhooks.receiver import Receiver
from tests.server import LiveServer

pytestmark = [pytest.mark.front, pytest.mark.usefixtures("own_server")]


@pytest.fixture(scope="module")
def own_server(live_server_factory) -> LiveServer:
    return live_server_factory(WEBHOOK_NETWORKS="127.0.0.1")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


def test_another_system_is_told(new_page, new_visitor, watch, receiver):
    watch.allow("422")
    page = enter_office(new_page(), ELENA.login, "/settings/webhooks/add/")
    page.get_by_label("Название").fill("Склад")
    page.get_by_label("Адрес", exact=True).fill("http://10.0.0.5/hook")
    page.get_by_label("Сообщение", exact=True).first.check()
    page.get_by_role("button", name="Сохранить", exact=True).click()
    expect(page.get_by_text("Адрес ведёт внутрь сети сервера")).to_be_visible()
    expect(page.get_by_label("Название")).to_have_value("Склад")
    page.get_by_label("Адрес", exact=True).fill(f"{receiver.url}/hook")
    page.get_by_role("button", name="Сохранить", exact=True).click()

    expect(page.get_by_label("Секрет", exact=True)).to_have_value(re.compile("whsec_"))
    has_no_violations(page)
    page.get_by_role("button", name="Проверить").click()
    expect(page.get_by_text("Принято")).to_be_visible()
    has_no_violations(page)

    new_visitor().says("Не приходит счёт")
    receiver.waits_for(2)
    page.get_by_role("link", name="Склад").click()
    page.get_by_role("link", name="Сообщение").click()
    expect(page.get_by_text("Не приходит счёт")).to_be_visible()
    assert [told.json["type"] for told in receiver.told] == ["test", "message.posted"]
