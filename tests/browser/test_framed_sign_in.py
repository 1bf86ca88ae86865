import pytest
from playwright.sync_api import expect

from tests.browser.foreign_site import foreign_site

pytestmark = pytest.mark.front

EMBEDDING = """<!doctype html><title>Чужая страница</title>
<script src="{base_url}/widget/loader.js" data-site="demo" data-token="{token}"></script>
<p>Содержимое</p>"""


@pytest.fixture
def foreign_page(page, support, stranger, watch):
    """A page that no administrator allowed embeds the window, with a token that is good."""
    token = support.widget_token(stranger().login)
    with foreign_site(EMBEDDING.format(base_url=support.base_url, token=token)) as address:
        watch.own_hosts.add(address.removeprefix("http://"))
        watch.allow(
            "frame-ancestors", "Refused to frame", "violates the following Content Security"
        )
        page.goto(address)
        yield page


def test_a_site_that_is_not_allowed_shows_no_window_and_is_not_disturbed(foreign_page):
    box = foreign_page.locator("iframe").locator("..")
    expect(foreign_page.get_by_text("Содержимое")).to_be_visible()
    foreign_page.wait_for_load_state("networkidle")
    assert box.evaluate("box => [box.offsetWidth, box.offsetHeight]") == [0, 0]
    for frame in foreign_page.frames[1:]:
        assert frame.locator("button").count() == 0


def test_framing_the_sign_in_forms_is_refused(page, support, watch):
    watch.allow("X-Frame-Options", "frame-ancestors", "Refused to display", "Framing")
    forms = [f"{support.base_url}{path}" for path in ("/login/", "/личный-кабинет/")]
    html = "".join(f'<iframe src="{form}"></iframe>' for form in forms)
    with foreign_site(html) as address:
        watch.own_hosts.add(address.removeprefix("http://"))
        page.goto(address)
        page.wait_for_load_state("networkidle")
        for frame in page.frames[1:]:
            assert frame.locator("input").count() == 0
import pytest

from tests.browser.foreign_site import foreign_site

pytestmark = pytest.mark.front


def test_framing_the_sign_in_forms_is_refused(page, support, watch):
    watch.allow("X-Frame-Options", "frame-ancestors", "Refused to display", "Framing")
    forms = [f"{support.base_url}{path}" for path in ("/login/", "/личный-кабинет/")]
    html = "".join(f'<iframe src="{form}"></iframe>' for form in forms)
    with foreign_site(html) as address:
        watch.own_hosts.add(address.removeprefix("http://"))
        page.goto(address)
        page.wait_for_load_state("networkidle")
        for frame in page.frames[1:]:
            assert frame.locator("input").count() == 0
