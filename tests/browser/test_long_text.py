import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.front

LONGEST = "ж" * 4000


@pytest.mark.parametrize("side", ["visitor", "operator"])
def test_one_sign_too_many_is_refused_with_the_count_and_nothing_is_cut(dialogue, side):
    writer, reader = dialogue if side == "visitor" else dialogue[::-1]
    writer.field.fill(LONGEST + "!")
    writer.field.press("Enter")
    expect(writer.place.get_by_text("сейчас 4001")).to_be_visible()
    expect(writer.field).to_have_value(LONGEST + "!")
    expect(reader.bubble("жжж")).to_have_count(0)

    writer.field.press("End")
    writer.field.press("Control+End")
    writer.field.press("Backspace")
    writer.field.press("Enter")
    expect(writer.field).to_have_value("")
    reader.hears(LONGEST)


def test_a_text_that_is_too_long_stays_as_a_draft(visitor):
    visitor.field.fill(LONGEST + "!")
    visitor.returns()
    expect(visitor.field).to_have_value(LONGEST + "!")
    expect(visitor.place.get_by_text("сейчас 4001")).to_be_visible()


def test_a_sign_beyond_the_basic_plane_counts_as_one(visitor):
    visitor.field.fill("😀" * 4000)
    visitor.field.press("Enter")
    expect(visitor.field).to_have_value("")
