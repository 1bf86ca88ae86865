"""A message that was put into other words: both pages show it where it stands, and go on."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.front

CORRECT = """([seq, text]) => {
    const zone = document.querySelector("operator-zone");
    return zone.connection.request({type: "correct", conversation: zone.conversation, seq, text});
}"""


def corrects(operator, said, text):
    stored = operator.log.locator(".message[data-seq]").filter(has_text=said)
    operator.page.evaluate(CORRECT, [int(stored.get_attribute("data-seq") or 0), text])


def test_both_sides_read_the_new_words_where_the_old_stood(dialogue):
    visitor, operator = dialogue
    operator.says("Завтра в десять")
    visitor.hears("Завтра в десять")
    visitor.says("Спасибо")
    for person in (visitor, operator):
        expect(person.bubble("Спасибо")).to_have_count(1)
    corrects(operator, "Завтра в десять", "Сегодня в десять")
    for person in (visitor, operator):
        expect(person.bubble("Сегодня в десять")).to_contain_text("изменено")
        expect(person.bubble("Завтра в десять")).to_have_count(0)
    visitor.says("Жду")
    expect(operator.bubble("Жду")).to_have_count(1)
    assert operator.texts[-3:] == ["Сегодня в десять", "Спасибо", "Жду"]


def test_a_page_loaded_afterwards_shows_the_same_without_a_hole(dialogue):
    visitor, operator = dialogue
    operator.says("Завтра в десять")
    expect(visitor.bubble("Завтра в десять")).to_have_count(1)
    corrects(operator, "Завтра в десять", "Сегодня в десять")
    expect(operator.bubble("Сегодня в десять")).to_have_count(1)
    operator.page.reload()
    expect(operator.bubble("Сегодня в десять")).to_have_count(1)
    visitor.says("Жду")
    expect(operator.bubble("Жду")).to_have_count(1)
    expect(operator.page.get_by_text("Загружаем пропущенное")).not_to_be_visible()
