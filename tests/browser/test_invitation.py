"""Several operators with one visitor: invited, in, and out again."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.crew import ELENA

pytestmark = pytest.mark.front


def invitation(operator, addressee="Антон Белый"):
    return operator.place.get_by_role("region", name=f"Приглашение: {addressee}")


def people(operator):
    return operator.place.get_by_role("list", name="Участники переписки").get_by_role("listitem")


def author_of(correspondent, text):
    """The name over a bubble, where one is to be seen."""
    return (
        correspondent.log.locator(".message.is-named")
        .filter(has_text=text)
        .locator(".message__author")
    )


def unread(operator, visitor):
    return operator.row(visitor, "Мои").locator(".unread .count")


def test_two_operators_with_one_visitor(dialogue, anton, kamila):
    visitor, ilya = dialogue
    ilya.says("Сейчас посмотрю")
    expect(anton.row(visitor)).to_have_count(0)

    ilya.field.fill("Недописанное")
    ilya.invites("Антон Белый", note="Помоги со шлюзом")
    expect(invitation(ilya)).to_contain_text("ждём ответа")
    expect(ilya.field).to_have_value("Недописанное")
    ilya.field.fill("")
    expect(anton.row(visitor, "Ожидают")).to_contain_text("приглашает Илья Воронцов")
    expect(kamila.row(visitor)).to_have_count(0)

    anton.opens(visitor)
    anton.hears("Сейчас посмотрю")
    expect(invitation(anton)).to_contain_text("Помоги со шлюзом")
    expect(people(anton)).to_have_count(0)
    invitation(anton).get_by_role("button", name="Присоединиться").click()
    expect(anton.row(visitor, "Мои")).to_be_visible()
    visitor.hears("К переписке присоединился оператор Антон Белый")
    expect(people(ilya)).to_contain_text(["Илья Воронцов ведёт", "Антон Белый"])
    expect(invitation(ilya)).to_have_count(0)

    anton.may_answer()
    anton.says("Здравствуйте, я Антон")
    ilya.hears("Здравствуйте, я Антон")
    ilya.says("Теперь нас двое")
    for log in (visitor, ilya, anton):
        expect(author_of(log, "Здравствуйте, я Антон")).to_have_text("Антон Белый")
        expect(author_of(log, "Теперь нас двое")).to_have_text("Илья Воронцов")
        expect(log.bubble("Сейчас посмотрю")).not_to_have_class(re.compile("is-named"))
    expect(ilya.row(visitor)).to_contain_text("Вы: Теперь нас двое")
    expect(anton.row(visitor)).to_contain_text("Илья Воронцов: Теперь нас двое")
    visitor.says("Спасибо обоим")
    anton.hears("Спасибо обоим")
    anton.field.press_sequentially("Минуту")
    expect(visitor.place.get_by_text("Антон Белый печатает")).to_be_visible()
    anton.field.fill("")

    anton.place.get_by_role("button", name="Выйти из переписки").click()
    visitor.hears("Оператор Антон Белый вышел из переписки")
    expect(anton.row(visitor)).to_have_count(0)
    expect(anton.page).to_have_url(re.compile("/chat/$"))
    expect(people(ilya)).to_have_count(0)
    ilya.says("Продолжаем вдвоём")
    visitor.hears("Продолжаем вдвоём")


def test_from_the_list_and_removed_by_the_owner(dialogue, anton):
    visitor, ilya = dialogue
    ilya.invites("Антон Белый")
    row = anton.row(visitor, "Ожидают")
    row.get_by_role("button", name="Присоединиться").click()
    anton.may_answer()
    anton.says("Я здесь")
    visitor.hears("Я здесь")
    expect(ilya.place.get_by_role("button", name="Выйти из переписки")).to_have_count(0)
    ilya.place.get_by_role("button", name="Исключить из переписки: Антон Белый").click()
    expect(anton.row(visitor)).to_have_count(0)
    expect(anton.page).to_have_url(re.compile("/chat/$"))
    told = anton.page.locator(".toast").filter(has_text="вы больше не участвуете")
    expect(told).to_be_visible()
    visitor.hears("Оператор Антон Белый вышел из переписки")


def test_declined_the_inviter_reads_why(dialogue, anton):
    visitor, ilya = dialogue
    ilya.invites("Антон Белый")
    anton.opens(visitor)
    invitation(anton).get_by_role("button", name="Отказаться").click()
    anton.place.get_by_role("textbox", name="Причина, если хотите").fill("Ухожу на обед")
    anton.place.get_by_role("button", name="Да, отказаться").click()
    expect(anton.row(visitor)).to_have_count(0)
    expect(ilya.page.locator(".toast", has_text="Ухожу на обед")).to_be_visible()
    expect(invitation(ilya)).to_have_count(0)


def test_withdrawn_it_ends_for_the_addressee(dialogue, anton):
    visitor, ilya = dialogue
    ilya.invites("Антон Белый")
    expect(anton.row(visitor, "Ожидают")).to_be_visible()
    invitation(ilya).get_by_role("button", name="Отменить приглашение").click()
    expect(anton.row(visitor)).to_have_count(0)
    expect(invitation(ilya)).to_have_count(0)


def test_a_guest_has_an_unread_count_of_their_own(dialogue, anton):
    visitor, ilya = dialogue
    ilya.invites("Антон Белый")
    anton.row(visitor, "Ожидают").get_by_role("button", name="Присоединиться").click()
    anton.has_open(visitor)
    anton.page.wait_for_function("() => document.querySelector('message-log').seen")
    anton.page.goto("/chat/")
    expect(anton.row(visitor, "Мои")).to_be_visible()
    visitor.says("Вы здесь?")
    ilya.hears("Вы здесь?")
    expect(unread(anton, visitor)).to_have_text("1")
    anton.page.reload()
    expect(unread(anton, visitor)).to_have_text("1")
    anton.opens(visitor)
    expect(unread(anton, visitor)).to_be_hidden()


def test_who_is_removed_by_others_writes_no_more_at_once(dialogue, new_operator):
    """An administrator sees it all the same: there the field changes, and nothing vanishes."""
    visitor, ilya = dialogue
    elena = new_operator(ELENA)
    ilya.invites("Елена Соколова")
    elena.opens(visitor)
    expect(elena.place.get_by_text("Отвечает Илья Воронцов")).to_be_visible()
    invitation(elena, "Елена Соколова").get_by_role("button", name="Присоединиться").click()
    expect(people(elena)).to_contain_text(["Илья Воронцов ведёт", "Елена Соколова"])
    expect(elena.place.get_by_text("Отвечает Илья Воронцов")).to_be_hidden()
    ilya.place.get_by_role("button", name="Исключить из переписки: Елена Соколова").click()
    expect(elena.place.get_by_text("Отвечает Илья Воронцов")).to_be_visible()
    expect(elena.row(visitor, "Других операторов")).to_be_visible()


def test_with_nobody_there_the_panel_says_so(dialogue):
    _visitor, ilya = dialogue
    ilya.place.get_by_role("button", name="Пригласить", exact=True).click()
    panel = ilya.place.get_by_role("dialog", name="Пригласить в переписку")
    expect(panel.get_by_text("Пригласить некого")).to_be_visible()
    ilya.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_who_has_left_meanwhile_is_refused_in_words_and_the_note_stays(dialogue, anton, watch):
    watch.allow("422")
    _visitor, ilya = dialogue
    ilya.place.get_by_role("button", name="Пригласить", exact=True).click()
    panel = ilya.place.get_by_role("dialog", name="Пригласить в переписку")
    panel.get_by_role("radio", name=re.compile("^Антон Белый")).check()
    panel.get_by_role("textbox", name="Записка приглашённому").fill("Очень нужно")
    anton.chooses("Перерыв")
    panel.get_by_role("button", name="Пригласить", exact=True).click()
    expect(panel.get_by_role("alert")).to_contain_text("Антон Белый: сейчас не на месте")
    expect(panel.get_by_role("textbox", name="Записка приглашённому")).to_have_value("Очень нужно")
    anton.chooses("В сети")


def test_by_the_keyboard_alone(dialogue, anton):
    visitor, ilya = dialogue
    ilya.place.get_by_role("button", name="Пригласить", exact=True).focus()
    ilya.page.keyboard.press("Enter")
    panel = ilya.place.get_by_role("dialog", name="Пригласить в переписку")
    expect(panel.get_by_role("radio").first).to_be_focused()
    ilya.page.keyboard.press("Space")
    panel.get_by_role("button", name="Пригласить", exact=True).focus()
    ilya.page.keyboard.press("Enter")
    expect(anton.row(visitor, "Ожидают")).to_be_visible()
    anton.page.keyboard.press("Alt+A")
    anton.has_open(visitor)
    expect(anton.row(visitor, "Мои")).to_be_visible()


def test_the_reason_that_is_being_typed_outlives_a_change_of_others(dialogue, anton, kamila):
    visitor, ilya = dialogue
    ilya.says("Сейчас посмотрю")
    ilya.invites("Антон Белый")
    anton.opens(visitor)
    invitation(anton).get_by_role("button", name="Отказаться").click()
    reason = invitation(anton).get_by_role("textbox", name="Причина, если хотите")
    reason.fill("Занят до обеда")
    ilya.invites("Камила Рашидова")
    expect(invitation(anton, "Камила Рашидова")).to_be_visible()
    expect(reason).to_be_visible()
    expect(reason).to_have_value("Занят до обеда")
    expect(reason).to_be_focused()
