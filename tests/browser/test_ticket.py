"""A ticket through two levels and back to its customer."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.front


def becomes(operator, status):
    ticket = operator.page.get_by_role("list", name="Открытые заявки посетителя")
    if not ticket.get_by_label("Статус").is_visible():
        ticket.locator("summary").click()
    ticket.get_by_label("Статус").select_option(status)
    ticket.get_by_role("button", name="Сохранить").click()


def test_registered_below_solved_above_and_confirmed_by_the_customer(dialogue, anton):
    visitor, ilya = dialogue
    ilya.page.keyboard.press("Alt+r")
    panel = ilya.place.get_by_role("dialog", name="Новая заявка")
    expect(panel.get_by_label("Тема")).to_have_value("Не приходит счёт")
    panel.get_by_label("ПО и версия").fill("СФЕРА.Почта")
    panel.get_by_label("Критичность").select_option("высокая")
    panel.get_by_label("Договор").fill("СФ-2026/0418")
    panel.get_by_role("button", name="Зарегистрировать", exact=True).click()
    expect(panel).to_be_hidden()
    expect(ilya.field).to_be_focused()
    for side in (ilya, visitor):
        side.hears("Зарегистрирована заявка №")
    due = ilya.row(visitor, "Мои").locator("time-left time")
    until = due.get_attribute("datetime")
    visitor.says("Это надолго?")
    ilya.hears("Это надолго?")
    expect(due).to_have_attribute("datetime", until)
    tickets = anton.page.get_by_role("list", name="Открытые заявки посетителя")

    ilya.hands_over("Антон Белый", done="Проверил договор")
    anton.takes_over(visitor)
    expect(tickets.get_by_role("listitem")).to_contain_text("передана")
    becomes(anton, "ждёт клиента")
    expect(tickets.locator(".badge")).to_have_text("ждёт клиента")

    cabinet = visitor.page.context.new_page()
    cabinet.goto("/личный-кабинет/заявки/")
    cabinet.get_by_role("row", name="Ждёт вашего ответа").get_by_role("link").click()
    cabinet.get_by_label("Ваш ответ").fill("Счёт за октябрь")
    cabinet.get_by_role("button", name="Отправить ответ").click()
    expect(cabinet.get_by_text("Счёт за октябрь")).to_be_visible()
    expect(tickets.locator(".badge")).to_have_text("в работе")

    becomes(anton, "решена")
    expect(tickets.get_by_role("listitem")).to_have_count(0)
    cabinet.reload()
    cabinet.get_by_role("button", name="Решено", exact=True).click()
    expect(cabinet.locator("header .badge")).to_have_text("Закрыта")
