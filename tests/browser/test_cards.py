"""A link that is sent and opened; a rating that is asked for, given, changed."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.front


def test_a_link_is_sent_as_a_card_and_staff_see_that_it_was_opened(dialogue, support, watch):
    watch.allow("422")
    visitor, operator = dialogue
    address = f"{support.base_url}/healthz"
    operator.place.get_by_role("button", name="Отправить ссылку").click()
    panel = operator.place.get_by_role("dialog", name="Ссылка посетителю")
    panel.get_by_label("Заголовок").fill("Порты и протоколы")
    panel.get_by_label("Адрес").fill("javascript:alert(1)")
    panel.get_by_role("button", name="Отправить ссылку").click()
    expect(panel.get_by_role("alert")).to_contain_text("https://")
    panel.get_by_label("Адрес").fill(address)
    panel.get_by_label("Адрес").press("Enter")
    expect(panel).to_be_hidden()
    link = visitor.log.get_by_role("link", name=re.compile("^Порты и протоколы"))
    with visitor.page.context.expect_page() as opened:
        link.click()
    assert opened.value.url == address
    assert opened.value.evaluate("window.opener") is None
    card = operator.log.locator(".link-card")
    expect(card).to_contain_text("Посетитель открыл в")
    operator.page.reload()
    expect(card).to_contain_text("Посетитель открыл в")
    expect(visitor.log.get_by_text("Посетитель открыл")).to_have_count(0)


def test_a_rating_is_asked_for_given_by_keys_and_changed(dialogue):
    visitor, operator = dialogue
    visitor.page.evaluate("SphaeraSupport.on('rated', (told) => (window.told = told))")
    operator.place.get_by_role("button", name="Запросить оценку").click()
    line = operator.log.locator(".rated")
    expect(line).to_contain_text("посетитель ещё не ответил")
    card = visitor.log.get_by_role("group", name="Оценка консультации")
    card.get_by_role("button", name="Оценить").click()
    expect(card.get_by_text("Сначала выберите оценку.")).to_be_visible()
    card.get_by_role("radio", name="3 из 5").focus()
    visitor.page.keyboard.press("ArrowRight")
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.type("Нашли причину")
    card.get_by_role("button", name="Оценить").click()
    expect(visitor.log.get_by_text("Ваша оценка: 4 из 5")).to_be_visible()
    expect(line).to_contain_text("Оценка 4 из 5«Нашли причину»")
    assert visitor.page.evaluate("told") == {"score": 4, "most": 5}
    visitor.page.reload()
    visitor.log.get_by_text("Изменить оценку").click()
    expect(card.get_by_label("Комментарий")).to_have_value("Нашли причину")
    card.get_by_role("radio", name="5 из 5").check()
    card.get_by_role("button", name="Оценить").click()
    expect(line).to_contain_text("Оценка 5 из 5")
    operator.closes()
    expect(visitor.log.get_by_text("Изменить оценку")).to_be_hidden()
    expect(visitor.log.get_by_text("Ваша оценка: 5 из 5")).to_be_visible()
