"""What the log says of refusals, which anybody can cause as often as they like."""

import logging
import re
import socket
import sys
from contextlib import suppress

import pytest
from django.test import RequestFactory
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from sphaera_support.logs import LONGEST, BoundedLines

WORD = b"SECRET-9000"
ODD = "ТАЙНА-SECRET-9000".encode()  # no ASCII
FORM = b"Content-Type: application/x-www-form-urlencoded"
REFUSED = {
    "an address of 9,000 characters": (b"GET /" + WORD * 820,),
    "a query": (b"GET /nowhere/?token=" + WORD,),
    "a line break in an address": (
        b"GET /%0aTraceback%20(most%20recent%20call%20last):%0a" + WORD,
    ),
    "a host": (b"GET / ", b"Host: " + ODD),
    "two hosts": (b"GET / ", b"Host: localhost", b"Host: secret-9000"),
    "a foreign host": (b"GET / ", b"Host: secret-9000.example.org"),
    "no proof": (b"POST /login/?next=" + WORD, FORM),
    "a foreign origin": (b"POST /login/", b"Origin: http://secret-9000"),
    "a bearer": (b"GET /widget/demo/window/", b"Authorization: Bearer " + WORD),
    "no frame": (b"GET /widget/demo/?" + WORD,),
    "a character set": (b"GET /login/?next=%41" + WORD, b"Content-Type: a/b; charset=hex"),
    "a character set of NUL": (b"GET /login/", b"Content-Type: a/b; charset*=utf-8''%00"),
    "a cookie": (b"GET /chat/", b'Cookie: sessionid="' + ODD + b'\\000"'),
    "a method": (b"SECRET-9000 /nowhere/",),
    "a root path": (b"GET /login/", b"Daphne-Root-Path: " + ODD),
    "a length": (b"POST /login/", b"Content-Length: 99999999"),
    "no length": (b"POST /login/", b"Content-Length: secret-9000"),
    "an encoding": (b"POST /login/", b"Transfer-Encoding: " + ODD),
    "no HTTP": (ODD,),
    "an address of no ASCII": (b"GET /" + ODD,),
}
UPGRADE = (
    *(b"Upgrade: websocket", b"Connection: Upgrade", b"Sec-WebSocket-Version: 13"),
    b"Sec-WebSocket-Key: c2VjcmV0LXNlY3JldC05MA==",
)
REFUSED_SOCKETS = {
    "nowhere": (b"GET /ws/" + WORD,),
    "an origin": (b"GET /ws/operator/", b"Origin: http://secret-9000"),
    "a protocol": (b"GET /ws/visitor/demo/", b"Sec-WebSocket-Protocol: " + ODD),
    "an extension": (b"GET /ws/visitor/demo/", b"Sec-WebSocket-Extensions: " + ODD),
    "a version": (b"GET /ws/visitor/demo/", b"Sec-WebSocket-Version: 99"),
    "a cookie": (b"GET /ws/operator/", b'Cookie: sessionid="' + ODD + b'\\000"'),
}


def send(port: int, line: bytes, *headers: bytes) -> int:
    """The request as it stands here; returns the status, 0 if the connection just ends."""
    if not any(header.lower().startswith(b"host:") for header in headers):
        headers = (b"Host: 127.0.0.1:%d" % port, *headers)
    lines = (line.rstrip() + b" HTTP/1.1", *headers, b"Connection: close")
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(b"\r\n".join(lines) + b"\r\n\r\n")
        with suppress(ConnectionResetError):
            answer = connection.recv(12)
            return int(answer[9:] or 0)
    return 0


def is_quiet(log: str) -> bool:
    """Short lines, no traceback, and nothing of what was sent."""
    longest = max(map(len, log.splitlines()), default=0)
    told = re.search("Traceback|ТАЙНА|SECRET|D0%A2|\\\\xd0|\\\\u04", log, re.IGNORECASE)
    return longest <= LONGEST + 1 and told is None


@pytest.mark.parametrize("case", REFUSED)
def test_a_request_that_is_refused_is_at_most_one_line(support, case):
    before = len(support.log)
    status = send(support.port, *REFUSED[case])
    log = support.log[before:]
    assert status < 500
    assert log.count("\n") <= 1
    assert is_quiet(log), log


@pytest.mark.parametrize("case", REFUSED_SOCKETS)
def test_a_socket_that_is_refused_says_nothing_of_what_was_sent(support, case):
    line, *headers = REFUSED_SOCKETS[case]
    before = len(support.log)
    assert send(support.port, line, *headers, *UPGRADE) < 500
    assert is_quiet(support.log[before:])


@pytest.mark.parametrize(
    "frame", [b"x" * 3_000_000, "SECRET" * 500_000, "SECRET" * 20_000, b"\xff"]
)
def test_a_frame_that_is_refused_says_nothing_of_what_was_sent(support, frame):
    before = len(support.log)
    address = f"ws://127.0.0.1:{support.port}/ws/visitor/demo/"
    with suppress(ConnectionClosed, ConnectionResetError), connect(address) as tab:
        tab.send(frame)
        tab.recv()
    support.is_ready()
    assert is_quiet(support.log[before:])


def test_a_refusal_says_which_address_and_why(support):
    send(support.port, b"POST /login/?next=/chat/")
    assert support.log.endswith("django.security.csrf: 403 CSRF cookie not set: POST /login/\n")


# Lines


@pytest.fixture
def line():
    """The line of a record with these facts."""

    def format_record(message, *arguments, error=None, **facts):
        information = (type(error), error, error.__traceback__) if error else None
        record = logging.LogRecord(
            "django.request", logging.ERROR, __file__, 1, message, arguments, information
        )
        record.__dict__.update(facts)
        return BoundedLines("%(levelname)s %(name)s: %(message)s").format(record)

    return format_record


def raised(message: str) -> BaseException:
    try:
        raise ValueError(message)
    except ValueError:
        error = sys.exc_info()[1]
        assert error
        return error


def test_our_own_error_keeps_its_traceback(line):
    request = RequestFactory().get("/SECRET/?q=SECRET")
    said = line("%s: %s", "no", "/SECRET/", error=raised("бух"), request=request, status_code=500)
    assert said.startswith("ERROR django.request: 500 ValueError: GET\nTraceback (most recent call")
    assert said.endswith("ValueError: бух")
    assert "SECRET" not in said


def test_an_error_outside_of_a_request_is_as_it_was_told(line):
    assert line("%s failed", "Ping", error=raised("бух")).startswith("ERROR django.request: Ping f")


def test_a_refusal_has_no_traceback(line):
    said = line("SECRET", error=raised("SECRET"), request=None, status_code=403)
    assert said == "ERROR django.request: 403 ValueError: another method"


def test_no_line_is_longer_than_a_screen(line):
    lines = line("x" * 9000, error=raised("y" * 9000)).splitlines()
    assert max(map(len, lines)) == LONGEST + 1


def test_a_query_s_values_and_control_characters_are_left_out(line):
    said = line("slow: %r", "<GET /files/7/?s=SECRET&inline=1 HTTP\x1b[31m>")
    assert said == "ERROR django.request: slow: '<GET /files/7/?… HTTP\\x1b[31m>'"
    assert line("\x1b[31m\x00") == "ERROR django.request:  [31m "


def test_what_a_database_tells_of_a_row_is_left_out(line):
    said = line("failed", error=raised('no null\nDETAIL:  (7, SECRET)\nLINE 1: VALUES ("SECRET")'))
    assert said.endswith("no null\nDETAIL: …\nLINE 1: …")
