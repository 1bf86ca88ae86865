import pytest
from playwright.sync_api import expect

from tests.browser.crew import ILYA, Operator, Visitor

pytestmark = pytest.mark.front


@pytest.fixture
def tabs(dialogue):
    """Of one side: two tabs of who writes, and the other side's."""
    visitor = dialogue[0]

    def open_second(side):
        writer, reader = dialogue if side == "visitor" else dialogue[::-1]
        page = writer.page.context.new_page()
        if side == "visitor":
            customer = Visitor(page, visitor)
            page.goto("/личный-кабинет/")
            customer.launcher.click()
            return writer, customer, reader
        colleague = Operator(page, ILYA)
        colleague.returns()
        colleague.opens(visitor)
        return writer, colleague, reader

    return open_second


@pytest.mark.parametrize("side", ["visitor", "operator"])
def test_a_draft_is_the_same_in_both_and_is_sent_once(tabs, side, tmp_path):
    first, second, reader = tabs(side)
    (tmp_path / "журнал.txt").write_text("ошибка")
    first.picks(tmp_path / "журнал.txt")
    first.field.press_sequentially("Вот журн")
    expect(second.field).to_have_value("Вот журн")
    expect(second.place.locator("[data-file]")).to_contain_text("журнал.txt")
    second.field.press("End")
    second.field.press_sequentially("ал")
    expect(first.field).to_have_value("Вот журнал")

    second.place.get_by_role("button", name="Отправить", exact=True).click()
    expect(first.field).to_have_value("")
    expect(first.place.locator("[data-file]")).to_have_count(0)
    first.field.press("Enter")
    expect(reader.bubble("Вот журнал")).to_have_count(1)
    first.page.reload()
    expect(first.log.get_by_role("link", name="журнал.txt")).to_be_visible()
    expect(first.field).to_have_value("")


def test_a_note_begun_in_one_tab_is_no_answer_in_the_other(tabs):
    first, second, _visitor = tabs("operator")
    first.page.keyboard.press("Alt+n")
    first.field.press_sequentially("Похоже на мошенника")
    expect(second.field).to_have_value("Похоже на мошенника")
    note = second.place.get_by_role("tab", name="Заметка для сотрудников", selected=True)
    expect(note).to_be_visible()
