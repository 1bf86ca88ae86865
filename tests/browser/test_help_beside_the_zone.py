"""Who reads the help stays where they are: in the zone, at their draft, present."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.front


def test_an_operator_reads_the_help_and_goes_on_writing(dialogue, watch):
    visitor, operator = dialogue
    keys, page = operator.page.keyboard, operator.page
    address = page.url
    operator.field.fill("Уже смотрю, подо")
    watch.allow(r"ERR_INTERNET_DISCONNECTED|ERR_FAILED")
    page.route("**/help/", lambda route: route.abort())

    keys.press("F1")
    help_ = page.get_by_role("dialog", name="Помощь")
    expect(help_.get_by_text("Помощь не загрузилась")).to_be_visible()
    page.unroute("**/help/")
    help_.get_by_role("button", name="Повторить").click()
    help_.get_by_role("link", name="Закрыть обращение").click()
    expect(help_.get_by_role("heading", name="Закрыть обращение")).to_be_focused()
    help_.get_by_role("searchbox", name="Поиск в помощи").fill("передаём")
    keys.press("Enter")
    help_.get_by_role("link", name="Передать обращение").first.click()
    expect(help_.get_by_role("heading", name="Передать обращение")).to_be_focused()
    assert page.url == address

    visitor.sees_status("В сети")
    keys.press("Escape")
    expect(help_).to_be_hidden()
    expect(operator.field).to_be_focused()
    keys.type("ждите")
    expect(operator.field).to_have_value("Уже смотрю, подождите")

    page.get_by_role("link", name="Помощь").click()
    expect(help_.get_by_role("heading", name="Помощь", exact=True)).to_be_focused()
    visitor.says("Жду")
    operator.hears("Жду")
    help_.get_by_role("link", name="Открыть отдельно").click()
    expect(operator.question).to_be_visible()
