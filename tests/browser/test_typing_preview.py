"""Where a site shows what is being typed, the operator reads it, and the visitor knows."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.front, pytest.mark.usefixtures("own_server")]

SHOW = "from departments.models import Site; Site.objects.update(previews_typing=True)"


@pytest.fixture
def previewing(support):
    support.stop()
    support.manage("shell", "-c", SHOW)
    support.start()


def test_what_is_typed_is_read_until_it_is_sent(previewing, dialogue):
    visitor, operator = dialogue
    told = visitor.place.get_by_text("Оператор видит текст, пока вы его набираете.")
    expect(told).to_be_visible()
    typed = operator.place.locator("[data-typed]")
    visitor.field.press_sequentially("Не могу найти договор")
    expect(typed).to_have_text("Не могу найти договор")
    visitor.field.press("Enter")
    expect(typed).to_be_hidden()
    operator.hears("Не могу найти договор")
    visitor.field.press_sequentially("И ещё")
    expect(typed).to_have_text("И ещё")
    visitor.field.fill("")
    expect(typed).to_be_hidden()
