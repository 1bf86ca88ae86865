import pytest
from playwright.sync_api import expect

from tests.browser.crew import ELENA
from tests.browser.people import sign_in_operator

WIDE_TEXT = "https://example.com/" + "a" * 200


@pytest.fixture(params=[320, 360])
def narrow(request):
    return {"viewport": {"width": request.param, "height": 640}, "has_touch": True}


def fits(page):
    for frame in page.frames:
        root = frame.locator("html")
        width = root.evaluate("root => [root.scrollWidth, root.clientWidth]")
        assert width[0] <= width[1], f"{frame.url} is {width[0]} px wide in {width[1]}"


def test_a_visitor_talks_on_a_telephone(narrow, new_visitor, new_page):
    page = new_page(**narrow)
    page.goto("/личный-кабинет/")
    fits(page)
    visitor = new_visitor(**narrow)
    fits(visitor.page)
    visitor.says(WIDE_TEXT)
    fits(visitor.page)
    visitor.folds()
    fits(visitor.page)


def test_an_operator_answers_on_a_telephone(narrow, visitor, new_operator):
    operator = new_operator(**narrow)
    visitor.says(WIDE_TEXT)
    fits(operator.page)
    operator.accepts(visitor)
    operator.says(WIDE_TEXT.upper())
    fits(operator.page)
    for pane in ("Сведения", "Операторы", "Посетители", "Переписка"):
        operator.page.get_by_role("button", name=pane).click()
        fits(operator.page)


def test_the_other_pages(narrow, new_page):
    page = new_page(**narrow)
    page.goto("/login/")
    fits(page)
    sign_in_operator(page, ELENA.login)
    for address in ("/help/", "/accounts/"):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        fits(page)
