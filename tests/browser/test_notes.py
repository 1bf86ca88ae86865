import pytest
from playwright.sync_api import WebSocket, expect

pytestmark = pytest.mark.front

SECRET = "Похоже на мошенника"


def test_a_note_is_for_staff_only(visitor, operator):
    frames: list[bytes | str] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: frames.extend([frame]))

    visitor.page.on("websocket", listen)
    visitor.returns()
    visitor.says("Здравствуйте")
    operator.accepts(visitor)

    operator.page.keyboard.press("Alt+n")
    operator.says(SECRET)
    expect(operator.bubble(SECRET)).to_be_visible()
    expect(operator.pending).to_have_count(0)
    question = operator.row(visitor).locator("[data-preview]")
    expect(question).to_have_text("Здравствуйте")
    operator.page.keyboard.press("Alt+n")
    operator.says("Сейчас посмотрю")
    visitor.hears("Сейчас посмотрю")

    assert frames
    assert not [frame for frame in frames if SECRET in str(frame)]
    visitor.returns()
    visitor.hears("Сейчас посмотрю")
    expect(visitor.place.get_by_text(SECRET)).to_have_count(0)


def test_a_note_begun_before_a_reload_is_still_a_note_after_it(dialogue):
    visitor, operator = dialogue
    operator.page.keyboard.press("Alt+n")
    operator.field.fill(SECRET)
    operator.page.reload()
    operator.has_open(visitor)
    expect(operator.field).to_have_value(SECRET)
    expect(
        operator.place.get_by_role("tab", name="Заметка для сотрудников", selected=True)
    ).to_be_visible()
