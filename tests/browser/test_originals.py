"""What a deleted message said: an administrator is led to it, an operator is not."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.front


def test_from_the_deleted_message_to_what_it_said(dialogue, elena):
    visitor, ilya = dialogue
    ilya.says("Пароль: 12345")
    ilya.presses("Удалить", "Пароль: 12345")
    ilya.place.get_by_role("button", name="Удалить у всех?").click()
    expect(ilya.bubble("Сообщение удалено")).to_be_visible()
    ilya.bubble("Сообщение удалено").hover()
    expect(ilya.place.get_by_role("link", name="Исходный текст")).to_be_hidden()

    elena.opens(visitor)
    elena.bubble("Сообщение удалено").hover()
    with elena.page.expect_popup() as opened:
        elena.place.get_by_role("link", name="Исходный текст").click()
    page = opened.value
    expect(page.get_by_text("Илья Воронцов")).not_to_have_count(0)
    expect(page.get_by_text("12345")).to_have_count(0)
    page.get_by_role("button", name="Показать тексты").click()
    expect(page.get_by_text("Пароль: 12345")).to_be_visible()
    expect(page.get_by_text("отмечено, что вы прочли")).to_be_visible()
    elena.is_present()  # in the zone, which another tab has open
