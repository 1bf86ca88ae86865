"""A kept answer is found by typing, read as the visitor will, and sent with nothing missing."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.front


def test_an_operator_answers_by_a_template(new_visitor, operator):
    visitor = new_visitor()
    visitor.says("Не открывается видео")
    operator.accepts(visitor)
    keys, page = operator.page.keyboard, operator.page
    panel = page.get_by_role("region", name="Шаблоны")
    search = panel.get_by_role("searchbox", name="Живой поиск шаблона …")

    # What is not chosen goes back where it was typed.
    operator.field.click()
    keys.type("Добрый день! /etc")
    expect(search).to_have_value("etc")
    keys.press("Escape")
    expect(operator.field).to_be_focused()
    expect(operator.field).to_have_value("Добрый день! /etc")

    # Nothing that is written is replaced, and the caret stands behind what came.
    for _key in range(4):
        keys.press("Backspace")
    keys.type("/gjhns dbltj")
    chosen = panel.locator("[role=option][aria-selected=true]")
    expect(chosen).to_contain_text("Порты СФЕРА.Видео 4.12")
    expect(chosen.get_by_text("Порты", exact=True)).to_be_visible()
    expect(panel.get_by_text("Илья Воронцов")).to_be_visible()
    keys.press("Enter")
    expect(panel).to_be_hidden()
    keys.type("!")
    keys.press("Enter")
    visitor.hears("С уважением, Илья Воронцов!")
    assert visitor.texts[-1].startswith("Добрый день! ")

    # Where nothing stands for a placeholder, it is selected, and not sent.
    keys.type("/c.001")
    expect(chosen).to_contain_text("Заявка зарегистрирована")
    keys.press("Control+Enter")
    expect(operator.place.get_by_text("Вместо {номер_заявки} нечего подставить")).to_be_visible()
    keys.type("№ 17")
    keys.press("Enter")
    visitor.hears("Мы зарегистрировали заявку № 17. О решении напишем сюда же.")


def test_its_card_goes_with_the_answer_unless_it_is_taken_away(new_visitor, operator):
    visitor = new_visitor()
    visitor.says("Какие порты открыть?")
    operator.accepts(visitor)
    keys, place = operator.page.keyboard, operator.place
    panel = operator.page.get_by_role("region", name="Шаблоны")
    title, domain = "Настройка портов СФЕРА.Видео", "docs.example.ru/video/ports"
    carried = place.get_by_role("listitem").filter(has_text=title)

    operator.field.click()
    keys.type("/что открыть")
    preview = panel.get_by_role("group", name="Так увидит посетитель")
    expect(preview).to_contain_text(title)
    expect(preview).to_contain_text(domain)
    keys.press("Enter")
    expect(carried).to_contain_text(domain)
    # It is a part of the draft.
    operator.page.reload()
    expect(carried).to_contain_text(domain)
    place.get_by_role("button", name=f"Убрать ссылку {title}").click()
    expect(carried).to_have_count(0)

    operator.field.fill("")
    keys.type("/что открыть")
    keys.press("Control+Enter")
    expect(visitor.place.get_by_role("link", name=title)).to_contain_text(domain)
    visitor.hears("порядок настройки — в инструкции")
    expect(carried).to_have_count(0)
    expect(operator.field).to_have_value("")


def test_one_s_own_answer_becomes_a_template_without_leaving_the_zone(new_visitor, operator, watch):
    watch.allow("422")
    visitor = new_visitor()
    visitor.says("Как войти?")
    operator.accepts(visitor)
    operator.says("Войдите по ссылке из письма.")
    operator.presses("Сохранить как шаблон", "Войдите по ссылке из письма.")
    dialog = operator.page.get_by_role("dialog", name="Личный шаблон")
    expect(dialog.get_by_label("Текст")).to_have_value("Войдите по ссылке из письма.")
    dialog.get_by_role("button", name="Сохранить").click()
    expect(dialog.get_by_text("Обязательное поле.").first).to_be_visible()
    code = f"Л.{visitor.login[-6:]}"
    dialog.get_by_label("Код").fill(code)
    dialog.get_by_label("Название").fill("Вход")
    dialog.get_by_role("button", name="Сохранить").click()
    expect(dialog).to_be_hidden()

    operator.field.click()
    operator.page.keyboard.type(f"/{code}")
    chosen = operator.page.locator("[role=option][aria-selected=true]")
    expect(chosen).to_contain_text("Вход")
    operator.page.keyboard.press("Control+Enter")
    expect(visitor.bubble("Войдите по ссылке из письма.")).to_have_count(2)
