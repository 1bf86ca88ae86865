"""Somebody merely on the site is found by the page they are on, and written to first."""

import re

from playwright.sync_api import expect


def test_an_operator_writes_first_and_the_visitor_answers_or_not_now(new_visitor, operator):
    answering, declining = new_visitor(), new_visitor()
    page = operator.page
    for visitor in (answering, declining):
        visitor.folds()

    # The rail finds who has not said a word, among all there are.
    page.keyboard.press("/")
    search = page.get_by_role("searchbox", name="Поиск в списке посетителей")
    for visitor, words in ((answering, "Чем помочь?"), (declining, "Нужна помощь?")):
        search.fill(visitor.name)
        row = operator.group("На сайте").get_by_role("listitem").filter(has_text=visitor.name)
        expect(row).to_have_count(1)
        row.get_by_role("button", name=re.compile(visitor.name)).click()
        row.get_by_role("button", name="Написать").click()
        dialog = page.get_by_role("dialog", name="Написать первым")
        # What was typed is there when one thinks again.
        dialog.get_by_label("Сообщение").fill(words)
        dialog.get_by_role("button", name="Отмена").click()
        row.get_by_role("button", name="Написать").click()
        expect(dialog.get_by_label("Сообщение")).to_have_value(words)
        dialog.get_by_role("button", name="Написать").click()
        expect(dialog).to_be_hidden()
        operator.hears(words)

    teaser = answering.place.get_by_role("button", name=re.compile("Чем помочь?"))
    teaser.click()
    answering.says("Да, не проходит оплата")
    expect(answering.place.get_by_role("button", name="Не сейчас")).to_have_count(0)

    declining.place.get_by_role("button", name="Не сейчас").click()
    expect(declining.place.get_by_text("Нужна помощь?").first).to_be_hidden()
    operator.hears("Посетитель ответил «Не сейчас»")
    search.fill(answering.name)
    expect(operator.row(answering, "Мои")).to_be_visible()
    expect(operator.row(answering, "Мои")).to_contain_text("Да, не проходит оплата")
