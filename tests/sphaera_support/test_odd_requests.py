"""NULs, surrogates and the like, wherever a request may carry them: refused or not there."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from asgiref.sync import async_to_sync
from django.contrib.sessions.models import Session

from sphaera_support.asgi import in_utf8
from tests.cast import PASSWORD, browser_of
from tests.sphaera_support.test_access import (
    MATRIX,
    ONLY_GET,
    ONLY_POST,
    addresses,
    as_it_is,
    collected,
    of_each,
)
from tests.test_architecture import SOURCES

__all__ = ["addresses", "collected"]  # fixtures

# Everything that a view of ours looks for in an address or a form, except whose page it is:
# with a wrong one no view is asked.
FIELDS = {"username", "password", "file", "csrfmiddlewaretoken"} | {
    name
    for path in SOURCES
    for name in re.findall(r"(?:GET|POST)\.get(?:list)?\(\s*\"(\w+)\"", path.read_text())
    if name != "page_of"
}
# As the browser may send it, and as the standard library reads it: a quoted value has escapes.
NUL_IN_COOKIE = '"abcdefghijklmnopqrstuvwxyz12345\\000"'
# Those that a database could refuse, and those that only Python reads in ways of its own.
OF_DATABASES = ["\x00", "\ud800", "9" * 5000]
OF_PYTHON = ["7\x00", "\ufffe", "-1", "²", "٣"]
VALUES = OF_DATABASES + OF_PYTHON


def of_all_fields(value: str) -> str:
    said = quote(value.encode("utf-8", "surrogatepass"))
    return "&".join(f"{name}={said}" for name in sorted(FIELDS))


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(OF_DATABASES, id="of databases"),
        pytest.param(OF_PYTHON, id="of Python", marks=pytest.mark.once),
    ],
)
def test_no_value_is_an_error_anywhere(addresses, elena, settings, values):
    """By the methods that an address takes: no view is asked by another."""
    settings.AXES_ENABLED = True  # it writes down what was sent
    browser = browser_of(elena)

    def status(asked):
        name, value, method = asked
        said, twin = of_all_fields(value), as_it_is(browser)
        if method == "get":
            return twin.get(f"{addresses[name]}?{said}").status_code
        form = "application/x-www-form-urlencoded"
        return twin.post(addresses[name], said, content_type=form).status_code

    taken = [(name, "get") for name in MATRIX if name not in ONLY_POST]
    taken += [(name, "post") for name in MATRIX if name not in ONLY_GET]
    asked = [(name, value, method) for name, method in taken for value in values]
    found = of_each(asked, status)
    assert {one: status for one, status in found.items() if status >= 500} == {}


@pytest.mark.parametrize("value", VALUES)
def test_a_page_of_no_account_does_nothing(elena, value):
    said = f"page_of={quote(value.encode('utf-8', 'surrogatepass'))}"
    browser = browser_of(elena)
    answer = browser.post("/logout/", said, content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, browser.get("/help/").status_code) == (403, 200)


def test_a_search_for_nul_finds_what_is_there(addresses, ilya):
    answer = browser_of(ilya).get(f"{addresses['search_chat']}?q=%00%00%00")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "key",
    [
        *(NUL_IN_COOKIE, '"\\355\\240\\200abcdefgh"'),
        *(pytest.param(key, marks=pytest.mark.once) for key in ("x" * 5000, "../../etc")),
    ],
)
def test_a_session_that_cannot_be_is_none(addresses, key):
    cookie = {"Cookie": f"sessionid={key}"}

    def status(name):
        return getattr(browser_of(), MATRIX[name][0])(addresses[name], headers=cookie).status_code

    anonymous = {name: row[1] for name, row in MATRIX.items()}
    assert of_each(MATRIX, status) == anonymous


@pytest.mark.parametrize(
    ("login", "username", "cookie"),
    [("/login/", "ilya", "sessionid"), ("/личный-кабинет/", "marina", "customerid")],
)
def test_one_signs_in_over_a_session_that_cannot_be(ilya, customer, login, username, cookie):
    form = {"username": username, "password": PASSWORD}
    answer = browser_of().post(login, form, headers={"Cookie": f"{cookie}={NUL_IN_COOKIE}"})
    assert answer.status_code == 302
    assert Session.objects.filter(pk=answer.cookies[cookie].value).exists()


def test_a_socket_s_session_that_cannot_be_is_none(wires, site):
    browser = browser_of()
    browser.cookies["sessionid"] = NUL_IN_COOKIE
    tab = wires.open("/ws/operator/", cookies=browser)
    tab.say("hello")
    assert tab.closing() == 4401


@pytest.mark.parametrize(
    ("sent", "heard"),
    [
        (b"text/plain; charset=hex", b"text/plain"),
        (b"text/plain; charset*=utf-8''%00", b"text/plain"),
        (b'text/plain;CHARSET="base64"', b"text/plain"),
        (b"multipart/form-data; charset=undefined; boundary=x", b"multipart/form-data; boundary=x"),
        (b"application/json", b"application/json"),
    ],
)
def test_text_is_utf_8_whatever_it_calls_itself(sent, heard):
    seen: list[tuple[bytes, bytes]] = []

    async def application(scope, _receive, _send):
        seen.extend(scope["headers"])

    unused: Any = None
    scope = {"type": "http", "headers": [(b"content-type", sent), (b"x-charset", b"; charset=x")]}
    async_to_sync(in_utf8(application))(scope, unused, unused)
    assert seen == [(b"content-type", heard), (b"x-charset", b"; charset=x")]
