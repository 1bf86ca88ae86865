"""The report on conversations: opened, narrowed, read by keys, as a table, and taken out."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.crew import ELENA
from tests.browser.people import enter_office
from tests.browser.test_accessibility import has_no_violations

pytestmark = pytest.mark.front


def test_a_report_is_read_and_taken_out(dialogue, new_page):
    visitor, operator = dialogue
    operator.says("Проверьте, пожалуйста, порт 5349")
    visitor.hears("порт 5349")
    operator.place.get_by_role("button", name="Запросить оценку").click()
    card = visitor.log.get_by_role("group", name="Оценка консультации")
    card.get_by_role("radio", name="5 из 5").check()
    card.get_by_role("button", name="Оценить").click()
    expect(visitor.log.get_by_text("Ваша оценка: 5 из 5")).to_be_visible()
    page = enter_office(new_page(), ELENA.login)
    page.get_by_role("link", name="Отчёты").click()
    expect(page.get_by_role("link", name="Месяц")).to_have_attribute("aria-current", "true")

    # The period by a key, the operator by the form: both stand in the address.
    expect(page.locator("report-keys:defined")).to_be_attached()
    page.keyboard.press("1")
    page.wait_for_url("**period=today**")
    page.get_by_text("Оператор", exact=True).first.click()
    page.get_by_label(operator.name).check()
    page.get_by_role("group", name="Оператор").get_by_role("button", name="Показать").click()
    page.wait_for_url("**operator=**")
    expect(page.get_by_role("link", name="Сбросить отбор")).to_be_visible()
    expect(page.get_by_text("★★★★★").first).to_be_visible()
    has_no_violations(page)

    # A definition beside its figure; a picture by keys, and as a table.
    page.get_by_role("button", name="Определение: Поступило").focus()
    expect(page.get_by_text("Обращения, начатые за период")).to_be_visible()
    picture = page.get_by_role("group", name="По дням: значения — стрелками")
    picture.press("ArrowRight")
    expect(picture.get_by_role("status")).to_contain_text("принято: ")
    page.locator("#days").get_by_text("Показать таблицей").click()
    table = page.get_by_role("region", name="По дням: таблица")
    expect(table.get_by_role("row")).to_have_count(2)

    # One conversation of the list, and the way back; then all of them as a file.
    page.get_by_role("link", name=visitor.name).click()
    expect(page.get_by_role("heading", name=visitor.name)).to_be_visible()
    expect(page.get_by_text("порт 5349")).to_be_visible()
    has_no_violations(page)
    page.go_back()
    with page.expect_download() as taken:
        page.get_by_role("button", name="CSV", exact=True).click()
    text = Path(taken.value.path()).read_text("utf-8-sig")
    assert text.startswith("Начало;")
    assert visitor.name in text
