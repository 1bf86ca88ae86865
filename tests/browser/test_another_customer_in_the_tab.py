"""The window is one person's: when another signs in, it is theirs, with nothing of the first."""

import pytest
from playwright.sync_api import expect

from tests.browser.crew import Visitor
from tests.browser.people import sign_in_unseen

pytestmark = pytest.mark.front

CABINET = "/личный-кабинет/"
ACCOUNT_CHANGES = "token => { SphaeraSupport.onTokenNeeded = async () => token; }"
COMES_BACK = "() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"


@pytest.fixture
def first(visitor, watch):
    watch.allow(r"401 .*/token/")  # of the other tab, which leaves
    visitor.says("Мой договор 17")
    expect(visitor.pending).to_have_count(0)
    visitor.field.fill("Мой пароль")
    return visitor


def is_empty(tab: Visitor) -> None:
    """Folded, and open again it shows neither message nor draft."""
    tab.launcher.click()
    expect(tab.field).to_have_value("")
    expect(tab.log.locator(".message")).to_have_count(0)


def test_a_tab_left_open_is_the_next_customer_s(first, stranger):
    """Signed out and in again in another tab, before the first could ask who is there."""
    second, other = first.page.context.new_page(), stranger()
    second.goto(CABINET)

    def as_the_next(route):
        sign_in_unseen(second, CABINET, other.login)
        route.continue_()

    first.page.route("**/token/", as_the_next)
    second.get_by_role("button", name="Выйти").click()
    is_empty(first)
    first.says("Это уже другой")
    expect(first.pending).to_have_count(0)
    expect(first.log.locator(".message")).to_have_count(1)


@pytest.mark.parametrize("how", ["the page says so", "the page comes back from the cache"])
def test_a_site_whose_account_changes_without_a_reload(first, stranger, support, how):
    first.page.evaluate(ACCOUNT_CHANGES, support.widget_token(stranger().login))
    if how == "the page says so":
        first.page.evaluate("() => SphaeraSupport.renew()")
    else:
        first.page.frames[-1].evaluate(COMES_BACK)
    is_empty(first)
