"""The panel about a visitor: comments of colleagues, the line among the data, pages, all live."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.front


def test_what_one_notes_a_colleague_reads_at_once(dialogue, elena):
    visitor, operator = dialogue
    elena.opens(visitor)
    here, there = (
        one.page.get_by_role("region", name="Информация о посетителе") for one in (operator, elena)
    )
    for panel in (here, there):
        panel.get_by_role("tab", name="Комментарии").click()
        expect(panel.get_by_text("Комментариев пока нет")).to_be_visible()

    # What is typed outlives a reload, the tab that is open is the one before.
    here.get_by_role("textbox", name="Комментарий").fill("Звонить после 11:00")
    operator.page.reload()
    here.get_by_role("tab", name="Комментарии").click()
    expect(here.get_by_role("textbox", name="Комментарий")).to_have_value("Звонить после 11:00")
    here.get_by_role("button", name="Добавить").click()
    comment = here.get_by_role("listitem").filter(has_text="Звонить после 11:00")
    expect(comment).to_be_visible()
    expect(here.get_by_role("textbox", name="Комментарий")).to_have_value("")
    theirs = there.get_by_role("listitem").filter(has_text="Звонить после 11:00")
    expect(theirs).to_contain_text("Илья Воронцов")

    # While one changes it, others come, and what is being written stays.
    comment.get_by_role("button", name="Изменить").click()
    field = here.get_by_role("textbox", name="Новый текст")
    field.fill("Звонить после 12:00")
    there.get_by_role("textbox", name="Комментарий").fill("Решает за бухгалтерию")
    there.get_by_role("button", name="Добавить").click()
    expect(here.get_by_text("Решает за бухгалтерию")).to_be_visible()
    expect(field).to_have_value("Звонить после 12:00")
    expect(field).to_be_focused()
    here.get_by_role("button", name="Сохранить").click()
    expect(there.get_by_text("Звонить после 12:00")).to_be_visible()

    # The line among the data is saved as it is left, and seen there without a reload.
    for panel in (here, there):
        panel.get_by_role("tab", name="Данные").click()
    here.get_by_role("textbox", name="Комментарий").fill("Ждёт договор")
    here.get_by_role("textbox", name="Комментарий").press("Tab")
    expect(there.get_by_role("textbox", name="Комментарий")).to_have_value("Ждёт договор")

    # A page that the visitor opens is there, too.
    here.get_by_role("tab", name="Страницы").click()
    pages = here.get_by_role("tabpanel", name="Страницы")
    expect(pages.get_by_text("Сейчас на сайте")).to_be_visible()
    visitor.page.evaluate("document.title = 'Счета'")
    expect(pages.get_by_text("Счета")).to_be_visible()
