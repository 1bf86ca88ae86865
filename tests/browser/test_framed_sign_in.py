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
