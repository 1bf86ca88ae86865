"""An administrator makes a department and an operator, who then answers a visitor."""

import pytest
from playwright.sync_api import Dialog, expect

from tests.browser.crew import ELENA, Operator, Person
from tests.browser.people import enter_office
from tests.browser.test_accessibility import has_no_violations
from tests.browser.test_transfer import COLLECT

pytestmark = [pytest.mark.front, pytest.mark.usefixtures("own_server")]

PETR = Person("petr", "Пётр Новый")
TOLD = "^(Администратор Елена Соколова|Обращение вам больше недоступно)"


def test_from_an_empty_form_to_an_answer(new_page, new_visitor, watch):
    watch.allow("422", "404")  # refused forms; what is asked for anew just as one loses sight of it
    page = enter_office(new_page(), ELENA.login)

    def saves(*, and_stays: bool = False) -> None:
        page.get_by_role("button", name="Сохранить", exact=True).click()
        if not and_stays:
            expect(page.get_by_role("status")).to_have_text("Сохранено")

    # A department, with a name that is another's at first.
    page.get_by_role("link", name="Настройки").click()
    page.get_by_role("link", name="Добавить отдел").click()
    name = page.get_by_label("Название")
    name.fill("ПОДДЕРЖКА первого уровня")
    expect(page.get_by_text("Есть несохранённые изменения")).to_be_visible()
    page.get_by_label("Приветствие").fill("Здравствуйте! Я {оператор}.")
    expect(page.get_by_text("Здравствуйте! Я Илья.")).to_be_visible()
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("уже есть")).to_be_visible()
    saves(and_stays=True)
    expect(page.get_by_text("Не сохранено: исправьте отмеченное.")).to_be_visible()
    has_no_violations(page)
    expect(name).to_be_focused()
    name.fill("Ночная смена")
    saves()
    has_no_violations(page)
    page.get_by_role("button", name="Выше: Ночная смена").click()

    # An operator of it, who gets in by a link.
    page.get_by_role("link", name="Аккаунты").click()
    page.get_by_role("link", name="Добавить аккаунт").click()
    page.get_by_label("Имя", exact=True).fill(PETR.name)
    page.get_by_label("Для посетителей").fill("Пётр")
    page.get_by_label("Логин").fill(PETR.login)
    page.get_by_label("Ссылка для входа").check()
    page.get_by_role("checkbox", name="Ночная смена").check()
    has_no_violations(page)
    saves(and_stays=True)
    link = page.get_by_role("textbox", name="Ссылка для входа").input_value()
    has_no_violations(page)

    newcomer = new_page()
    newcomer.goto(link)
    has_no_violations(newcomer)
    newcomer.get_by_label("Новый пароль").fill("a bicycle for two")
    newcomer.get_by_role("button", name="Сохранить и войти").click()
    petr = Operator(newcomer, PETR)
    petr.is_present()

    visitor = new_visitor()
    visitor.sees_status("В сети")
    visitor.says("Не приходит счёт")
    petr.accepts(visitor)
    visitor.hears("Здравствуйте! Я Пётр.")

    # What is not saved is asked about, and the department goes with what is open in it.
    page.get_by_role("link", name="К аккаунтам").click()
    page.get_by_role("link", name=PETR.name).click()
    page.get_by_label("Имя", exact=True).fill("Пётр Другой")
    asked: list[Dialog] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog)
        dialog.accept()

    page.on("dialog", leave)
    page.get_by_role("link", name="Настройки").click()
    expect(page.get_by_role("heading", name="Отделы")).to_be_visible()
    assert [dialog.type for dialog in asked] == ["beforeunload"]
    page.get_by_role("link", name="Изменить: Ночная смена").click()
    page.get_by_role("button", name="Удалить").click()
    has_no_violations(page)
    petr.page.evaluate(COLLECT)
    page.get_by_label("Куда передать обращения").select_option("Поддержка второго уровня")
    page.get_by_role("button", name="Передать и удалить").click()
    expect(page.get_by_role("status")).to_have_text("Удалено")
    visitor.hears("Обращение передано: Поддержка второго уровня")
    # Who is just coming back with other rights misses by whom, and is told all the same.
    petr.page.wait_for_function(f"() => lines.some(line => /{TOLD}/.test(line))")
