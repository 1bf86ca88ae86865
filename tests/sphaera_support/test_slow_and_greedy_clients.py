"""What a client that does not read, or never ends what it sends, costs the real server."""

import asyncio
import base64
import json
import os
import socket
import struct
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.chat.sockets.test_long_histories import LONGEST, MOST_IN_A_FRAME
from tests.faults.signin import sign_in
from tests.server import LiveServer

ANSWERS_WITHIN = 30  # seconds
CUT_WITHIN = 5  # less than the silence for which the server ends any socket
TEXT, CONTINUATION = 1, 0
ENDS = 0x80
PING = json.dumps({"type": "ping", "id": "0d6a1c52-3f0e-4a54-9d5f-0b6e5a0a9f01"}).encode()


class Rude:
    """A client that does as it likes with the bytes of a WebSocket."""

    def __init__(self, server: LiveServer) -> None:
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.settimeout(ANSWERS_WITHIN)
        self.socket.connect(("127.0.0.1", server.port))
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            (
                f"GET /ws/visitor/demo/ HTTP/1.1\r\nHost: {urlsplit(server.base_url).netloc}\r\n"
                f"Upgrade: websocket\r\nConnection: Upgrade\r\nOrigin: {server.base_url}\r\n"
                f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
            ).encode()
        )
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            answer += self.socket.recv(1)
        assert b" 101 " in answer

    def says(self, content: bytes, *, first: int = TEXT | ENDS, length: int | None = None) -> None:
        """One frame; `length` is what its head claims, if not the truth."""
        size = len(content) if length is None else length
        head = (
            struct.pack("!BB", first, 0x80 | size)
            if size < 126
            else struct.pack("!BBH", first, 0x80 | 126, size)
            if size < 65536
            else struct.pack("!BBQ", first, 0x80 | 127, size)
        )
        self.socket.sendall(head + bytes(4) + content)

    def is_cut_off(self) -> bool:
        """Whether the connection has ended, once all that is on its way has been read."""
        self.socket.settimeout(CUT_WITHIN)
        try:
            while self.socket.recv(1 << 20):
                pass
        except TimeoutError:
            return False
        except OSError:
            return True
        return True


@pytest.fixture(scope="module")
def tokens(support_server: LiveServer) -> dict[str, str]:
    """Made before anybody dials: a socket has ten seconds for its hello."""
    return {
        subject: support_server.widget_token(subject) for subject in ("marina", "sergey", "rustam")
    }


@pytest.fixture
def rude(support: LiveServer) -> Iterator[Rude]:
    client = Rude(support)
    yield client
    client.socket.close()


@contextmanager
def enter(
    server: LiveServer, path: str, *, cookie: str = "", **hello: object
) -> Iterator[ClientConnection]:
    with connect(
        f"ws://127.0.0.1:{server.port}{path}",
        origin=Origin(server.base_url),
        additional_headers={"Cookie": cookie} if cookie else {},
        max_size=MOST_IN_A_FRAME,
        open_timeout=ANSWERS_WITHIN,
        proxy=None,
    ) as connection:
        connection.send(json.dumps({"type": "hello", **hello}))
        yield connection


def hears(connection: ClientConnection, kind: str, **fields: object) -> dict[str, Any]:
    wanted = {"type": kind, **fields}.items()
    while not wanted <= (frame := json.loads(connection.recv(ANSWERS_WITHIN))).items():
        pass
    return frame


def writes_at_length(connection: ClientConnection, count: int) -> None:
    for _message in range(count):
        key = str(uuid.uuid4())
        connection.send(json.dumps({"type": "message", "id": key, "text": LONGEST}))
        hears(connection, "ack", id=key)


# Who does not read


def test_who_reads_nothing_is_cut_off_and_the_others_are_not(support, tokens, rude):
    """Alive by its own frames, it is sent seven megabytes and takes none of them."""
    rude.says(json.dumps({"type": "hello", "token": tokens["marina"]}).encode())
    with enter(support, "/ws/visitor/demo/", token=tokens["marina"]) as other:
        hears(other, "welcome")
        for _batch in range(20):
            writes_at_length(other, 10)
            with suppress(OSError):
                rude.says(PING)
        assert rude.is_cut_off()
        other.send(PING.decode())
        assert hears(other, "ack", id=json.loads(PING)["id"])


def test_both_sides_of_a_long_talk_get_in(support, tokens):
    with enter(support, "/ws/visitor/demo/", token=tokens["sergey"]) as tab:
        hears(tab, "welcome")
        writes_at_length(tab, 130)
    with enter(support, "/ws/visitor/demo/", token=tokens["sergey"]) as tab:
        welcome = hears(tab, "welcome")
        assert welcome["messages"]
        conversation = welcome["conversation"]["id"]
        hears(tab, "message", seq=welcome["conversation"]["seq"])
    cookie = asyncio.run(sign_in(support.base_url, "operator1"))
    with enter(support, "/ws/operator/", cookie=cookie, after={conversation: 0}) as zone:
        assert hears(zone, "welcome")["messages"]
        hears(zone, "message", seq=welcome["conversation"]["seq"])


# Who never ends


def test_a_frame_that_says_it_is_too_long_is_not_waited_for(rude):
    rude.says(bytes(1024), length=2 * 1024 * 1024)
    assert rude.is_cut_off()


def test_a_frame_in_pieces_counts_while_it_comes(rude):
    rude.says(b"x" * 8192, first=TEXT)
    with suppress(OSError):
        for _piece in range(9):
            rude.says(b"x" * 8192, first=CONTINUATION)
    assert rude.is_cut_off()


def test_pieces_with_nothing_in_them_count_too(rude):
    rude.says(b"", first=TEXT)
    with suppress(OSError):
        for _piece in range(1000):
            rude.says(b"", first=CONTINUATION)
    assert rude.is_cut_off()


def test_before_the_hello_all_frames_count_together(rude):
    with suppress(OSError):
        for _frame in range(9):
            rude.says(b"x" * 8192)
    assert rude.is_cut_off()


def test_who_is_known_may_send_long_frames_and_is_told_of_too_long_ones(support, tokens):
    with enter(support, "/ws/visitor/demo/", token=tokens["rustam"]) as tab:
        hears(tab, "welcome")
        for _time in range(3):
            tab.send(json.dumps({"type": "message", "text": "а" * 40_000}))
            assert hears(tab, "error")["code"] == "too_large"


def test_who_is_known_is_not_waited_for_without_end(tokens, rude):
    rude.says(json.dumps({"type": "hello", "token": tokens["rustam"]}).encode())
    assert b"welcome" in rude.socket.recv(4096)
    rude.says(bytes(1024), length=300 * 1024)
    assert rude.is_cut_off()
