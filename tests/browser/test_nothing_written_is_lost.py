"""Draft and outbox outlive the page and the browser, whatever the server does meanwhile."""

import pytest
from playwright.sync_api import expect

from tests.browser.crew import ILYA, Operator, Visitor

pytestmark = [pytest.mark.front, pytest.mark.usefixtures("own_server")]

SLOW = 45_000
# Between a key and the disk lie two processes; localStorage alone would take many seconds.
A_MOMENT = 500


def test_a_draft_outlives_a_reload(dialogue):
    visitor, operator = dialogue
    visitor.field.fill("Я тут подум")
    operator.field.fill("Проверяю, жд")
    visitor.page.reload()
    operator.page.reload()
    expect(visitor.field).to_have_value("Я тут подум")
    expect(operator.field).to_have_value("Проверяю, жд")


def test_what_is_written_before_the_draft_has_come_outlives_a_reload(new_page, stranger):
    page = new_page()
    page.add_init_script("indexedDB.open = () => ({})")  # is waited for, and never answers
    visitor = Visitor(page, stranger()).enters()
    visitor.field.fill("Ещё не зна")
    visitor.page.reload()
    expect(visitor.field).to_have_value("Ещё не зна")


def test_each_conversation_has_its_own_draft(dialogue, new_visitor):
    visitor, operator = dialogue
    operator.field.fill("Первому")
    other = new_visitor()
    other.says("А мне?")
    operator.accepts(other)
    expect(operator.field).to_have_value("")
    operator.field.fill("Второму")
    operator.opens(visitor)
    expect(operator.field).to_have_value("Первому")
    operator.opens(other)
    expect(operator.field).to_have_value("Второму")


def test_a_draft_with_its_file_outlives_a_killed_browser(own_browser, stranger, tmp_path):
    (tmp_path / "журнал.txt").write_text("ошибка")
    person = stranger()
    visitor = Visitor(own_browser.start().new_page(), person).enters()
    visitor.picks(tmp_path / "журнал.txt")
    visitor.field.press_sequentially("Прикладываю жур")
    visitor.page.wait_for_timeout(A_MOMENT)
    own_browser.kill()

    visitor = Visitor(own_browser.start().new_page(), person)
    expect(enter_again(visitor).field).to_have_value("Прикладываю жур")
    expect(visitor.place.get_by_role("button", name="Убрать файл журнал.txt")).to_be_visible()


def test_unsent_messages_outlive_a_reload_and_a_killed_browser(
    own_browser, new_visitor, support, watch
):
    watch.allow("WebSocket connection", "ERR_CONNECTION_REFUSED")
    visitor = new_visitor()
    visitor.says("Здравствуйте")
    operator = Operator(own_browser.start().new_page(), ILYA).enters()
    operator.accepts(visitor)
    support.kill()
    operator.is_cut_off()
    operator.says("Один")
    operator.says("Два")
    operator.field.press_sequentially("Тр")
    operator.page.wait_for_timeout(A_MOMENT)
    own_browser.kill()
    support.start()

    operator = enter_again(Operator(own_browser.start().new_page(), ILYA))
    operator.opens(visitor)
    expect(operator.field).to_have_value("Тр")
    for text in ("Один", "Два"):
        expect(visitor.bubble(text)).to_have_count(1, timeout=SLOW)
    assert visitor.texts == ["Здравствуйте", "Один", "Два"]


def enter_again(person):
    """The cookie of the session may have died with the browser; drafts must not have."""
    person.returns() if isinstance(person, Operator) else person.page.goto("/личный-кабинет/")
    if person.page.get_by_role("button", name="Войти").is_visible():
        return person.enters()
    if isinstance(person, Visitor):
        person.launcher.or_(person.field).first.wait_for()
        if person.launcher.is_visible():
            person.launcher.click()
    return person
