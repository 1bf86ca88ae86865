from playwright.sync_api import expect

from tests.browser.crew import ELENA, colleague
from tests.browser.people import enter_office


def test_an_operator_put_off_is_out_at_once_and_the_visitor_waits_again(
    visitor, new_operator, new_page
):
    dismissed, ilya = new_operator(colleague(3)), new_operator()
    visitor.says("Здравствуйте")
    dismissed.accepts(visitor)
    dismissed.field.fill("Сейчас пр")

    administrator = enter_office(new_page(), ELENA.login)
    administrator.get_by_role("button", name=f"Отключить: {dismissed.name}", exact=True).click()
    expect(administrator.get_by_text("Открытых обращений: 1.")).to_be_visible()
    administrator.get_by_role("button", name="Отключить", exact=True).click()

    expect(dismissed.place.get_by_text("Вход больше не действует.")).to_be_visible()
    expect(ilya.row(visitor, "Ожидают")).to_be_visible()
    visitor.hears("Оператор отключился, ищем другого")
    dismissed.page.goto("/chat/")
    expect(dismissed.page.get_by_role("button", name="Войти")).to_be_visible()
    ilya.accepts(visitor)
    ilya.says("Теперь отвечаю я")
    visitor.hears("Теперь отвечаю я")
