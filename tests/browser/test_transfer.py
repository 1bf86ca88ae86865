"""Handing over in the zone: three operators of three levels, and a return."""

import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.crew import ELENA

pytestmark = pytest.mark.front


# Every line in the corner, also one that is gone again.
COLLECT = """window.lines = []; new MutationObserver((changes) => changes.forEach(({addedNodes}) =>
  addedNodes.forEach((one) => window.lines.push(one.querySelector("[data-words]").textContent))
)).observe(document.querySelector("zone-toasts"), {childList: true})"""


def test_up_two_levels_and_back(dialogue, anton, kamila):
    visitor, ilya = dialogue
    ilya.page.evaluate(COLLECT)
    ilya.says("Сейчас посмотрю")
    expect(anton.row(visitor)).to_have_count(0)

    ilya.hands_over("Антон Белый", note="Помоги", done="Проверил договор")
    expect(ilya.place.get_by_text("Передаётся: Антон Белый")).to_be_visible()
    expect(ilya.field).to_be_focused()
    expect(anton.row(visitor, "Ожидают")).to_contain_text("передаёт Илья Воронцов")
    expect(kamila.row(visitor)).to_have_count(0)

    anton.opens(visitor)
    strip = anton.place.get_by_role("region", name="Передача обращения")
    expect(strip).to_contain_text("Проверил договор")
    expect(strip).to_contain_text("Не приходит счёт")
    strip.get_by_role("button", name="Принять").click()
    anton.hears("Сейчас посмотрю")
    expect(anton.row(visitor, "Мои")).to_be_visible()
    visitor.hears("Обращение передано: Антон Белый")
    expect(ilya.page.get_by_text("Принято: Антон Белый")).to_be_visible()
    expect(ilya.row(visitor)).to_have_count(0)
    expect(ilya.page).to_have_url(re.compile("/chat/$"))
    expect(ilya.page.locator(".empty-zone")).to_be_focused()
    anton.may_answer()
    expect(anton.field).to_be_focused()
    anton.says("Здравствуйте, я Антон")
    visitor.hears("Здравствуйте, я Антон")

    anton.hands_over("Поддержка третьего уровня", expected="Поправить шлюз")
    kamila.row(visitor, "Ожидают").get_by_role("button", name="Принять").click()
    kamila.has_open(visitor)
    kamila.hears("Здравствуйте, я Антон")
    kamila.may_answer()
    kamila.says("Исправлено")
    visitor.hears("Исправлено")

    kamila.place.get_by_role("button", name="Вернуть", exact=True).click()
    panel = kamila.place.get_by_role("dialog", name="Вернуть обращение")
    panel.get_by_role("textbox", name="Причина возврата").fill("Дальше вы")
    panel.get_by_role("button", name="Вернуть обращение").click()
    anton.row(visitor, "Ожидают").get_by_role("button", name="Принять").click()
    anton.has_open(visitor)
    expect(anton.place.get_by_text("Дальше вы", exact=False).first).to_be_visible()
    expect(anton.place.locator(".timers")).to_contain_text("Передач")
    assert ilya.page.evaluate("lines") == ["Принято: Антон Белый"]


def test_refused_it_stays_and_says_why(dialogue, anton):
    visitor, ilya = dialogue
    again = ilya.place.get_by_role("button", name="Передать", exact=True)
    ilya.hands_over("Антон Белый", done="Проверил")
    expect(again).to_have_count(0)  # one at a time
    ilya.field.fill("Недописанное")
    anton.opens(visitor)
    anton.place.get_by_role("button", name="Отклонить").click()
    anton.place.get_by_role("textbox", name="Причина, если хотите").fill("Ухожу на обед")
    anton.place.get_by_role("button", name="Да, отклонить").click()
    expect(anton.row(visitor)).to_have_count(0)
    expect(ilya.page.locator(".toast", has_text="Ухожу на обед")).to_be_visible()
    expect(ilya.place.get_by_text("Передаётся:")).to_have_count(0)
    expect(again).to_be_visible()
    expect(ilya.field).to_have_value("Недописанное")
    ilya.says("Продолжаем")
    visitor.hears("Продолжаем")


def test_the_sender_takes_it_back_and_what_was_being_typed_stays(dialogue, anton):
    visitor, ilya = dialogue
    ilya.hands_over("Антон Белый", done="Проверил")
    expect(anton.row(visitor, "Ожидают")).to_be_visible()
    ilya.field.fill("Недописанное")
    ilya.place.get_by_role("button", name="Отменить передачу").click()
    expect(anton.row(visitor)).to_have_count(0)
    expect(ilya.place.get_by_role("button", name="Отменить передачу")).to_have_count(0)
    expect(ilya.field).to_have_value("Недописанное")


def test_a_refused_form_keeps_the_text_and_one_with_an_old_proof_goes_again(dialogue, anton, watch):
    watch.allow("422", "403")
    visitor, ilya = dialogue
    ilya.place.get_by_role("button", name="Передать", exact=True).click()
    panel = ilya.place.get_by_role("dialog", name="Передать обращение")
    panel.get_by_role("radio", name=re.compile("^Антон Белый")).check()
    panel.get_by_role("textbox", name="Записка принимающему").fill("Очень важно")
    panel.get_by_role("textbox", name="Что спросили").fill("")
    panel.get_by_role("button", name="Передать обращение").click()
    expect(panel.get_by_role("alert")).to_contain_text("хотя бы одно поле")
    expect(panel.get_by_role("textbox", name="Что спросили")).to_be_focused()
    expect(panel.get_by_role("textbox", name="Записка принимающему")).to_have_value("Очень важно")
    panel.get_by_role("textbox", name="Что спросили").fill("Где счёт")
    ilya.page.context.clear_cookies(name="csrftoken")
    panel.get_by_role("button", name="Передать обращение").click()
    anton.opens(visitor)
    expect(anton.place.get_by_role("region", name="Передача")).to_contain_text("Очень важно")
    ilya.place.get_by_role("button", name="Отменить передачу").click()
    expect(anton.row(visitor)).to_have_count(0)


def test_an_absent_addressee_is_said_before_sending(dialogue):
    visitor, ilya = dialogue
    ilya.place.get_by_role("button", name="Передать", exact=True).click()
    panel = ilya.place.get_by_role("dialog", name="Передать обращение")
    panel.get_by_role("radio", name=re.compile("^Камила Рашидова")).check()
    expect(panel.get_by_text("Камила Рашидова: сейчас не в сети.")).to_be_visible()
    panel.get_by_role("button", name="Передать в очередь").click()
    visitor.hears("Обращение передано: Поддержка третьего уровня.")
    expect(ilya.row(visitor)).to_have_count(0)


def test_a_form_being_filled_in_is_not_taken_away(dialogue, new_operator):
    visitor, ilya = dialogue
    elena = new_operator(ELENA)
    ilya.place.get_by_role("button", name="Передать", exact=True).click()
    panel = ilya.place.get_by_role("dialog", name="Передать обращение")
    note = panel.get_by_role("textbox", name=re.compile("^Записка"))
    note.fill("Длинная записка")
    elena.opens(visitor)
    elena.place.get_by_role("button", name="Взять себе").click()
    visitor.hears("Обращение передано: Елена Соколова")
    expect(ilya.row(visitor, "Других операторов")).to_be_visible()
    ilya.page.wait_for_timeout(500)  # longer than a changed conversation takes to be shown anew
    expect(note).to_have_value("Длинная записка")
    note.press("Escape")
    expect(ilya.place.get_by_text("Отвечает Елена Соколова.")).to_be_visible()


def test_a_form_opened_before_a_late_answer_is_not_taken_away(dialogue):
    visitor, ilya = dialogue
    row = ilya.row(visitor).get_by_role("link")
    late: list[Route] = []
    ilya.page.route("**" + row.get_attribute("href"), lambda route: late.append(route), times=1)  # noqa: PLW0108
    row.click()
    expect(row).to_have_class(re.compile("htmx-request"))
    ilya.place.get_by_role("button", name="Передать", exact=True).click()
    panel = ilya.place.get_by_role("dialog", name="Передать обращение")
    note = panel.get_by_role("textbox", name=re.compile("^Записка"))
    note.fill("Длинная записка")
    late[0].continue_()
    expect(row).not_to_have_class(re.compile("htmx-request"))
    expect(note).to_have_value("Длинная записка")


def test_who_writes_in_a_field_is_not_taken_to_the_first(dialogue):
    _visitor, ilya = dialogue
    ilya.place.get_by_role("button", name="Передать", exact=True).click()
    panel = ilya.place.get_by_role("dialog", name="Передать обращение")
    expect(panel.get_by_role("searchbox")).to_be_focused()
    note = panel.get_by_role("textbox", name=re.compile("^Записка"))
    note.focus()
    panel.locator("form").dispatch_event("htmx:afterSettle")
    expect(note).to_be_focused()


def test_by_the_keyboard_alone(dialogue, anton):
    visitor, ilya = dialogue
    ilya.field.focus()
    ilya.page.keyboard.press("Alt+T")
    panel = ilya.place.get_by_role("dialog", name="Передать обращение")
    expect(panel.get_by_role("searchbox")).to_be_focused()
    ilya.page.keyboard.press("ArrowDown")
    expect(panel.get_by_role("radio").first).to_be_focused()
    ilya.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    ilya.page.keyboard.press("Enter")
    panel.get_by_role("radio", name=re.compile("^Антон Белый")).focus()
    ilya.page.keyboard.press("Space")
    panel.get_by_role("textbox", name="Что сделано").focus()
    ilya.page.keyboard.type("Проверил")
    panel.get_by_role("button", name="Передать обращение").focus()
    ilya.page.keyboard.press("Enter")
    expect(anton.row(visitor, "Ожидают")).to_be_visible()
    anton.page.keyboard.press("Alt+A")
    anton.has_open(visitor)
    expect(anton.row(visitor, "Мои")).to_be_visible()
