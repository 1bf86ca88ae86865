import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.front

SECOND = 1000
PROMISED = 5 * SECOND  # one second, on a machine that is busy with tests


def test_a_draft_and_its_caret_survive_an_operator_coming_and_going(visitor, new_operator):
    visitor.sees_status("Не в сети")
    visitor.field.press_sequentially("Не печатает принтер")
    for _step in range(len("принтер")):
        visitor.field.press("ArrowLeft")
    caret = visitor.caret

    operator = new_operator()
    visitor.sees_status("В сети", timeout=PROMISED)
    expect(visitor.field).to_have_value("Не печатает принтер")
    expect(visitor.field).to_be_focused()
    assert visitor.caret == caret

    operator.page.goto("/help/")
    visitor.sees_status("Не в сети")
    visitor.page.keyboard.type("наш ")
    expect(visitor.field).to_have_value("Не печатает наш принтер")


def test_a_draft_of_the_offline_form_is_sent_by_the_online_one(visitor, new_operator):
    visitor.field.fill("Здравствуйте")
    operator = new_operator()
    visitor.sees_status("В сети", timeout=PROMISED)
    visitor.field.press("Enter")
    expect(operator.row(visitor, "Ожидают")).to_contain_text("Здравствуйте")
