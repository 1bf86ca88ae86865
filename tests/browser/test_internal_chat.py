"""Colleagues among themselves: a chat of two, a group of three; visitors' lists know nothing."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.front


def group_row(operator, title):
    return operator.page.locator(".chat-row").filter(has_text=title)


def make_group(operator, title, *others):
    operator.page.get_by_role("button", name="Новая группа").click()
    panel = operator.page.get_by_role("dialog", name="Новая группа")
    panel.get_by_role("textbox", name="Название").fill(title)
    for other in others:
        panel.get_by_role("checkbox", name=other.name).check()
    panel.get_by_role("button", name="Создать группу").click()
    expect(panel).to_be_hidden()
    expect(operator.place.get_by_role("heading", name=title)).to_be_visible()


def test_one_writes_the_other_sees_the_count_opens_and_answers(operator, anton):
    operator.opens_chat_with(anton)
    expect(operator.page).to_have_url(re.compile("/chat/internal/[^/]+/$"))
    operator.says("Посмотришь счёт?")
    expect(operator.pending).to_have_count(0)
    row = anton.colleague(operator)
    expect(row.get_by_text("непрочитанных: 1")).to_be_visible()
    expect(anton.page).to_have_title(re.compile(r"^\(1\) "))

    anton.opens_chat_with(operator)
    anton.hears("Посмотришь счёт?")
    expect(row.get_by_text("непрочитанных:")).to_be_hidden()
    expect(operator.bubble("Посмотришь счёт?").get_by_text("прочитано")).to_be_visible()
    anton.says("Смотрю")
    operator.hears("Смотрю")
    expect(operator.bubble("Смотрю")).to_have_class(re.compile("message--in"))
    expect(anton.bubble("Смотрю")).to_have_class(re.compile("message--out"))


def test_a_colleague_is_heard_once_and_oneself_never(operator, anton):
    listen = """() => { window.played = [];
        document.querySelector("sound-panel").sound.play = (url) => played.push(url); }"""
    operator.opens_chat_with(anton)
    for one in (operator, anton):
        one.page.evaluate(listen)
    operator.says("Слышно?")
    expect(anton.colleague(operator).get_by_text("непрочитанных: 1")).to_be_visible()
    (heard,) = anton.page.evaluate("played")
    assert "sounds/message" in heard
    assert operator.page.evaluate("played") == []


def test_a_page_loaded_with_the_chat_in_it_reads_it(operator, anton):
    operator.opens_chat_with(anton)
    address = operator.page.url
    operator.says("Прочтёшь?")
    expect(operator.pending).to_have_count(0)
    anton.page.goto(address)
    anton.hears("Прочтёшь?")
    expect(operator.bubble("Прочтёшь?").get_by_text("прочитано")).to_be_visible()
    expect(anton.colleague(operator).get_by_text("непрочитанных:")).to_be_hidden()
    expect(anton.page).to_have_title("Общение · СФЕРА Поддержка")


def test_a_group_of_three(operator, anton, kamila):
    make_group(operator, "Смена", anton, kamila)
    operator.says("Всем привет")
    for colleague in (anton, kamila):
        row = group_row(colleague, "Смена")
        expect(row.get_by_text("непрочитанных: 1")).to_be_visible()
        row.get_by_role("link").click()
        colleague.hears("Всем привет")
    anton.says("И тебе")
    kamila.hears("И тебе")
    expect(kamila.log.locator(".is-named .message__author")).to_have_text(
        [operator.name, anton.name]
    )
    operator.hears("И тебе")
    expect(operator.bubble("Всем привет").get_by_text("прочитано")).to_be_visible()


def test_who_was_removed_sees_nothing_more(operator, anton, kamila):
    make_group(operator, "Двое и третий", anton, kamila)
    group_row(anton, "Двое и третий").get_by_role("link").click()
    expect(anton.field).to_be_visible()
    members = operator.page.get_by_role("region", name="Участники")
    members.get_by_role("button", name="Исключить: Антон Белый").click()
    expect(members.get_by_role("listitem").filter(has_text="Антон")).to_have_count(0)
    expect(group_row(anton, "Двое и третий")).to_have_count(0)
    expect(anton.page.get_by_text("Эта переписка вам больше недоступна.")).to_be_visible()
    expect(anton.page).to_have_url(re.compile("/chat/$"))
    operator.says("Теперь без него")
    group_row(kamila, "Двое и третий").get_by_role("link").click()
    kamila.hears("Теперь без него")
    expect(group_row(anton, "Двое и третий")).to_have_count(0)


def test_the_group_is_called_otherwise_everywhere(operator, anton):
    make_group(operator, "Ремонт", anton)
    group_row(anton, "Ремонт").get_by_role("link").click()
    panel = operator.page.get_by_role("region", name="Участники")
    panel.get_by_role("textbox", name="Название группы").fill("Ремонт кассы")
    panel.get_by_role("button", name="Переименовать").click()
    expect(anton.place.get_by_role("heading", name="Ремонт кассы")).to_be_visible()
    expect(group_row(anton, "Ремонт кассы")).to_be_visible()
    anton.hears("Новое название: «Ремонт кассы».")


def test_visitors_lists_are_as_they_were(dialogue, anton):
    _visitor, operator = dialogue
    before = operator.visitors.inner_text()
    operator.opens_chat_with(anton)
    operator.says("Между нами")
    anton.opens_chat_with(operator)
    anton.hears("Между нами")
    assert operator.visitors.inner_text() == before
    expect(anton.visitors.get_by_role("link")).to_have_count(0)


def test_the_draft_stays_with_its_chat(operator, anton, kamila):
    operator.opens_chat_with(anton)
    operator.field.fill("Антону, не дописано")
    operator.opens_chat_with(kamila)
    expect(operator.field).to_have_value("")
    operator.page.reload()
    operator.opens_chat_with(anton)
    expect(operator.field).to_have_value("Антону, не дописано")


def test_search_finds_whatever_the_case_and_shows_where_it_stands(operator, anton):
    operator.opens_chat_with(anton)
    operator.says("Счёт-фактура нужна ДО ПЯТНИЦЫ")
    for number in range(1, 30):
        operator.says(f"Строка {number}.")
    operator.place.get_by_role("searchbox", name="Поиск в переписке").fill("до пятницы")
    found = operator.place.get_by_role("list", name="Найденные сообщения").get_by_role("button")
    expect(found).to_have_count(1)
    found.click()
    expect(found).to_be_hidden()
    expect(operator.bubble("ДО ПЯТНИЦЫ")).to_be_in_viewport()


HISTORY = """
import uuid
from django.utils import timezone
from chat.rooms.actions import open_direct_chat, post_internal_message
from operators.models import Account

ilya, kamila = (Account.objects.get(login=f"operator{number}") for number in (1, 3))
chat = open_direct_chat(kamila, ilya.pk, at=timezone.now())
for number in range(1, 451):
    post_internal_message(
        kamila, chat.public_id, client_id=uuid.uuid4(), text=f"Запись {number}.", files=[],
        at=timezone.now(),
    )
"""


@pytest.mark.usefixtures("own_server")
def test_what_was_written_long_ago_is_asked_for_and_found(operator, kamila, support):
    support.manage("shell", "-c", HISTORY)
    operator.opens_chat_with(kamila)
    operator.hears("Запись 450.")
    expect(operator.log.locator(".message")).to_have_count(200)
    operator.place.get_by_role("button", name="Показать раньше").click()
    expect(operator.log.locator(".message")).to_have_count(400)
    operator.place.get_by_role("searchbox", name="Поиск в переписке").fill("ЗАПИСЬ 7.")
    found = operator.place.get_by_role("list", name="Найденные сообщения").get_by_role("button")
    found.click()
    expect(operator.bubble("Запись 7.")).to_be_in_viewport()
    expect(operator.place.get_by_role("button", name="Показать раньше")).to_have_count(0)
    numbers = [int(text.split()[1].strip(".")) for text in operator.texts]
    assert numbers == list(range(1, 451))


def test_on_a_narrow_screen_the_open_chat_is_shown_again(new_operator):
    operator = new_operator(viewport={"width": 400, "height": 800})
    button = operator.page.get_by_role("button", name=re.compile("^Камила Рашидова"))
    for _time in range(2):
        operator.page.get_by_role("button", name="Операторы").click()
        button.click()
        expect(operator.field).to_be_visible()
        expect(button).to_be_hidden()


@pytest.mark.usefixtures("own_server")
def test_what_was_written_without_a_link_goes_out_once(operator, anton, support, watch):
    # A chat that is new asks who is in it: that may be under way when the server goes.
    watch.allow("WebSocket connection", "ERR_CONNECTION_(REFUSED|RESET)", "htmx:(afterReq|sendErr)")
    operator.opens_chat_with(anton)
    support.kill()
    operator.is_cut_off()
    operator.says("Написано без связи")
    expect(operator.pending).to_have_count(1)
    support.start()
    expect(operator.pending).to_have_count(0, timeout=30_000)
    anton.opens_chat_with(operator)
    expect(anton.bubble("Написано без связи")).to_have_count(1)


def test_an_empty_title_is_refused_with_all_that_was_chosen(operator, anton, watch):
    watch.allow("422")
    operator.page.get_by_role("button", name="Новая группа").click()
    panel = operator.page.get_by_role("dialog", name="Новая группа")
    panel.get_by_role("checkbox", name=anton.name).check()
    panel.get_by_role("button", name="Создать группу").click()
    expect(panel.get_by_role("alert")).to_contain_text("Напишите название группы.")
    expect(panel.get_by_role("checkbox", name=anton.name)).to_be_checked()


def test_by_the_keyboard_alone(operator, anton):
    operator.page.keyboard.press("F6")
    expect(operator.visitors.locator(":focus")).to_have_count(1)
    for _press in range(3):
        operator.page.keyboard.press("F6")
        if operator.page.get_by_role("region", name="Операторы").locator(":focus").count():
            break
    button = operator.colleague(anton).get_by_role("button")
    for _press in range(20):
        if button.evaluate("one => one === document.activeElement"):
            break
        operator.page.keyboard.press("ArrowDown")
    operator.page.keyboard.press("Enter")
    expect(operator.field).to_be_focused()
    operator.page.keyboard.type("С клавиатуры")
    operator.page.keyboard.press("Enter")
    operator.hears("С клавиатуры")
