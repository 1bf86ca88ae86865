"""Whatever is long, a word of 200 letters among it, spills over nothing beside it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.crew import ANTON, ELENA, ILYA, Person

pytestmark = [pytest.mark.front, pytest.mark.usefixtures("own_server")]

WORD = "Ж" * 60
LENGTHEN = f"""
from django.db.models import F, Value
from django.db.models.functions import Concat
from departments.models import Department
from operators.models import Account
from sphaera_support.cabinet.models import Customer

long = Value(" {WORD}")
Account.objects.update(name=Concat(F("name"), long))
Department.objects.update(name=Concat(F("name"), long))
Customer.objects.update(full_name=Concat(F("full_name"), long), contract="Д-{WORD}")
"""
# What is wider than its box and not cut there: it lies over what stands beside.
SPILLED = """() => [...document.querySelectorAll("body *")]
    .filter((one) => one.checkVisibility() && one.clientWidth > 1)
    .filter((one) => !one.closest(".visually-hidden, svg, [popover]:not(:popover-open)"))
    .filter((one) => getComputedStyle(one).overflowX === "visible")
    .filter((one) => one.scrollWidth > one.clientWidth + 1)
    .map((one) => `${one.tagName}.${one.className} ${one.scrollWidth} in ${one.clientWidth}`)"""


def long(person: Person) -> Person:
    return Person(person.login, f"{person.name} {WORD}")


@pytest.fixture
def look():
    """Call it with people: what spills over on their screens fails the test, all of it together."""
    spilled: set[str] = set()

    def at(*people):
        for person in people:
            for width in (1440, 1100, 768, 360):
                person.page.set_viewport_size({"width": width, "height": 800})
                for frame in person.page.frames:
                    spilled.update(f"{width} {one}" for one in frame.evaluate(SPILLED))
            person.page.set_viewport_size({"width": 1440, "height": 900})

    yield at
    assert not spilled, "\n".join(sorted(spilled))


def test_whatever_is_long_stays_in_its_place(
    new_visitor, new_operator, stranger, support, tmp_path, look
):
    support.manage("shell", "-c", LENGTHEN)
    visitor, ilya = new_visitor(long(stranger())), new_operator(long(ILYA))
    anton = new_operator(long(ANTON))
    look(visitor)
    visitor.says("w" * 300)
    look(visitor, ilya)
    ilya.accepts(visitor)
    (tmp_path / f"{WORD}.log").write_text("запись")
    for side in (visitor, ilya):
        side.picks(tmp_path / f"{WORD}.log")
        look(side)
        side.says(f"{side.login} " + "w" * 300)
    ilya.chooses("Занят")
    look(ilya, visitor)

    ilya.place.get_by_role("button", name="Пригласить", exact=True).click()
    panel = ilya.place.get_by_role("dialog", name="Пригласить в переписку")
    panel.get_by_role("radio", name=re.compile(f"^{anton.name}")).check()
    look(ilya)
    panel.get_by_role("textbox").fill("w" * 300)
    panel.get_by_role("button", name="Пригласить", exact=True).click()
    anton.opens(visitor)
    look(ilya, anton)
    anton.place.get_by_role("button", name="Присоединиться").click()
    anton.may_answer()
    look(ilya, anton)

    ilya.hands_over(f"Поддержка второго уровня {WORD}", asked="w" * 300)
    expect(anton.row(visitor, "Ожидают")).to_be_visible()
    look(ilya, anton)
    anton.opens_chat_with(ilya)
    anton.says("w" * 300)
    look(anton, ilya)
    elena = new_operator(long(ELENA))
    for address in ("/help/", "/accounts/", "/accounts/2/deactivate/"):
        elena.page.goto(address)
        look(elena)
