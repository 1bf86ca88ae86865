from playwright.sync_api import expect


def test_a_message_to_nobody_is_stored_and_waits_for_the_next_operator(visitor, new_operator):
    visitor.sees_status("Не в сети")
    visitor.says("Есть кто?")
    expect(
        visitor.place.get_by_text("Сообщение сохранено. Оператор ответит здесь.")
    ).to_be_visible()
    visitor.page.close()

    operator = new_operator()
    expect(operator.row(visitor, "Ожидают")).to_contain_text("Есть кто?")


def test_who_wrote_first_is_first_in_the_queue(new_visitor, new_operator):
    first, second = new_visitor(), new_visitor()
    for visitor in (first, second):
        visitor.says("Есть кто?")
        expect(visitor.place.get_by_text("Сообщение сохранено.")).to_be_visible()
    first.says("Ау")  # another word does not lose the place

    operator = new_operator()
    names = operator.group("Ожидают").locator(".name .clip")
    expect(names).to_have_text([first.name, second.name])
    expect(second.place.get_by_text("2-е место")).to_be_visible()

    operator.page.keyboard.press("Alt+a")
    operator.has_open(first)
    expect(second.place.get_by_text("1-е место")).to_be_visible()


ASK = """
from departments.models import Site
Site.objects.update(asks_email=%s)
"""


def test_an_address_for_the_answer(support, new_visitor, new_operator):
    visitor = new_visitor()
    address = visitor.place.get_by_label("Эл. почта")
    expect(address).to_be_hidden()
    support.manage("shell", "-c", ASK % True)
    try:
        # The open window is told: from then on the server knows too.
        address.fill("марина")
        visitor.field.fill("Есть кто?")
        visitor.field.press("Enter")
        expect(visitor.place.get_by_text("Это не похоже на адрес эл. почты.")).to_be_visible()
        expect(address).to_be_focused()
        expect(visitor.field).to_have_value("Есть кто?")
        visitor.page.reload()
        expect(visitor.field).to_have_value("Есть кто?")
        expect(address).to_have_value("марина")
        address.fill("marina@example.ru")
        visitor.field.press("Enter")
        expect(visitor.place.get_by_text("Сообщение сохранено.")).to_be_visible()
        expect(address).to_be_hidden()
    finally:
        support.manage("shell", "-c", ASK % False)

    operator = new_operator()
    operator.accepts(visitor)
    expect(operator.page.get_by_text("marina@example.ru")).to_be_visible()
