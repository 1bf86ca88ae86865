import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.contrast import too_faint, too_faint_in_any_brand
from tests.browser.crew import ANTON, ELENA
from tests.browser.people import enter_office, sign_in_customer, widget_of

pytestmark = [pytest.mark.front, pytest.mark.usefixtures("own_server")]

LINKED_AGAIN_MS = 30_000
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Of these, what a theme changes; the rest is the same page.
OF_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
# Axe is in the page alone: it would wait for its frames to answer.
QUICKLY = {"resultTypes": ["violations"], "iframes": False}

# The scheme reaches the page a little later than the browser says, and colours fade over.
SETTLED = """async (scheme) => {
    if (!matchMedia(`(prefers-color-scheme: ${scheme})`).matches) return false;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return document.getAnimations().every((one) => one.playState !== "running");
}"""


def has_no_violations(page):
    """In both themes, frames included."""
    for scheme, rules in (("light", RULES), ("dark", OF_COLOURS)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for frame in page.frames:
            frame.wait_for_function(SETTLED, arg=scheme)
        found = Axe().run(page, options={"runOnly": rules, **QUICKLY})
        assert not found.response["violations"], f"{scheme}:\n{found.generate_report()}"
        faint = [text for frame in page.frames for text in too_faint(frame)]
        assert not faint, f"{scheme}:\n" + "\n".join(faint)


def test_the_cabinet_signed_out(page):
    page.goto("/личный-кабинет/")
    has_no_violations(page)


def test_the_cabinet_with_the_window_folded(page, stranger):
    sign_in_customer(page, stranger().login)
    expect(widget_of(page).get_by_role("button", name="Открыть чат")).to_be_visible()
    has_no_violations(page)


def test_the_window_offline_empty_and_with_a_receipt(visitor):
    visitor.sees_status("Не в сети")
    has_no_violations(visitor.page)
    visitor.says("Есть кто?")
    expect(visitor.place.get_by_text("Сообщение сохранено.")).to_be_visible()
    has_no_violations(visitor.page)


def test_the_window_and_the_zone_in_a_dialogue(dialogue, tmp_path):
    (tmp_path / "журнал.log").write_text("запись")
    visitor, operator = dialogue
    for one, other in ((visitor, operator), (operator, visitor)):
        one.picks(tmp_path / "журнал.log")
        one.says(f"См. https://example.com/{one.login} и почту {one.login}@example.com")
        other.hears(one.login)
    expect(operator.bubble("См.").get_by_text("прочитано")).to_be_visible()
    for one, other in ((visitor, operator), (operator, visitor)):
        one.presses("Ответить", other.login)
        one.says(f"Вижу, пишет {one.name}")
        other.hears(f"Вижу, пишет {one.name}")
    operator.page.keyboard.press("Alt+n")
    operator.says("Заметка: https://example.com/note")
    operator.field.fill("Ещё одна")
    has_no_violations(operator.page)
    operator.page.keyboard.press("Alt+n")
    operator.presses("Ответить", visitor.login)
    operator.presses("Копировать", visitor.login)
    has_no_violations(operator.page)
    operator.page.get_by_role("button", name="Поиск в списке").click()
    operator.page.get_by_role("searchbox", name="Поиск в списке посетителей").fill("никто")
    has_no_violations(operator.page)
    operator.page.keyboard.press("Control+k")
    expect(operator.page.locator("[role=option][aria-selected=true]")).to_be_visible()
    has_no_violations(operator.page)
    operator.page.keyboard.press("Escape")
    visitor.field.fill("Пишу")
    visitor.presses("Ответить", operator.login)
    visitor.bubble(operator.login).first.hover()
    has_no_violations(visitor.page)
    for frame in visitor.page.frames[1:]:
        assert too_faint_in_any_brand(frame) == []


def test_a_transfer_being_written_and_on_its_way(dialogue, new_operator):
    visitor, ilya = dialogue
    anton = new_operator(ANTON)
    ilya.place.get_by_role("button", name="Передать", exact=True).click()
    panel = ilya.place.get_by_role("dialog", name="Передать обращение")
    for addressee in ("Поддержка третьего уровня", "Антон Белый"):
        panel.get_by_role("radio", name=re.compile(f"^{addressee}")).check()
        has_no_violations(ilya.page)
    panel.get_by_role("button", name="Передать обращение").click()
    anton.opens(visitor)
    has_no_violations(anton.page)
    has_no_violations(ilya.page)


def test_an_invitation_being_written_sent_and_accepted(dialogue, new_operator):
    visitor, ilya = dialogue
    anton = new_operator(ANTON)
    ilya.place.get_by_role("button", name="Пригласить", exact=True).click()
    panel = ilya.place.get_by_role("dialog", name="Пригласить в переписку")
    panel.get_by_role("radio", name=re.compile("^Антон Белый")).check()
    has_no_violations(ilya.page)
    panel.get_by_role("button", name="Пригласить", exact=True).click()
    anton.opens(visitor)
    has_no_violations(anton.page)
    has_no_violations(ilya.page)
    anton.place.get_by_role("button", name="Присоединиться").click()
    anton.may_answer()
    has_no_violations(anton.page)
    has_no_violations(ilya.page)


def test_cards_being_filled_in_answered_and_read(dialogue):
    visitor, operator = dialogue
    operator.place.get_by_role("button", name="Отправить ссылку").click()
    panel = operator.place.get_by_role("dialog", name="Ссылка посетителю")
    panel.get_by_label("Заголовок").fill("Порты и протоколы")
    has_no_violations(operator.page)
    panel.get_by_label("Адрес").fill("docs.example.ru/ports")
    panel.get_by_label("Адрес").press("Enter")
    operator.place.get_by_role("button", name="Запросить оценку").click()
    card = visitor.log.get_by_role("group", name="Оценка консультации")
    card.get_by_role("radio", name="4 из 5").check()
    for person in (visitor, operator):
        has_no_violations(person.page)
    card.get_by_role("button", name="Оценить").click()
    expect(operator.log.get_by_text("Оценка 4 из 5")).to_be_visible()
    for person in (visitor, operator):
        has_no_violations(person.page)
    for frame in visitor.page.frames[1:]:
        assert too_faint_in_any_brand(frame) == []


def test_the_question_on_leaving_and_an_administrator_s_move(dialogue, new_operator):
    visitor, ilya = dialogue
    elena = new_operator(ELENA)
    elena.opens(visitor)
    elena.place.get_by_role("button", name="Переместить", exact=True).click()
    expect(elena.place.get_by_role("searchbox", name="Оператор или отдел")).to_be_focused()
    has_no_violations(elena.page)
    ilya.goes_to("Помощь")
    expect(ilya.question).to_be_visible()
    has_no_violations(ilya.page)


def test_a_group_of_colleagues_and_what_makes_one(operator, new_operator):
    anton = new_operator(ANTON)
    operator.page.get_by_role("button", name="Новая группа").click()
    panel = operator.page.get_by_role("dialog", name="Новая группа")
    panel.get_by_role("checkbox", name=anton.name).check()
    has_no_violations(operator.page)
    panel.get_by_role("textbox", name="Название").fill("Смена")
    panel.get_by_role("button", name="Создать группу").click()
    operator.says("Кто на линии?")
    operator.place.get_by_role("searchbox", name="Поиск в переписке").fill("на линии")
    expect(operator.place.get_by_role("button", name=re.compile("Кто на линии"))).to_be_visible()
    has_no_violations(operator.page)
    expect(anton.page.locator(".chat-row").get_by_text("непрочитанных: 1")).to_be_visible()
    has_no_violations(anton.page)


def test_the_sign_in_page(page):
    page.goto("/login/")
    has_no_violations(page)


def test_the_zone_with_nothing_open(operator, visitor):
    has_no_violations(operator.page)
    visitor.says("Здравствуйте")
    expect(operator.row(visitor, "Ожидают")).to_be_visible()
    has_no_violations(operator.page)


def test_both_sides_without_a_server(dialogue, support, watch, tmp_path):
    (tmp_path / "журнал.log").write_text("запись")
    watch.allow("WebSocket connection", "ERR_CONNECTION_(REFUSED|RESET)")
    visitor, operator = dialogue
    support.kill()
    try:
        operator.is_cut_off()
        visitor.says("Ау: https://example.com/pending")
        operator.says("Ау: https://example.com/pending")
        expect(visitor.place.get_by_text("1 сообщение ждёт связи")).to_be_visible()
        for side in dialogue:
            side.picks(tmp_path / "журнал.log")
            expect(
                side.place.get_by_text("Нет связи. Отправим, как только вернётся")
            ).to_be_visible()
        visitor.place.get_by_role("button", name="Действия").click()
        visitor.place.get_by_role("button", name="Завершить чат").press("Enter")
        expect(visitor.place.get_by_text("Сейчас нет связи.")).to_be_visible()
        has_no_violations(visitor.page)
        has_no_violations(operator.page)
    finally:
        support.start()
    for side in dialogue:
        expect(side.pending).to_have_count(0, timeout=LINKED_AGAIN_MS)
        expect(side.place.locator(".attached__file:not(.is-failed)")).to_have_count(1)


@pytest.mark.parametrize(
    "address",
    [
        *("/help/", "/accounts/", "/accounts/2/deactivate/", "/settings/departments/"),
        "/tickets/?status=any",
        *("/settings/blocks/", "/settings/excluded/", "/settings/rating/", "/settings/fields/"),
    ],
)
def test_the_other_sections(page, address):
    enter_office(page, ELENA.login, address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    has_no_violations(page)
