from playwright.sync_api import expect

from tests.browser.crew import colleague


def test_another_section_is_offline_for_visitors_and_colleagues_at_once(
    visitor, operator, new_operator
):
    pavel = new_operator(colleague(1))
    visitor.sees_status("В сети")
    operators = pavel.page.get_by_role("region", name="Операторы")
    expect(operators.get_by_role("listitem").filter(has_text=operator.name)).to_contain_text(
        "в сети"
    )

    pavel.page.goto("/help/")
    visitor.sees_status("В сети")
    pavel.returns()
    operator.goes_to("Помощь")
    ilya = operators.get_by_role("listitem").filter(has_text=operator.name)
    expect(ilya).to_contain_text("не в сети")

    pavel.page.goto("/help/")
    visitor.sees_status("Не в сети", timeout=5000)

    operator.page.get_by_role("link", name="Общение", exact=True).click()
    visitor.sees_status("В сети", timeout=5000)


def test_signing_out_is_leaving(visitor, operator):
    visitor.sees_status("В сети")
    operator.page.get_by_role("link", name="Выйти").click()
    expect(operator.page.get_by_role("button", name="Войти")).to_be_visible()
    visitor.sees_status("Не в сети", timeout=5000)


def test_a_section_in_another_tab_says_so_in_the_zone_and_the_zone_takes_back(visitor, operator):
    other = operator.page.context.new_page()
    other.goto("/help/")
    expect(operator.place.get_by_text("Вы открыли другой раздел:")).to_be_visible()
    visitor.sees_status("Не в сети")
    operator.place.get_by_role("button", name="Вернуться").click()
    visitor.sees_status("В сети")
    expect(operator.place.get_by_text("Вы открыли другой раздел:")).to_be_hidden()
