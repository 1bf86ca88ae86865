import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.front

FRAME = 'iframe[title="Онлайн-консультант"]'


@pytest.fixture(autouse=True)
def _answer_to_who_signed_out(watch):
    """The window asks the cabinet once more who is there, and is told: nobody."""
    watch.allow(r"401 .*/token/")


def test_the_window_goes_with_the_session_in_every_tab(visitor):
    second = visitor.page.context.new_page()
    second.goto("/личный-кабинет/")
    expect(second.locator(FRAME)).to_be_visible()
    visitor.leaves()
    expect(visitor.page.locator(FRAME)).to_have_count(0)
    expect(second.locator(FRAME)).to_have_count(0)


def test_a_dialogue_is_over_for_the_one_who_left_but_not_lost(dialogue):
    visitor, operator = dialogue
    visitor.leaves()
    expect(operator.row(visitor)).to_contain_text("не в сети")
    operator.says("Вернётесь, прочтёте")
    visitor.enters()
    visitor.hears("Вернётесь, прочтёте")


def test_another_customer_of_the_same_browser_sees_nothing_of_the_first(visitor, stranger):
    visitor.says("Мой договор 17")
    expect(visitor.pending).to_have_count(0)
    visitor.field.fill("Мой пароль")
    visitor.leaves()
    visitor.login = stranger().login
    visitor.enters()
    expect(visitor.field).to_have_value("")
    expect(visitor.log.locator(".message")).to_have_count(0)
