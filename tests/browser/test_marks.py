from playwright.sync_api import expect


def test_an_answer_is_delivered_to_a_folded_window_and_read_in_an_open_one(dialogue):
    visitor, operator = dialogue
    visitor.folds()
    operator.says("Готово")
    expect(
        visitor.place.get_by_role("button", name="Открыть чат, непрочитанных: 1")
    ).to_be_visible()
    expect(operator.bubble("Готово").get_by_text("доставлено")).to_be_attached()
    expect(operator.bubble("Готово").get_by_text("прочитано")).to_be_hidden()

    visitor.launcher.click()
    expect(operator.bubble("Готово").get_by_text("прочитано")).to_be_visible()


def test_a_question_is_delivered_at_once_and_read_when_the_operator_looks(visitor, operator):
    visitor.says("Вы тут?")
    expect(visitor.bubble("Вы тут?").get_by_text("доставлено")).to_be_visible()
    expect(operator.row(visitor, "Ожидают")).to_be_visible()
    expect(visitor.bubble("Вы тут?").get_by_text("прочитано")).to_be_hidden()

    operator.accepts(visitor)
    expect(visitor.bubble("Вы тут?").get_by_text("прочитано")).to_be_visible()
