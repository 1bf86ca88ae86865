import gzip

import pytest
from playwright.sync_api import Response, expect

from tests.browser.people import sign_in_customer, widget_of

pytestmark = pytest.mark.front

MOST_REQUESTS = 12
# Fetched when the page is idle or the chat is opened: not part of the first view.
LATER = {
    *("conversation", "outbox", "chat-composer", "message-log", "message-track", "log-place"),
    *(
        "message-tools",
        "message-changes",
        "quotes",
        "clipboard",
        "preview",
        "menu",
        "cards",
        "about-ticket",
        "snapshots",
        "pop-over",
    ),
    *(
        "keep",
        "carried",
        "file-links",
        "file-kinds",
        "uploads",
        "kept-files",
        "system",
        "blank",
        "times",
        "tabs",
        "picture-viewer",
    ),
}
MOST_BYTES = 60 * 1024
MOST_LOADER_BYTES = 3 * 1024


@pytest.fixture
def responses(page, stranger):
    """What the window fetched until its button was shown, by address."""
    page.goto("/личный-кабинет/")
    fetched: list[Response] = []
    page.on("response", lambda response: fetched.extend([response]))
    sign_in_customer(page, stranger().login)
    expect(widget_of(page).get_by_role("button", name="Открыть чат")).to_be_visible()
    page.wait_for_load_state("networkidle")
    return [response for response in fetched if is_windows_own(response)]


def is_windows_own(response):
    """Asked for by the frame, or the loader itself: the host page's own files are not ours."""
    name = response.url.rpartition("/")[2].partition(".")[0]
    is_frames = response.frame.parent_frame is not None and name not in LATER
    return is_frames or response.url.endswith("/widget/loader.js")


UNUSED_FONTS = "[...document.fonts].every((font) => font.status === 'unloaded')"


def test_the_first_view_takes_few_requests_and_few_bytes(page, responses):
    seen = [response for response in responses if "/fonts/" not in response.url]
    weight = sum(size_of(response) for response in seen)
    listed = "\n".join(f"{size_of(response):6} {response.url}" for response in seen)
    assert len(responses) <= MOST_REQUESTS, listed
    # The cabinet has fetched them for itself; another site has not.
    assert page.frames[-1].evaluate(UNUSED_FONTS)
    assert weight <= MOST_BYTES, listed


def test_the_loader_is_tiny(page, support):
    loader = page.request.get("/widget/loader.js")
    assert len(gzip.compress(loader.body())) <= MOST_LOADER_BYTES


def size_of(response):
    """As it came over the wire, whoever compressed it."""
    return int(response.headers.get("content-length", 0)) or len(gzip.compress(response.body()))
