"""Chromium for the browser's flows: `new_page()` is one more person at one more computer."""

import os
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser.watch import Watch
from tests.server import ROOT, LiveServer

TIMEOUT_MS = 10_000
FAILURES = ROOT / "var" / "test-failures"
ARGUMENTS = [
    # No screen and, in the machines of tests, no way out: what would look for either is off.
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Sounds may play as they do for a person who has clicked before.
    "--autoplay-policy=no-user-gesture-required",
    "--mute-audio",
]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        expect.set_options(timeout=TIMEOUT_MS)
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(
        executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
        # Chromium refuses its sandbox to root.
        chromium_sandbox=os.geteuid() != 0,
        args=ARGUMENTS,
    )
    yield browser
    browser.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    yield watch
    if watch.unexpected:
        pytest.fail("The browser complained:\n" + "\n".join(watch.unexpected), pytrace=False)


@pytest.fixture
def new_context(
    browser: Browser, support: LiveServer, watch: Watch, request: pytest.FixtureRequest
) -> Iterator[Callable[..., BrowserContext]]:
    """A browser profile of its own; keywords as for Playwright's `new_context`."""
    contexts: list[BrowserContext] = []

    def open_context(**options: Any) -> BrowserContext:
        options = {
            "base_url": support.base_url,
            "locale": "ru-RU",
            "timezone_id": "Europe/Moscow",
            "viewport": {"width": 1440, "height": 900},
        } | options
        context = browser.new_context(**options)
        context.set_default_timeout(TIMEOUT_MS)
        watch.attend(context, options["base_url"])
        contexts.append(context)
        return context

    yield open_context
    if request.node.stash.get(HAS_FAILED, False):
        _keep_evidence(request.node.nodeid, contexts, support.log)
    for context in contexts:
        context.close()


@pytest.fixture
def new_page(new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """A page in a profile of its own: call it once for each person."""
    return lambda **options: new_context(**options).new_page()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


HAS_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[HAS_FAILED] = report.failed
    return report


def _keep_evidence(test: str, contexts: list[BrowserContext], log: str) -> None:
    """What each person saw when the test failed, as pictures in var/test-failures/."""
    folder = FAILURES / re.sub(r"[^\w.-]+", "-", test)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pages = [page for context in contexts for page in context.pages]
    for number, page in enumerate(pages, start=1):
        page.screenshot(path=folder / f"page-{number}.png")
    (folder / "server.log").write_text(log)
