from playwright.sync_api import expect

from tests.browser.crew import colleague

DISMISS = """
from departments.models import Membership

Membership.objects.filter(account__login="load4").delete()
"""


def test_who_is_out_of_a_department_sees_its_queue_no_more_and_goes_on_typing(
    support, new_visitor, new_operator
):
    ilya = new_operator(colleague(4))
    marina, sergey = new_visitor(), new_visitor()
    marina.says("Здравствуйте")
    ilya.accepts(marina)
    sergey.says("Есть кто?")
    expect(ilya.row(sergey, "Ожидают")).to_be_visible()
    ilya.field.fill("Сейчас пр")

    support.manage("shell", "-c", DISMISS)

    expect(ilya.row(sergey, "Ожидают")).to_have_count(0)
    expect(ilya.field).to_have_value("Сейчас пр")
    ilya.says("Сейчас проверю")
    marina.hears("Сейчас проверю")
