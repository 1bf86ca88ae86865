import pytest
from playwright.sync_api import expect

from tests.browser.crew import Person, Visitor

pytestmark = pytest.mark.front


def test_the_folded_window_counts_what_was_not_read(dialogue):
    visitor, operator = dialogue
    visitor.folds()
    operator.says("Первое")
    operator.says("Второе")
    expect(
        visitor.place.get_by_role("button", name="Открыть чат, непрочитанных: 2")
    ).to_be_visible()
    expect(visitor.page).to_have_title("(2) Личный кабинет · СФЕРА Поддержка")

    visitor.launcher.click()
    visitor.hears("Второе")
    expect(visitor.page).to_have_title("Личный кабинет · СФЕРА Поддержка")


# What the tabs of this person play, together.
SOUNDS = """() => {
  Audio.prototype.play = async () => { localStorage.played = `${localStorage.played ?? ""}♪`; };
}"""


def test_one_person_s_tabs_know_of_each_other(dialogue):
    """Heard in one, and what is read in one is read in all."""
    visitor, operator = dialogue
    other = Visitor(visitor.page.context.new_page(), Person(visitor.login, visitor.name)).enters()
    for tab in (visitor, other):
        tab.folds()
    for frame in (visitor.page.frames[-1], other.page.frames[-1]):
        frame.evaluate(SOUNDS)
    operator.says("Первое")
    for tab in (visitor, other):
        expect(tab.page).to_have_title("(1) Личный кабинет · СФЕРА Поддержка")

    visitor.page.frames[-1].wait_for_function("() => localStorage.played")

    other.launcher.click()
    other.hears("Первое")
    for tab in (other, visitor):
        expect(tab.page).to_have_title("Личный кабинет · СФЕРА Поддержка")
    assert visitor.page.frames[-1].evaluate("localStorage.played") == "♪"


def test_the_list_counts_what_the_operator_has_not_opened(dialogue, new_visitor):
    visitor, operator = dialogue
    other = new_visitor()
    other.says("И у меня вопрос")
    operator.accepts(other)
    expect(operator.page).to_have_title("Общение · СФЕРА Поддержка")

    visitor.says("Ау")
    visitor.says("Вы где?")
    expect(operator.row(visitor).get_by_text("непрочитанных: 2")).to_be_visible()
    expect(operator.page).to_have_title("(2) Общение · СФЕРА Поддержка")

    operator.opens(visitor)
    expect(operator.row(visitor).get_by_text("непрочитанных:")).to_be_hidden()
    expect(operator.page).to_have_title("Общение · СФЕРА Поддержка")


def test_unread_outlives_a_reload(dialogue):
    visitor, operator = dialogue
    operator.page.goto("/chat/")
    visitor.says("Пока вас не было")
    expect(operator.row(visitor).get_by_text("непрочитанных: 1")).to_be_visible()
    operator.page.reload()
    expect(operator.row(visitor).get_by_text("непрочитанных: 1")).to_be_visible()


def test_who_waits_is_counted_in_the_title(visitor, operator):
    visitor.says("Здравствуйте")
    expect(operator.page).to_have_title("(1) Общение · СФЕРА Поддержка")
    operator.accepts(visitor)
    expect(operator.page).to_have_title("Общение · СФЕРА Поддержка")
