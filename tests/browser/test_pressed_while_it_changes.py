"""What is rendered anew while it is being pressed has been pressed."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.front


def test_a_row_that_comes_anew_under_the_finger_is_accepted(visitor, operator):
    visitor.says("Не приходит счёт")
    row = operator.row(visitor, "Ожидают")
    expect(row).to_be_visible()
    # What comes by itself is newer than a list that is asked for: of this row nothing more will.
    operator.returns()
    row.get_by_role("button", name="Принять").hover()
    operator.page.mouse.down()
    row.evaluate("row => row.classList.add('is-old')")
    # Who looks at the tab again gets its lists anew.
    operator.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(row).not_to_have_class(re.compile("is-old"))
    operator.page.mouse.up()
    operator.has_open(visitor)
    operator.may_answer()
