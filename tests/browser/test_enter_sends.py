import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.front


@pytest.mark.parametrize("side", ["visitor", "operator"])
def test_enter_sends_and_shift_enter_breaks_the_line(dialogue, side):
    writer, reader = dialogue if side == "visitor" else dialogue[::-1]
    writer.field.press_sequentially("Первая")
    writer.field.press("Shift+Enter")
    writer.field.press_sequentially("Вторая")
    expect(writer.field).to_have_value("Первая\nВторая")
    writer.field.press("Enter")
    expect(writer.field).to_have_value("")
    reader.hears("Вторая")
    assert reader.texts[-1] == "Первая\nВторая"


def test_enter_in_an_empty_field_sends_nothing(dialogue):
    visitor, operator = dialogue
    visitor.field.press("Enter")
    visitor.field.press_sequentially("  ")
    visitor.field.press("Enter")
    visitor.says("Слово")
    operator.hears("Слово")
    assert operator.texts == ["Не приходит счёт", "Слово"]
