"""An operator's face, which the visitor sees, and a session left elsewhere, which they end."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.crew import ELENA, colleague
from tests.browser.people import has_signed_in
from tests.browser.test_accessibility import has_no_violations
from tests.cast import picture

pytestmark = [pytest.mark.front, pytest.mark.usefixtures("own_server")]


def is_seen(photo: Locator) -> None:
    """Loaded, and not merely named."""
    expect(photo).to_be_visible()
    expect(photo).to_have_js_property("naturalWidth", 256)


def test_a_face_and_a_session_left_elsewhere(new_visitor, new_operator, new_page, watch, tmp_path):
    watch.allow("422")
    visitor, operator = new_visitor(), new_operator(colleague(1))
    visitor.says("Не приходит счёт")
    operator.accepts(visitor)
    operator.says("Здравствуйте")
    visitor.hears("Здравствуйте")
    left: Page = new_page()
    has_signed_in(left, "sessionid", operator.login)
    left.goto("/help/")

    page = operator.page
    page.get_by_role("link", name=f"Профиль: {operator.name}").click()
    expect(page.get_by_role("heading", name=operator.name)).to_be_visible()
    has_no_violations(page)

    field = page.get_by_label("Файл", exact=True)
    (tmp_path / "me.png").write_bytes(b"text")
    field.set_input_files(tmp_path / "me.png")
    expect(page.get_by_text("Это не картинка")).to_be_visible()
    page.get_by_label("Для посетителей").fill("Илья")
    (tmp_path / "me.png").write_bytes(picture(size=(900, 600)))
    field.set_input_files(tmp_path / "me.png")
    is_seen(page.locator("#photo .avatar__photo"))
    is_seen(page.locator(".account .avatar__photo"))
    expect(page.get_by_label("Для посетителей")).to_have_value("Илья")
    page.get_by_role("button", name="Сохранить", exact=True).click()
    expect(page.get_by_text("Сохранено", exact=True)).to_be_visible()

    page.get_by_role("button", name="Завершить другие").click()
    expect(page.get_by_text("Сеансы завершены")).to_be_visible()
    left.reload()
    expect(left.get_by_role("button", name="Войти", exact=True)).to_be_visible()

    operator.returns()
    operator.is_present()
    visitor.sees_status("В сети")
    is_seen(visitor.place.locator("[data-operator-photo]"))
    expect(visitor.place.locator("[data-operator-name]")).to_have_text("Илья")
    visitor.returns()
    is_seen(visitor.bubble("Здравствуйте").locator(".avatar__photo"))


def test_the_profile_on_a_telephone_by_an_administrator(new_page):
    page = new_page(viewport={"width": 360, "height": 740})
    has_signed_in(page, "sessionid", ELENA.login)
    page.goto("/accounts/")
    page.get_by_role("button", name="Меню").click()
    page.get_by_role("link", name="Профиль", exact=True).click()
    expect(page.get_by_role("heading", name=ELENA.name)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    has_no_violations(page)
