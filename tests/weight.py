"""What the real server weighs, and files sent to it as a browser sends them."""

import http.client
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from tests.server import LiveServer

T = TypeVar("T")

MEGABYTE = 1024 * 1024
# What one person's uploads and downloads may weigh beside the conversations of the others.
ALLOWED = 64 * MEGABYTE
PATIENCE = 60  # seconds


@contextmanager
def weightless(server: LiveServer) -> Iterator[None]:
    """What happens inside weighs no more than is allowed, and nothing of it stays."""
    assert server.process is not None
    folder = Path("/proc", str(server.process.pid))
    (folder / "clear_refs").write_text("5")  # the peak is counted from here
    before = _memory(folder, "VmRSS")
    yield
    assert _memory(folder, "VmHWM") - before < ALLOWED
    wait_for(lambda: _memory(folder, "VmRSS") - before < ALLOWED / 4)


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def _memory(folder: Path, name: str) -> int:
    (line,) = [line for line in (folder / "status").open() if line.startswith(name)]
    return int(line.split()[1]) * 1024


def log_of(size: int) -> bytes:
    line = b"2026-11-25 12:00:00 INFO nothing happened, as usual\n"
    return (line * (size // len(line) + 1))[:size]


def upload(
    server: LiveServer, content: bytes, headers: dict[str, str], path: str = "/widget/demo/files/"
) -> tuple[int, bytes]:
    return upload_over(connect(server), content, headers, path)


def connect(server: LiveServer) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)


def upload_over(
    connection: http.client.HTTPConnection,
    content: bytes,
    headers: dict[str, str],
    path: str = "/widget/demo/files/",
) -> tuple[int, bytes]:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.log"\r\n\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=b", **headers}
    connection.request("POST", path, head + content + b"\r\n--b--\r\n", headers)
    answer = connection.getresponse()
    return answer.status, answer.read()


def at_once(count: int, act: Callable[[], T]) -> list[T]:
    with ThreadPoolExecutor(count) as threads:
        return [future.result() for future in [threads.submit(act) for _number in range(count)]]


def download(server: LiveServer, link: str) -> tuple[int, bytes]:
    connection = connect(server)
    connection.request("GET", link)
    answer = connection.getresponse()
    return answer.status, answer.read()
