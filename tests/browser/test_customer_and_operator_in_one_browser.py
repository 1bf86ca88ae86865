import pytest
from playwright.sync_api import expect

from tests.browser.crew import ILYA, Operator, Visitor

pytestmark = pytest.mark.front


@pytest.fixture(autouse=True)
def _answer_to_who_signed_out(watch):
    watch.allow(r"401 .*/token/")


def test_both_sign_ins_of_one_browser_work_and_end_apart(new_context, stranger):
    context = new_context()
    visitor = Visitor(context.new_page(), stranger()).signs_in()
    operator = Operator(context.new_page(), ILYA).signs_in()
    visitor.says("Это я")
    operator.accepts(visitor)
    operator.says("И это я")
    visitor.hears("И это я")

    operator.page.get_by_role("link", name="Выйти").click()
    expect(operator.page.get_by_role("button", name="Войти")).to_be_visible()
    visitor.returns()
    visitor.hears("И это я")

    operator.signs_in()
    visitor.leaves()
    expect(visitor.page.get_by_role("button", name="Войти")).to_be_visible()
    expect(operator.row(visitor, "Мои")).to_be_visible()
    operator.opens(visitor)
    operator.says("До свидания")
    expect(operator.pending).to_have_count(0)


def test_a_customer_coming_and_going_does_not_put_the_operator_out(new_context, stranger):
    context = new_context()
    operator = Operator(context.new_page(), ILYA).enters()
    visitor = Visitor(context.new_page(), stranger()).enters()
    visitor.says("Это я")
    operator.accepts(visitor)
    visitor.leaves()
    expect(visitor.page.get_by_role("button", name="Войти")).to_be_visible()
    # The pulse that tells it looks every time at whose session is still good.
    expect(operator.row(visitor)).to_contain_text("не в сети")
    operator.says("Ушёл?")
    expect(operator.pending).to_have_count(0)
    expect(operator.place.get_by_text("Вход больше не действует.")).to_be_hidden()
