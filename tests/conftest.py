"""Fixtures of all tests. Which services they run on is decided outside, by tests/run.sh."""

import gc
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from channels.layers import channel_layers
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings

from chat.sockets import troubles
from tests.emptying import empty_tables
from tests.server import DATABASE_FILE, LiveServer, Prepared, migrated, prepare_once

pytest_plugins = ("tests.cast", "tests.wires")

# How long one example takes says more of the machine than of the code.
settings.register_profile("tests", deadline=None)
settings.load_profile("tests")

TransactionTestCase._fixture_teardown = empty_tables  # type: ignore[attr-defined]

BROWSER_TESTS = Path(__file__).parent / "browser"


# What a test asks for says whether it can go otherwise beside PostgreSQL and Redis.
SERVERS = {"prepared_server", "support_server", "services"}
REAL = {*SERVERS, "transactional_db"}  # threads, commits, sockets, processes
SERVICES = {*REAL, "db", "_django_db_helper"}
# Half a minute each, and by their names they would come last.
LONG = {"test_migrations.py", "test_naughty_forms.py", "test_odd_requests.py"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright's loop would make Django refuse the database to the others.
    What starts servers or is long first: at the end, one worker would be at it while the others
    are done. In a browser, last: one worker makes the installation for all, and another has
    something to do.

    What asks for no service runs once, as does what is marked so. What is about services runs on
    both, whatever its file says; a test itself knows better.
    """

    def place(item: pytest.Item) -> tuple[bool, bool]:
        is_browser = BROWSER_TESTS in item.path.parents
        return is_browser, is_browser == is_long(item)

    items.sort(key=place)
    for item in items:
        if not asks_for(item) & SERVICES:
            item.add_marker("once")
        elif asks_for(item) & REAL and "once" not in {mark.name for mark in item.own_markers}:
            item.add_marker("services")


def is_long(item: pytest.Item) -> bool:
    return bool(asks_for(item) & SERVERS) or item.path.name in LONG


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Thousands of tests are no garbage: whoever collects it would look at all of them each time.
    Afterwards it is collected more rarely than by default, which is meant for small programs.
    """
    gc.disable()
    found = yield
    gc.enable()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    return found


def asks_for(item: pytest.Item) -> set[str]:
    asked = set(getattr(item, "fixturenames", ()))
    case = getattr(item, "cls", None)
    mark = item.get_closest_marker("django_db")
    if mark or (case and issubclass(case, TransactionTestCase)):
        asked.add("db")
    if mark and mark.kwargs.get("transaction"):
        asked.add("transactional_db")
    return asked


@pytest.fixture
def services() -> None:
    """For tests that start servers by themselves: they run on both."""


@pytest.fixture(autouse=True)
def _what_runs_once_uses_no_service(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not asks_for(request.node) & SERVICES:
        for place, name in ((LiveServer, "start"), (channel_layers, "make_backend")):
            monkeypatch.setattr(place, name, _refuse_service)


def _refuse_service(*_args: object) -> None:
    pytest.fail("This test runs beside SQLite alone: let it ask for the fixture `services`.")


@pytest.fixture(scope="session", autouse=True)
def _end_database_threads(request: pytest.FixtureRequest) -> Iterator[None]:
    """Sockets use threads with connections of their own, which would keep the database open."""
    yield
    from chat.streams import close_database_threads

    close_database_threads()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """A copied file is not to be made anew; all of them go with the run's folder."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    made, test = migrated(), connection.settings_dict["TEST"]
    if made.database:
        test["TEMPLATE"] = made.database
    else:
        shutil.copy(made.data_dir / DATABASE_FILE, test["NAME"])


@pytest.fixture(autouse=True)
def _no_troubles_of_another_test() -> Iterator[None]:
    yield
    troubles.forget()


@pytest.fixture(autouse=True)
def _nobody_has_tried_to_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    from operators import attempts

    monkeypatch.setattr(attempts, "sign_ins", attempts.Attempts())


@pytest.fixture(autouse=True)
def _no_window_was_seen_lately(monkeypatch: pytest.MonkeyPatch) -> None:
    from chat.actions import sightings

    monkeypatch.setattr(sightings, "lately", sightings.Lately())


@pytest.fixture(autouse=True)
def _nobody_is_told_anything() -> None:
    """No webhook of another test; one that is added is known at once."""
    from chat.notices import wanted as notices
    from chat.webhooks import wanted

    wanted.know(frozenset(), seconds=3600)
    notices.know(wanted=False, seconds=3600)


@pytest.fixture(scope="session")
def folder_of_all(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of this run, and the same for all its parallel workers."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def prepared_server(folder_of_all: Path) -> Prepared:
    """With static files and demo data, for others to be copied from."""
    return prepare_once(folder_of_all / "prepared", lambda _server: None)


@pytest.fixture(scope="module")
def live_server_factory(
    prepared_server: Prepared, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., LiveServer]]:
    """Call it for one more running installation; keywords become its environment."""
    with ExitStack() as servers:

        def start(**environment: str) -> LiveServer:
            folder = tmp_path_factory.mktemp("server")
            return servers.enter_context(
                LiveServer(folder, prepared=prepared_server, environment=environment)
            )

        yield start


@pytest.fixture(scope="module")
def support_server(live_server_factory: Callable[..., LiveServer]) -> LiveServer:
    return live_server_factory()


@pytest.fixture
def support(support_server: LiveServer) -> Iterator[LiveServer]:
    """The running product with its demo data, one for each file of tests.

    A test during which the server reports an unforeseen error fails.
    """
    before = len(support_server.tracebacks)
    yield support_server
    if new := support_server.tracebacks[before:]:
        pytest.fail("The server reported:\n" + "\n".join(new), pytrace=False)
