"""Colleagues among themselves: a chat of two, a group of three; visitors' lists know nothing."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.crew import ANTON, KAMILA


@pytest.fixture
def anton(new_operator):
    return new_operator(ANTON)


@pytest.fixture
def kamila(new_operator):
    return new_operator(KAMILA)


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


@pytest.mark.usefixtures("own_server")
def test_what_was_written_without_a_link_goes_out_once(operator, anton, support, watch):
    watch.allow("WebSocket connection", "ERR_CONNECTION_(REFUSED|RESET)")
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
