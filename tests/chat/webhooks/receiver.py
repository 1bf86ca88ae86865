"""Stands for another system that is told things: a real server, and what it was told."""

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs


class Told(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body.decode(), keep_blank_values=True)


class Receiver:
    """Answers by path: /500 and the like with that status, /silent never, /drip a byte at a time,
    /long with ten megabytes, /inside by pointing at another address of its own; else 200.
    """

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.is_over = threading.Event()
        self._news = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.hears(Told(self.path, dict(self.headers), body))
                with suppress(OSError):
                    odd = _ODD.get(self.path)
                    odd(self, receiver) if odd else _answer(self, self.path)

            def log_message(self, *_args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def hears(self, told: Told) -> None:
        with self._news:
            self.told.append(told)
            self._news.notify_all()

    def waits_for(self, count: int) -> None:
        with self._news:
            assert self._news.wait_for(lambda: len(self.told) >= count, 20)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.is_over.set()
        self._server.shutdown()
        self._server.server_close()


def _answer(handler: BaseHTTPRequestHandler, path: str) -> None:
    number = path.removeprefix("/")
    handler.send_response(int(number) if number.isdigit() else 200)
    handler.end_headers()
    handler.wfile.write("Принято".encode())


def _be_silent(_handler: BaseHTTPRequestHandler, receiver: Receiver) -> None:
    receiver.is_over.wait(30)


def _drip(handler: BaseHTTPRequestHandler, receiver: Receiver) -> None:
    """Each byte comes well before anybody gives up waiting for one."""
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 10_000:
        if receiver.is_over.is_set():
            return
        handler.wfile.write(bytes([byte]))
        time.sleep(0.02)


def _answer_long(handler: BaseHTTPRequestHandler, _receiver: Receiver) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _megabyte in range(10):
        handler.wfile.write(b"a" * 1024 * 1024)


def _point_inside(handler: BaseHTTPRequestHandler, receiver: Receiver) -> None:
    handler.send_response(302)
    handler.send_header("Location", f"{receiver.url}/secret")
    handler.end_headers()


_ODD: dict[str, Callable[[BaseHTTPRequestHandler, Receiver], None]] = {
    "/silent": _be_silent,
    "/drip": _drip,
    "/long": _answer_long,
    "/inside": _point_inside,
}
