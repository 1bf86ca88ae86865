from playwright.sync_api import expect


def test_the_operator_sees_the_visitor_typing(dialogue):
    visitor, operator = dialogue
    visitor.field.press_sequentially("Минутку")
    expect(operator.place.get_by_text("печатает…")).to_be_visible()
    expect(operator.row(visitor).get_by_text("печатает…")).to_be_visible()
    visitor.field.press("Enter")
    expect(operator.place.get_by_text("печатает…")).to_be_hidden()


def test_the_visitor_sees_the_operator_typing(dialogue):
    visitor, operator = dialogue
    operator.field.press_sequentially("Смотрю")
    expect(visitor.place.get_by_text(f"{operator.name} печатает…")).to_be_visible()
    operator.field.press("Enter")
    expect(visitor.place.get_by_text("печатает…")).to_be_hidden()


def test_the_visitor_does_not_see_that_a_note_is_being_written(dialogue):
    visitor, operator = dialogue
    operator.place.get_by_role("tab", name="Заметка для сотрудников").click()
    operator.field.press_sequentially("Долго думает")
    operator.field.press("Enter")
    operator.place.get_by_role("tab", name="Ответ посетителю").click()
    operator.says("Проверил")
    visitor.hears("Проверил")
    expect(visitor.place.get_by_text("печатает…")).to_be_hidden()
