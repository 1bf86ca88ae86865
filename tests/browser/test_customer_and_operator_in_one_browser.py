from playwright.sync_api import expect

from tests.browser.crew import ILYA, Operator, Visitor


def test_both_sign_ins_of_one_browser_work_and_end_apart(new_context, stranger):
    context = new_context()
    visitor = Visitor(context.new_page(), stranger()).enters()
    operator = Operator(context.new_page(), ILYA).enters()
    visitor.says("Это я")
    operator.accepts(visitor)
    operator.says("И это я")
    visitor.hears("И это я")

    operator.page.get_by_role("link", name="Выйти").click()
    expect(operator.page.get_by_role("button", name="Войти")).to_be_visible()
    visitor.returns()
    visitor.hears("И это я")

    operator.enters()
    visitor.leaves()
    expect(visitor.page.get_by_role("button", name="Войти")).to_be_visible()
    operator.page.reload()
    expect(operator.row(visitor, "Мои")).to_be_visible()
