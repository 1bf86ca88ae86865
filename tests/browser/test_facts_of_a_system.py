"""«Запросить сведения о системе»: what the card shows is what is sent, once the visitor agrees."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.front


def test_what_is_shown_is_sent_and_nothing_before(dialogue, watch):
    watch.allow("menu is null")
    visitor, operator = dialogue
    frame = visitor.page.frames[-1]
    frame.evaluate("setTimeout(() => { throw new Error('menu is null'); })")
    operator.place.get_by_role("button", name="Запросить сведения о системе").click()
    line = operator.log.locator(".rated")
    expect(line).to_contain_text("посетитель ещё не ответил")
    card = visitor.log.get_by_role("group", name="Сведения о системе")
    expect(card).to_contain_text("menu is null")
    shown = card.locator("[data-fact=screen] dd").inner_text()
    card.get_by_role("button", name="Отправить", exact=True).click()
    expect(visitor.log.get_by_text("Вы отправили сведения о системе")).to_be_visible()
    for told in (shown, "menu is null"):
        expect(line).to_contain_text(told)
    expect(operator.page.locator("#identified-software")).to_contain_text("сообщил посетитель")
