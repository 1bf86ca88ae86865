"""A department goes while people talk in it: nobody is lost, nobody is told twice."""

import pytest
from playwright.sync_api import expect

from tests.browser.crew import ANTON, ELENA
from tests.browser.people import enter_office

pytestmark = [pytest.mark.front, pytest.mark.usefixtures("own_server")]

SECOND, THIRD = "Поддержка второго уровня", "Поддержка третьего уровня"


def test_whoever_talks_in_it_goes_on_in_the_one_that_was_chosen(
    dialogue, new_operator, kamila, new_page, watch
):
    watch.allow("404")  # what is asked for anew just as one loses sight of it
    visitor, ilya = dialogue
    ilya.place.get_by_role("button", name="Передать", exact=True).click()
    panel = ilya.place.get_by_role("dialog", name="Передать обращение")
    panel.get_by_role("radio", name=ANTON.name).check()
    panel.get_by_role("button", name="Передать в очередь").click()
    visitor.hears(f"Обращение передано: {SECOND}.")
    anton = new_operator(ANTON)
    anton.accepts(visitor)
    anton.says("Смотрю ваш договор")
    visitor.hears("Смотрю ваш договор")
    visitor.field.fill("Мой номер")

    page = enter_office(new_page(), ELENA.login)
    page.get_by_role("link", name="Настройки").click()
    page.get_by_role("link", name=f"Изменить: {SECOND}").click()
    page.get_by_role("button", name="Удалить").click()
    expect(page.get_by_text("В отделе открыто обращений: 1, ждут в очереди: 0.")).to_be_visible()
    page.get_by_label("Куда передать обращения").select_option(THIRD)
    page.get_by_role("button", name="Передать и удалить").click()
    expect(page.get_by_role("status")).to_have_text("Удалено")
    expect(page.get_by_role("main").get_by_text(SECOND)).to_have_count(0)

    # The visitor reads it once and keeps what is being written; who has not the right loses sight.
    visitor.hears(f"Обращение передано: {THIRD}.")
    expect(visitor.field).to_have_value("Мой номер")
    expect(anton.row(visitor)).to_have_count(0)
    kamila.accepts(visitor)
    kamila.hears("Смотрю ваш договор")
    expect(kamila.log.get_by_text(f"передано в очередь отдела «{SECOND}»")).to_be_visible()
    kamila.says("Здравствуйте, я Камила")
    visitor.hears("Здравствуйте, я Камила")
    visitor.returns()
    expect(visitor.bubble(f"Обращение передано: {THIRD}.")).to_have_count(1)
    expect(visitor.bubble(f"Обращение передано: {SECOND}.")).to_have_count(1)
