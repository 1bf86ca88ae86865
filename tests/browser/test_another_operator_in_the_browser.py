import pytest
from playwright.sync_api import expect

from tests.browser.crew import colleague
from tests.browser.people import sign_in_unseen

pytestmark = pytest.mark.front


def test_a_zone_left_open_is_emptied_when_another_operator_signs_in(dialogue, watch):
    """…and does nothing more: neither under the old name nor under the new one."""
    watch.allow("403")
    visitor, operator = dialogue
    operator.field.fill("Недописанное")
    other = colleague(4)
    sign_in_unseen(operator.page, "/login/", other.login)
    expect(operator.place.get_by_text("Вход больше не действует.")).to_be_visible()
    operator.page.mouse.click(700, 20)
    expect(operator.page.get_by_text("вошёл другой сотрудник")).to_be_visible()
    expect(operator.page.get_by_text(visitor.name)).to_have_count(0)

    operator.page.get_by_role("link", name="Открыть зону").click()
    expect(operator.page.get_by_text(other.name).first).to_be_visible()
