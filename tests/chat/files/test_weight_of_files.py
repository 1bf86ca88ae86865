"""The real server's memory does not grow with the files that pass through it."""

import json
import resource
import select
import socket
import time
from pathlib import Path

import pytest

from chat.files.budgets import UPLOADS_AT_ONCE
from tests.server import LiveServer
from tests.weight import (
    MEGABYTE,
    PATIENCE,
    at_once,
    connect,
    download,
    log_of,
    upload,
    upload_over,
    wait_for,
    weightless,
)

BIG = log_of(18 * MEGABYTE)  # nearly all that a visitor may send
READING_SECONDS = 3

SEND = """
import uuid
from django.utils import timezone
from chat.actions.messages import post_visitor_message
from chat.models import Attachment
from chat.files.signatures import sign_file
file = Attachment.objects.get(public_id="{}")
post_visitor_message(
    file.visitor_id, client_id=uuid.uuid4(), text="", files=[file.public_id], at=timezone.now()
)
print(sign_file(file))
"""


@pytest.fixture(scope="module")
def bearer(support_server: LiveServer) -> dict[str, str]:
    return {"Authorization": f"Bearer {support_server.widget_token('client1')}"}


def test_big_uploads_at_once(support, bearer):
    with weightless(support):
        answers = at_once(8, lambda: upload(support, BIG, bearer))
    assert [status for status, _body in answers] == [201] * 8


@pytest.mark.once
@pytest.mark.parametrize("path", ["/widget/demo/files/", "/chat/files/", "/profile/photo/"])
def test_uploads_of_nobody_are_told_so_and_not_kept(support, path):
    stranger = {"Authorization": "Bearer a.b.c", "Cookie": "sessionid=nobody"}
    with weightless(support):
        answers = at_once(8, lambda: upload(support, BIG, stranger, path))
    assert [(status, "detail" in json.loads(body)) for status, body in answers] == [(401, True)] * 8


@pytest.mark.once
@pytest.mark.parametrize("path", ["/login/", "/widget/demo/files/", "/nowhere/"])
def test_what_is_too_large_for_its_address_is_told_so(support, bearer, path):
    size = 60 if "files" in path else 1
    with weightless(support):
        status, body = upload(support, log_of(size * MEGABYTE), bearer, path)
    assert (status, "МБ" in json.loads(body)["detail"]) == (413, "files" in path)


@pytest.mark.once
def test_one_who_says_no_length_is_counted_all_the_same(support, bearer):
    pieces = b"100000\r\n" + bytes(1024 * 1024) + b"\r\n"
    headers = "".join(f"{name}: {value}\r\n" for name, value in bearer.items())
    with weightless(support), socket.create_connection(("127.0.0.1", support.port)) as wire:
        start = f"POST /login/ HTTP/1.1\r\nHost: 127.0.0.1:{support.port}\r\n{headers}"
        wire.sendall(f"{start}Transfer-Encoding: chunked\r\n\r\n".encode() + pieces)
        assert wire.recv(100).startswith(b"HTTP/1.1 413 ")


def test_downloads_that_are_read_slowly(support, bearer):
    """More of them than there are connections to the database, which others still get."""
    link = sent(support, BIG, bearer)
    request = f"GET {link} HTTP/1.1\r\nHost: 127.0.0.1:{support.port}\r\n\r\n".encode()
    with weightless(support):
        readers = [slow_reader(support.port) for _number in range(20)]
        for reader in readers:
            reader.sendall(request)
        deadline = time.monotonic() + READING_SECONDS
        while time.monotonic() < deadline:
            assert all(reader.recv(4096) for reader in readers)
            time.sleep(0.05)
        assert support.is_ready()
        for reader in readers:
            reader.close()


def slow_reader(port: int) -> socket.socket:
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.connect(("127.0.0.1", port))
    return reader


def test_a_download_comes_whole_and_as_it_was(support, bearer):
    link = sent(support, BIG, bearer)
    status, content = download(support, link)
    assert status == 200
    assert content == BIG


@pytest.mark.once
def test_one_connection_carries_uploads_one_after_another(support, bearer):
    connection = connect(support)
    answers = [upload_over(connection, log_of(size), bearer) for size in (10, 200_000, 10)]
    assert [status for status, _body in answers] == [201] * 3


def test_a_full_disk_is_told_and_leaves_room_for_what_still_fits(support, bearer):
    """The server's files may not grow beyond 15 MB: what a full disk does, on any machine."""
    before = files_of(support)
    _soft, hard = resource.prlimit(support.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(support.process.pid, resource.RLIMIT_FSIZE, (15 * MEGABYTE, hard))
    refused, _body = upload(support, BIG, bearer)
    accepted, _body = upload(support, b"text", bearer)
    resource.prlimit(support.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
    assert (refused, accepted) == (507, 201)
    assert len(files_of(support) - before) == 1


def files_of(support: LiveServer) -> set[Path]:
    return {path for path in (support.data_dir / "media").rglob("*") if path.is_file()}


def test_so_many_uploads_of_one_person_at_once_and_no_more(support, bearer):
    """Each begun one counts: it lies on the disk as far as it came.

    They are judged side by side, so any of them may be the one too many.
    """
    begun = [begin_upload(support, bearer) for _number in range(UPLOADS_AT_ONCE + 1)]
    answered, _writable, _broken = select.select(begun, [], [], PATIENCE)
    assert [wire.recv(12) for wire in answered] == [b"HTTP/1.1 429"]
    for wire in begun:
        wire.close()
    wait_for(lambda: upload(support, b"text", bearer)[0] == 201)


def begin_upload(support: LiveServer, headers: dict[str, str]) -> socket.socket:
    wire = socket.create_connection(("127.0.0.1", support.port))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    start = f"POST /widget/demo/files/ HTTP/1.1\r\nHost: 127.0.0.1:{support.port}\r\n{lines}"
    wire.sendall(f"{start}Content-Length: 1000\r\n\r\n".encode())
    return wire


def sent(support: LiveServer, content: bytes, headers: dict[str, str]) -> str:
    """The link to a file that went out with a message."""
    _status, body = upload(support, content, headers)
    return support.manage("shell", "-v0", "-c", SEND.format(json.loads(body)["id"])).strip()
