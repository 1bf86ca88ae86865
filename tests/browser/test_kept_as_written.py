import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.front

CODE = "def f(x):\n    if x:\n\treturn 1\n\n    return " + "x + " * 60 + "0"
COPIED = """one => {
    getSelection().selectAllChildren(one.querySelector(".message__text"));
    return getSelection().toString();
}"""
WIDTHS = """one => {
    const text = one.querySelector(".message__text");
    const end = (box) => box.getBoundingClientRect().right;
    const isWithin = end(one.querySelector(".bubble")) <= end(one.parentElement);
    return [text.scrollWidth > text.clientWidth, isWithin];
}"""

# The link brings again what is there: what has been selected in it must stay.
COMES_AGAIN = """async (one) => {
    const zone = document.querySelector("operator-zone");
    const asked = { type: "sync", conversation: zone.conversation, after: one.dataset.seq - 1 };
    const { messages } = await zone.connection.insist(asked);
    for (const message of messages) one.closest("message-log").insert(message);
    return [messages.length, one.isConnected];
}"""


@pytest.mark.parametrize("side", ["visitor", "operator"])
def test_code_is_shown_and_copied_as_it_was_sent(dialogue, side):
    writer, reader = dialogue if side == "visitor" else dialogue[::-1]
    writer.field.fill(CODE)
    writer.field.press("Enter")
    reader.hears("def f(x)")
    shown = reader.bubble("def f(x)")
    assert shown.evaluate(COPIED) == CODE
    # Wide lines are not broken, and what holds them is no wider than its place.
    assert shown.evaluate(WIDTHS) == [True, True]
    if side == "visitor":
        assert shown.evaluate(COMES_AGAIN) == [1, True]
        reader.page.reload()
        expect(reader.page.locator("operator-zone[data-link=fine]")).to_be_attached()
        assert shown.evaluate(COMES_AGAIN) == [1, True]
