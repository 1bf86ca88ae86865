"""Whatever strangers and colleagues call themselves and write stays text in its place."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.crew import ILYA, Person
from tests.browser.test_long_anything import SPILLED
from tests.hostile import HOSTILE

pytestmark = [pytest.mark.front, pytest.mark.usefixtures("own_server")]

NAME = HOSTILE["markup"]
# What a person said and is an element all the same, or ran; and a page that moves sideways.
WRONG = """() => {
    const { scrollWidth } = document.scrollingElement;
    const made = [...document.querySelectorAll("xss, [onload], [onerror], [onfocus]")];
    return [
        ...made.map((one) => one.outerHTML.slice(0, 300)),
        ...("ran" in window ? ["it ran"] : []),
        ...(scrollWidth > innerWidth ? [`the page is ${scrollWidth} wide`] : []),
    ];
}"""
DESK, TELEPHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 740}


@pytest.fixture(autouse=True)
def _empty_queue():
    """There is no other test in this installation."""


@pytest.fixture
def look():
    """Call it with a page and a place: what is wrong fails the test, all of it together."""
    wrong: set[str] = set()

    def at(page, place):
        for frame in page.frames:
            found = [*frame.evaluate(WRONG), *frame.evaluate(SPILLED)]
            wrong.update(f"{place}, {page.viewport_size['width']}: {one}" for one in found)

    yield at
    assert not wrong, "\n".join(sorted(wrong))


def test_nothing_runs_and_nothing_spills(support, new_visitor, new_operator, stranger, look):
    person = stranger()
    visitor = new_visitor(person)
    visitor.says("Здравствуйте!")
    does = "import json; from tests import hostile_world as world;"
    does += f"world.rename_everybody({NAME!r}); world.write_to({person.name!r});"
    told = support.manage("shell", "-c", f"{does} print(json.dumps(world.arrive()))")
    keys = json.loads(told.splitlines()[-1])

    visitor.returns()
    expect(visitor.bubble("debug")).to_be_visible()
    for size in (DESK, TELEPHONE):
        visitor.page.set_viewport_size(size)
        look(visitor.page, "window")

    page = new_operator(Person(ILYA.login, NAME)).page
    panel = page.get_by_role("region", name="Информация о посетителе")
    panes = page.get_by_role("navigation", name="Области")
    page.goto(f"/chat/{keys[0]}/")
    look(page, "a page of its own")
    for name, key in reversed(list(zip(HOSTILE, keys, strict=True))):
        page.locator(f"#visitor-{key}").get_by_role("link").click()
        expect(page.locator(f"#workspace[data-conversation='{key}']")).to_be_visible()
        for size in (DESK, TELEPHONE):
            page.set_viewport_size(size)
            look(page, f"{name}: log")
        panes.get_by_role("button", name="Сведения", exact=True).click()
        for tab, part in PARTS.items():
            panel.get_by_role("tab", name=tab).click()
            expect(panel.get_by_role("tabpanel", name=tab).locator(part).first).to_be_visible()
            look(page, f"{name}: {tab}")
        page.set_viewport_size(DESK)
    page.set_viewport_size(TELEPHONE)
    panes.get_by_role("button", name="Посетители").click()
    look(page, "lists")


# What each part of the panel has when it has come.
PARTS = {"Данные": "dd", "Страницы": "time", "Комментарии": ".comment__text"}
