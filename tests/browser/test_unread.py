import pytest
from playwright.sync_api import expect

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
