"""How the cast enters: people, as far as a browser is concerned."""

import re
from collections import Counter
from pathlib import Path

from playwright.sync_api import FrameLocator, Locator, Page, expect

PASSWORD = "demo"  # of the demo accounts


def sign_in_customer(page: Page, login: str = "client1") -> Page:
    """Into the cabinet of the support site, which embeds the widget."""
    page.goto("/личный-кабинет/")
    _fill_in_sign_in_form(page, login)
    expect(page.locator('iframe[title="Онлайн-консультант"]')).to_be_attached()
    return page


def widget_of(page: Page) -> FrameLocator:
    return page.frame_locator('iframe[title="Онлайн-консультант"]')


def open_widget(page: Page) -> FrameLocator:
    """Unfold the window, if it is not as the tab had it before."""
    widget = widget_of(page)
    launcher = widget.get_by_role("button", name="Открыть чат")
    field = widget.get_by_role("textbox", name="Сообщение")
    expect(launcher.or_(field)).to_be_visible()
    if launcher.is_visible():
        launcher.click()
    expect(field).to_be_visible()
    return widget


def _fill_in_sign_in_form(page: Page, login: str) -> None:
    page.get_by_label("Логин", exact=True).fill(login)
    page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Войти", exact=True).click()


def sign_in_unseen(page: Page, address: str, login: str) -> None:
    """The form's request without its page, for stories that begin after it."""
    found = re.search(
        r'name="csrfmiddlewaretoken" value="([^"]+)"', page.request.get(address).text()
    )
    assert found is not None
    form = {"csrfmiddlewaretoken": found[1], "username": login, "password": PASSWORD}
    answer = page.request.post(address, form=form, max_redirects=0)
    assert answer.status == 302, answer.text()


_signed_in: Counter[str] = Counter()


def session_key(login: str, number: int) -> str:
    """Of one of the sign-ins that were made with the installation (tests.browser.crew)."""
    return f"{login}x{number}".ljust(32, "x")


def has_signed_in(page: Page, cookie: str, login: str) -> None:
    """Earlier, in this browser: each time with a session of its own, which may be ended."""
    key = session_key(login, _signed_in[login])
    _signed_in[login] += 1
    page.context.add_cookies(
        [
            {
                "name": cookie,
                "value": key,
                "domain": "127.0.0.1",
                "path": "/",
                "httpOnly": True,
                "sameSite": "Lax",
            }
        ]
    )


def enter_office(page: Page, login: str, address: str = "/accounts/") -> Page:
    """Staff who have signed in, at a page beside the zone: they are present for nobody."""
    has_signed_in(page, "sessionid", login)
    page.goto(address)
    return page


def drop(page: Page, path: Path, place: Locator) -> None:
    """As from a file manager: the browser itself decides what becomes of it."""
    box = place.bounding_box()
    assert box
    at = {"x": box["x"] + 2, "y": box["y"] + 2}
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    session = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, **at, "data": data})
