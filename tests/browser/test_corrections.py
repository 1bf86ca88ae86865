"""A message that was changed or taken back: both pages show it where it stands, and go on."""

import pytest
from playwright.sync_api import expect

from tests.browser.crew import Visitor

pytestmark = pytest.mark.front


def correcting(side):
    return side.place.get_by_role("group", name="Изменение сообщения")


def changes(side, said, text):
    side.presses("Изменить", said)
    expect(side.field).to_have_value(said)
    side.field.fill(text)
    side.field.press("Enter")
    expect(correcting(side)).to_be_hidden()


def deletes(side, said):
    side.presses("Удалить", said)
    side.place.get_by_role("button", name="Удалить у всех?").click()


def test_both_sides_read_the_new_words_where_the_old_stood(dialogue):
    visitor, operator = dialogue
    operator.says("Завтра в десять")
    visitor.hears("Завтра в десять")
    visitor.says("Спасибо")
    for person in (visitor, operator):
        expect(person.bubble("Спасибо")).to_have_count(1)
    operator.field.fill("А ещё")
    changes(operator, "Завтра в десять", "Сегодня в десять")
    expect(operator.field).to_have_value("А ещё")
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
    changes(operator, "Завтра в десять", "Сегодня в десять")
    expect(operator.bubble("Сегодня в десять")).to_have_count(1)
    operator.page.reload()
    expect(operator.bubble("Сегодня в десять")).to_have_count(1)
    visitor.says("Жду")
    expect(operator.bubble("Жду")).to_have_count(1)
    expect(operator.page.get_by_text("Загружаем пропущенное")).not_to_be_visible()


def test_a_visitor_changes_the_last_by_keys_and_takes_it_back(dialogue):
    visitor, operator = dialogue
    visitor.says("Мой пороль 12345")
    operator.hears("Мой пороль 12345")
    visitor.field.press("ArrowUp")
    expect(visitor.field).to_have_value("Мой пороль 12345")
    visitor.field.fill("Что-то другое")
    visitor.field.press("Escape")
    expect(visitor.field).to_have_value("")
    visitor.field.press("ArrowUp")
    visitor.field.fill("Мой пароль 12345")
    visitor.field.press("Enter")
    operator.hears("Мой пароль 12345")
    deletes(visitor, "Мой пароль 12345")
    for person in (visitor, operator):
        expect(person.bubble("Сообщение удалено")).to_be_visible()
        expect(person.bubble("12345")).to_have_count(0)
    expect(operator.row(visitor)).to_contain_text("Сообщение удалено")
    operator.presses("Ответить", "Не приходит счёт")
    expect(operator.place.get_by_role("button", name="Изменить", exact=True)).to_be_hidden()


def test_of_two_tabs_the_second_is_told_and_insists(dialogue):
    visitor, _operator = dialogue
    visitor.says("Приду в десять")
    expect(visitor.pending).to_have_count(0)
    other = Visitor(visitor.page.context.new_page(), visitor)
    other.page.goto("/личный-кабинет/")
    other.launcher.click()
    other.presses("Изменить", "Приду в десять")
    other.field.fill("Приду в двенадцать")
    changes(visitor, "Приду в десять", "Приду в одиннадцать")
    other.hears("Приду в одиннадцать")
    other.field.press("Enter")
    expect(other.place.get_by_text("его изменили в другой вкладке")).to_be_visible()
    expect(other.field).to_have_value("Приду в двенадцать")
    other.field.press("Enter")
    visitor.hears("Приду в двенадцать")


def test_what_was_typed_outlives_the_end_of_the_conversation(dialogue):
    visitor, operator = dialogue
    operator.says("Завтра в десять")
    operator.presses("Изменить", "Завтра в десять")
    operator.field.fill("Сегодня в десять")
    visitor.place.get_by_role("button", name="Действия").click()
    visitor.place.get_by_role("button", name="Завершить чат").click()
    visitor.place.get_by_role("button", name="Завершить", exact=True).click()
    operator.hears("Посетитель завершил обращение")
    expect(operator.place.get_by_text("Обращение закрыто.")).to_be_visible()
    expect(operator.field).to_have_value("Сегодня в десять")
