"""Two administrators on one form: the second is told who changed what, and loses nothing."""

import pytest
from playwright.sync_api import expect

from tests.browser.crew import ELENA
from tests.browser.people import sign_in_unseen
from tests.browser.test_accessibility import has_no_violations

pytestmark = [pytest.mark.front, pytest.mark.usefixtures("own_server")]

SECOND = "Поддержка второго уровня"
OLGA = """
from operators.models import Account, Role
Account.objects.create_account("olga", "demo", name="Ольга Дёмина", role=Role.ADMINISTRATOR)
"""


def test_the_second_to_save_is_told_and_saves_with_the_next_press(new_page, support, watch):
    watch.allow("409")
    support.manage("shell", "-c", OLGA)
    elena, olga = new_page(), new_page()
    for page, login in ((elena, ELENA.login), (olga, "olga")):
        sign_in_unseen(page, "/login/", login)
        page.goto("/settings/departments/")
        page.get_by_role("link", name=f"Изменить: {SECOND}").click()
        expect(page.get_by_role("heading", name=SECOND)).to_be_visible()

    olga.get_by_label("Время на ответ").fill("45")
    olga.get_by_role("button", name="Сохранить", exact=True).click()
    expect(olga.get_by_role("status")).to_have_text("Сохранено")

    elena.get_by_label("Название").fill("Вторая линия")
    elena.get_by_label("Приветствие").fill("Здравствуйте, {имя}!")
    elena.get_by_role("button", name="Сохранить", exact=True).click()
    alert = elena.get_by_role("alert").filter(has_text="Ольга Дёмина")
    expect(alert).to_contain_text("время на ответ («30» → «45»)")
    expect(elena.get_by_label("Название")).to_have_value("Вторая линия")
    expect(elena.get_by_label("Приветствие")).to_have_value("Здравствуйте, {имя}!")
    expect(elena.get_by_text("Есть несохранённые изменения")).to_be_visible()
    has_no_violations(elena)
    elena.get_by_label("Время на ответ").fill("45")
    elena.get_by_role("button", name="Сохранить", exact=True).click()
    expect(elena.get_by_role("status")).to_have_text("Сохранено")

    # Both are saved.
    olga.get_by_role("link", name="Настройки").click()
    olga.get_by_role("link", name="Изменить: Вторая линия").click()
    expect(olga.get_by_label("Время на ответ")).to_have_value("45")
    expect(olga.get_by_label("Приветствие")).to_have_value("Здравствуйте, {имя}!")
