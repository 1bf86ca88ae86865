"""Notices of the desktop, in a tab that nobody sees."""

import pytest

pytestmark = pytest.mark.front

# A page cannot be hidden here, nor a desktop be read: both as the zone meets them.
AWAY = """() => {
  window.told = [];
  window.Notification = class {
    static permission = "granted";
    isClosed = false;
    constructor(title, { body }) { told.push(Object.assign(this, { title, body })); }
    close() { this.isClosed = true; }
  };
  window.isAway = true;
  Object.defineProperty(document, "hidden", { get: () => isAway });
}"""
BACK = """() => {
  window.isAway = false;
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_who_looks_elsewhere_is_told_until_it_is_read(dialogue):
    visitor, operator = dialogue
    operator.page.evaluate(AWAY)
    visitor.says("Вы ещё здесь?")
    operator.page.wait_for_function("() => told.length === 1")
    assert operator.page.evaluate("() => [told[0].title, told[0].body, told[0].isClosed]") == [
        *(visitor.name, "Вы ещё здесь?", False)
    ]
    operator.page.evaluate(BACK)
    operator.page.wait_for_function("() => told[0].isClosed")
