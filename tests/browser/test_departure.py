"""Who leaves the zone by its menu is asked about those who wait for an answer."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.front

CLOCK = re.compile(r"\b\d{1,2}:\d\d\b")


def decides(operator):
    operator.question.get_by_role("button", name=re.compile("^Сделать так и")).click()


def test_with_everybody_answered_one_simply_leaves(dialogue):
    _visitor, ilya = dialogue
    ilya.says("Готово")
    expect(ilya.pending).to_have_count(0)
    ilya.goes_to("Помощь")
    expect(ilya.page).to_have_url(re.compile("/help/$"))


def test_one_may_stay(dialogue):
    visitor, ilya = dialogue
    ilya.field.fill("Пишу ответ")
    ilya.goes_to("Помощь")
    expect(ilya.question).to_contain_text(visitor.name)
    deed = ilya.question.get_by_role("button", name="Сделать так и открыть «Помощь»")
    expect(deed).to_be_visible()
    ilya.question.get_by_role("button", name="Отмена").click()
    expect(ilya.question).to_be_hidden()
    expect(ilya.field).to_have_value("Пишу ответ")
    visitor.sees_status("В сети")


EAST, FAR_EAST = "Asia/Vladivostok", "Asia/Kamchatka"  # the server and the site are in Moscow
INSTANTS = """all => all.map((one) => [one.dateTime || one.dataset.moment, one.textContent])"""


def reads_by_own_clock(place, zone):
    """Every instant there, at whatever hour of the day it is."""
    told = place.locator("time[datetime*=T]:visible, [data-moment]").evaluate_all(INSTANTS)
    clocks = [(local(at, zone), found) for at, text in told for found in CLOCK.findall(text)]
    assert clocks
    assert [(right, found) for right, found in clocks if right != found] == []


def local(at, zone):
    return f"{datetime.fromisoformat(at).astimezone(ZoneInfo(zone)):%H:%M}"


def test_kept_with_a_promise_that_each_reads_by_their_own_clock(new_visitor, new_operator):
    visitor = new_visitor(timezone_id=FAR_EAST)
    ilya = new_operator(timezone_id=EAST)
    visitor.says("Не приходит счёт")
    ilya.accepts(visitor)
    ilya.goes_to("Помощь")
    ilya.question.get_by_role("radio", name=re.compile("^Оставить за мной")).check()
    until = ilya.question.get_by_role("combobox", name=re.compile("^Когда ответите"))
    until.select_option("60")
    reads_by_own_clock(ilya.question, EAST)
    decides(ilya)
    expect(ilya.page).to_have_url(re.compile("/help/$"))
    visitor.hears("Илья Воронцов ответит")
    reads_by_own_clock(visitor.log, FAR_EAST)
    ilya.returns()
    expect(ilya.row(visitor, "Мои")).to_be_visible()
    ilya.opens(visitor)
    reads_by_own_clock(ilya.page.locator("body"), EAST)


def test_put_back_while_signing_out(dialogue):
    visitor, ilya = dialogue
    ilya.goes_to("Выйти")
    ilya.question.get_by_role("radio", name=re.compile("^Вернуть в очередь")).check()
    decides(ilya)
    expect(ilya.page.get_by_label("Логин")).to_be_visible()
    visitor.hears("Обращение снова в очереди")


def test_who_names_a_time_or_an_addressee_has_chosen_that(dialogue):
    _visitor, ilya = dialogue
    ilya.goes_to("Помощь")
    choice = ilya.question.get_by_role
    choice("combobox", name=re.compile("^Когда ответите")).select_option("60")
    expect(choice("radio", name=re.compile("^Оставить за мной"))).to_be_checked()
    choice("combobox", name=re.compile("^Кому передать")).select_option(
        label="Поддержка первого уровня"
    )
    expect(choice("radio", name=re.compile("^Передать"))).to_be_checked()


@pytest.mark.parametrize("breaks", ["abort", "403"])
def test_a_decision_that_did_not_arrive_is_not_taken_for_done(dialogue, watch, breaks):
    """The note stays, and who leaves knows that nothing was done."""
    watch.allow("ERR_FAILED", "403")
    _visitor, ilya = dialogue
    ilya.goes_to("Помощь")
    ilya.question.get_by_role("radio", name=re.compile("^Передать")).check()
    note = ilya.question.get_by_role("textbox", name=re.compile("^Записка"))
    note.fill("Длинная записка")

    def fail(route):
        if route.request.method != "POST":
            return route.continue_()
        return route.abort() if breaks == "abort" else route.fulfill(status=403, body="<p>Нет</p>")

    ilya.page.route("**/chat/departure/", fail)
    decides(ilya)
    expect(ilya.question.get_by_role("alert")).to_contain_text("Не получилось")
    expect(note).to_have_value("Длинная записка")
    ilya.page.unroute("**/chat/departure/")
    ilya.question.get_by_role("radio", name=re.compile("^Вернуть в очередь")).check()
    decides(ilya)
    expect(ilya.page).to_have_url(re.compile("/help/$"))


def test_passed_on_with_a_note(dialogue, anton):
    visitor, ilya = dialogue
    ilya.goes_to("Помощь")
    ilya.question.get_by_role("radio", name=re.compile("^Передать")).check()
    to = ilya.question.get_by_role("combobox", name=re.compile("^Кому передать"))
    to.select_option(label="Антон Белый")
    ilya.question.get_by_role("textbox", name=re.compile("^Записка")).fill("Я на обед")
    decides(ilya)
    expect(ilya.page).to_have_url(re.compile("/help/$"))
    anton.row(visitor, "Ожидают").get_by_role("button", name="Принять").click()
    anton.has_open(visitor)
    expect(anton.log).to_contain_text("Я на обед")


def test_an_administrator_takes_and_moves(dialogue, elena, anton):
    visitor, ilya = dialogue
    elena.opens(visitor)
    take = elena.place.get_by_role("button", name="Взять себе")
    take.click()
    expect(take).to_have_count(0)
    visitor.hears("Обращение передано: Елена Соколова")
    expect(ilya.row(visitor, "Других операторов")).to_be_visible()
    elena.says("Отвечу я")
    visitor.hears("Отвечу я")

    elena.hands_over("Поддержка второго уровня", expected="Разобраться")
    anton.row(visitor, "Ожидают").get_by_role("button", name="Принять").click()
    anton.has_open(visitor)
    elena.opens(visitor)
    expect(elena.place.get_by_role("button", name="Взять себе")).to_be_visible()
    elena.place.get_by_role("button", name="Переместить", exact=True).click()
    panel = elena.place.get_by_role("dialog", name="Переместить обращение")
    search = panel.get_by_role("searchbox", name="Оператор или отдел")
    search.fill("никто такой")
    expect(panel.get_by_text("Никого с таким именем.")).to_be_visible()
    search.fill("воронц")
    expect(panel.get_by_role("radio")).to_have_count(1)
    search.press("Enter")
    panel.get_by_role("button", name="Переместить обращение").click()
    expect(ilya.row(visitor, "Мои")).to_be_visible()
    expect(anton.row(visitor)).to_have_count(0)
    visitor.hears("Обращение передано: Илья Воронцов")
