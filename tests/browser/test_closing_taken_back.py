"""After closing or handing over: taken back by a press, and whoever waits is one press away."""

import pytest
from playwright.sync_api import expect

from tests.browser.crew import ANTON

pytestmark = pytest.mark.front


def test_what_was_closed_comes_back_and_the_next_is_offered(new_visitor, operator, new_operator):
    marina, sergey = new_visitor(), new_visitor()
    anton, page = new_operator(ANTON), operator.page
    undo = page.get_by_role("button", name="Вернуть", exact=True)
    marina.says("Не приходит счёт")
    operator.accepts(marina)

    # Nobody else waits: the pane is free, and the conversation a press away.
    operator.closes()
    expect(operator.place.locator(".empty-zone")).to_be_focused()
    undo.click()
    operator.has_open(marina)
    operator.may_answer()
    expect(undo).to_be_hidden()
    operator.says("Простите, закрыто по ошибке")
    marina.hears("Простите, закрыто по ошибке")

    # Handed over and withdrawn; the strip goes with it.
    operator.hands_over(anton.name, asked="Не приходит счёт")
    expect(page.get_by_text(f"Обращение передаётся: {marina.name}")).to_be_visible()
    undo.click()
    expect(operator.place.get_by_role("button", name="Отменить передачу")).to_be_hidden()
    expect(undo).to_be_hidden()

    # Whoever waits is accepted by Enter.
    sergey.says("И у меня вопрос")
    expect(operator.row(sergey, "Ожидают")).to_be_visible()
    operator.closes()
    expect(page.get_by_role("button", name=f"Следующее: {sergey.name}")).to_be_focused()
    page.keyboard.press("Enter")
    operator.has_open(sergey)
    expect(operator.row(sergey, "Мои")).to_be_visible()
