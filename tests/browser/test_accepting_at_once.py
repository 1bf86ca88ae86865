import pytest
from playwright.sync_api import expect

from tests.browser.crew import colleague

# A file of its own server: the test holds the server's process for a moment.
pytestmark = pytest.mark.usefixtures("own_server")


def test_of_two_who_accept_at_once_one_has_it_and_the_other_reads_who(
    visitor, new_operator, support
):
    ilya, pavel = new_operator(), new_operator(colleague(1))
    visitor.says("Кто первый?")
    buttons = [one.row(visitor).get_by_role("button", name="Принять") for one in (ilya, pavel)]
    for button in buttons:
        expect(button).to_be_visible()

    support.pause()  # so that both requests are there before either is answered
    for button in buttons:
        button.click()
    support.resume()

    expect(ilya.row(visitor, "Мои").or_(ilya.row(visitor, "Других операторов"))).to_be_visible()
    winner, loser = (ilya, pavel) if ilya.row(visitor, "Мои").count() else (pavel, ilya)
    expect(loser.page.get_by_text(f"Уже принято: {winner.name}")).to_be_visible()  # for seconds
    winner.has_open(visitor)
    expect(winner.row(visitor, "Мои")).to_be_visible()
    expect(loser.row(visitor, "Других операторов")).to_contain_text(winner.name)

    # What the owner has not read calls nobody else.
    winner.returns()
    visitor.says("Вы здесь?")
    expect(winner.row(visitor, "Мои").locator(".name")).to_have_css("font-weight", "650")
    loser.returns()
    others = loser.row(visitor, "Других операторов")
    expect(others.locator("[data-preview]")).to_have_text("Вы здесь?")
    expect(others.locator(".name")).not_to_have_css("font-weight", "650")
