"""Chromium for the browser's flows: `new_page()` is one more person at one more computer."""

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from tests.browser.crew import (
    ANTON,
    ELENA,
    ILYA,
    KAMILA,
    Operator,
    Person,
    Visitor,
    hire,
    strangers,
)
from tests.browser.housekeeper import housekeeper
from tests.browser.own_browser import OwnBrowser, executable
from tests.browser.watch import Watch
from tests.server import ROOT, LiveServer, Prepared, prepare_once

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
        executable_path=executable(),
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
            "reduced_motion": "reduce",
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
        leave_zone(context)
        context.close()


@pytest.fixture
def new_page(new_context: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """A page in a profile of its own: call it once for each person."""
    return lambda **options: new_context(**options).new_page()


def leave_zone(context: BrowserContext) -> None:
    """Whoever was in the zone is not for the next test: another section is away at once."""
    for page in context.pages:
        page.close()
    with contextlib.suppress(Error):  # the server may lie where the test left it
        context.request.get("/help/", timeout=5000)


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


# The installation and the people


@pytest.fixture(scope="session")
def prepared_server(folder_of_all: Path) -> Prepared:
    """With customers and colleagues enough for every test to have its own."""
    return prepare_once(folder_of_all / "staffed", hire)


@pytest.fixture(scope="session")
def shared_server(
    prepared_server: Prepared, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    with LiveServer(tmp_path_factory.mktemp("shared"), prepared=prepared_server) as server:
        yield server


@pytest.fixture(scope="module")
def own_server(live_server_factory: Callable[..., LiveServer]) -> LiveServer:
    """For files whose tests break what others stand on: `usefixtures("own_server")`."""
    return live_server_factory()


@pytest.fixture
def support_server(request: pytest.FixtureRequest) -> LiveServer:
    is_own = "own_server" in request.fixturenames
    server: LiveServer = request.getfixturevalue("own_server" if is_own else "shared_server")
    return server


@pytest.fixture(scope="session")
def stranger() -> Callable[[], Person]:
    """Call it for a customer nobody has met."""
    people = strangers()
    return lambda: next(people)


@pytest.fixture(autouse=True)
def _empty_queue(support: LiveServer) -> Iterator[None]:
    """Nobody waits for the next test: what this one left open is closed."""
    yield
    if support.is_ready():
        housekeeper(support.base_url).close_conversations()


class NewVisitor(Protocol):
    def __call__(self, person: Person | None = None, **options: Any) -> Visitor: ...


class NewOperator(Protocol):
    def __call__(self, person: Person = ILYA, **options: Any) -> Operator: ...


@pytest.fixture
def new_visitor(new_page: Callable[..., Page], stranger: Callable[[], Person]) -> NewVisitor:
    """One more customer with the window open; keywords as for `new_context`."""

    def arrive(person: Person | None = None, **options: Any) -> Visitor:
        return Visitor(new_page(**options), person or stranger()).enters()

    return arrive


@pytest.fixture
def new_operator(new_page: Callable[..., Page]) -> NewOperator:
    def arrive(person: Person = ILYA, **options: Any) -> Operator:
        return Operator(new_page(**options), person).enters()

    return arrive


@pytest.fixture
def anton(new_operator: NewOperator) -> Operator:
    """Of the second level."""
    return new_operator(ANTON)


@pytest.fixture
def kamila(new_operator: NewOperator) -> Operator:
    """Of the third level."""
    return new_operator(KAMILA)


@pytest.fixture
def elena(new_operator: NewOperator) -> Operator:
    """The administrator."""
    return new_operator(ELENA)


@pytest.fixture
def visitor(new_visitor: NewVisitor) -> Visitor:
    return new_visitor()


@pytest.fixture
def operator(new_operator: NewOperator) -> Operator:
    return new_operator()


@pytest.fixture
def dialogue(visitor: Visitor, operator: Operator) -> tuple[Visitor, Operator]:
    """The visitor has asked, the operator has accepted and looks at it."""
    visitor.says("Не приходит счёт")
    operator.accepts(visitor)
    return visitor, operator


@pytest.fixture
def own_browser(
    playwright: Playwright, tmp_path: Path, support: LiveServer
) -> Iterator[OwnBrowser]:
    browser = OwnBrowser(playwright, tmp_path / "profile", support.base_url, ARGUMENTS)
    yield browser
    browser.kill()


HAS_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[HAS_FAILED] = report.failed
    if report.failed:
        report.sections.append(("What each person saw", str(_evidence_of(item.nodeid))))
    return report


def _evidence_of(test: str) -> Path:
    return FAILURES / re.sub(r"[^\w.-]+", "-", test.rpartition("/")[2])[:120]


def _keep_evidence(test: str, contexts: list[BrowserContext], log: str) -> None:
    """What each person saw when the test failed, as pictures in var/test-failures/."""
    folder = _evidence_of(test)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pages = [page for context in contexts for page in context.pages]
    for number, page in enumerate(pages, start=1):
        page.screenshot(path=folder / f"page-{number}.png")
    (folder / "server.log").write_text(log)
