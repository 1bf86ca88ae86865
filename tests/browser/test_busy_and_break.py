import pytest
from playwright.sync_api import expect

from tests.browser.crew import colleague

pytestmark = pytest.mark.front
IS_WHOLE = """row => {
  const range = document.createRange();
  range.selectNodeContents(row.querySelector(".operator__comment"));
  const [words, box] = [range.getBoundingClientRect(), row.getBoundingClientRect()];
  return words.right <= box.right && words.bottom <= box.bottom;
}"""


@pytest.fixture
def pavel(new_operator):
    """The only operator; what he chooses stays with his account, and is set back."""
    pavel = new_operator(colleague(2))
    yield pavel
    pavel.chooses("В сети")


def test_who_is_busy_gets_no_new_visitors(pavel, visitor):
    visitor.sees_status("В сети")
    pavel.chooses("Занят")
    visitor.sees_status("Не в сети")
    pavel.chooses("В сети")
    visitor.sees_status("В сети")


def test_who_is_busy_still_talks(pavel, visitor, new_visitor):
    visitor.says("Здравствуйте")
    pavel.accepts(visitor)
    pavel.chooses("Занят")
    new_visitor().sees_status("Не в сети")
    visitor.sees_status("В сети")
    pavel.says("Я с вами")
    visitor.hears("Я с вами")


def test_a_break_counts_as_not_present_even_in_a_dialogue(pavel, visitor):
    visitor.says("Здравствуйте")
    pavel.accepts(visitor)
    pavel.chooses("Перерыв")
    visitor.sees_status("Не в сети")


COMMENT = "на созвоне с разработкой, по срочному пишите Камиле Рашидовой, обед до 14:00"


def test_colleagues_see_why(pavel, new_operator):
    ilya = new_operator()
    pavel.chooses("Перерыв")
    pavel.page.get_by_role("button", name="Состояние: Комментарий").click()
    field = pavel.page.get_by_label("Что видят коллеги")
    expect(field).to_be_focused()
    field.fill(COMMENT)
    field.press("Enter")
    shown = pavel.page.get_by_role("button", name=f"Состояние: {COMMENT}")
    expect(shown).to_be_focused()
    expect(ilya.colleague(pavel)).to_contain_text(COMMENT)
    assert ilya.colleague(pavel).evaluate(IS_WHOLE)
    there = ilya.page.locator("#operators .dot--on")
    expect(ilya.page.locator("#operators .pane-head")).to_contain_text(f"{there.count()} в сети")
    pavel.page.reload()
    expect(shown).to_be_visible()
    pavel.chooses("В сети")
    expect(shown).to_be_hidden()
    expect(ilya.colleague(pavel)).not_to_contain_text("обед")


def test_what_was_chosen_outlives_a_reload(pavel, visitor):
    pavel.chooses("Перерыв")
    pavel.page.reload()
    expect(pavel.page.get_by_role("radio", name="Перерыв")).to_be_checked()
    visitor.sees_status("Не в сети")
