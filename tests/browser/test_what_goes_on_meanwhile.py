"""What a visitor types, where their site shows it, and which colleagues look on."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.front, pytest.mark.usefixtures("own_server")]

SHOW = "from departments.models import Site; Site.objects.update(previews_typing=True)"


@pytest.fixture
def previewing(support):
    support.stop()
    support.manage("shell", "-c", SHOW)
    support.start()


def test_who_answers_sees_what_is_typed_and_who_looks_on(previewing, dialogue, elena):
    visitor, operator = dialogue
    what_is_typed_is_read_until_it_is_sent(visitor, operator)
    colleagues_are_seen(visitor, operator, elena)


def what_is_typed_is_read_until_it_is_sent(visitor, operator):
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


def colleagues_are_seen(visitor, operator, elena):
    elena.opens(visitor)
    expect(operator.place.get_by_text("Смотрит: Елена Соколова")).to_be_visible()
    expect(elena.place.get_by_text(f"Смотрит: {operator.name}")).to_be_visible()
    elena.field.press_sequentially("Смотрю")
    expect(operator.place.get_by_text("Пишет: Елена Соколова")).to_be_visible()
    expect(operator.place.get_by_text("Смотрит:")).to_be_hidden()
    elena.returns()
    expect(operator.place.get_by_text("Елена Соколова")).to_be_hidden()
