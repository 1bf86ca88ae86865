"""The real server takes large files in pieces; killed, it loses nothing and leaves nothing."""

import json
import threading
from base64 import b64encode
from contextlib import suppress
from http.client import HTTPException

import pytest

from tests.server import LiveServer
from tests.weight import MEGABYTE, at_once, connect, log_of, upload, weightless

PLACE = "/widget/demo/uploads/"
PIECE = 6 * MEGABYTE
BIG = log_of(18 * MEGABYTE)

# What lies on the disk and what the tables say of it, after all sweeps, two hours later.
COMPARE = """
import json
from datetime import timedelta
from pathlib import Path
from django.conf import settings
from django.utils import timezone
from chat.files.sweeps import remove_parts, remove_strays, remove_unfinished
from chat.models import Attachment, PartialUpload
for sweep in (remove_parts, remove_strays, remove_unfinished):
    sweep(at=timezone.now() + timedelta(hours=2))
root = Path(settings.MEDIA_ROOT)
ours = ("attachments", "previews", "parts", "incoming")
files = [path for folder in ours for path in (root / folder).rglob("*") if path.is_file()]
there = {str(path.relative_to(root)): path.stat().st_size for path in files}
rows = {file.file.name: file.size for file in Attachment.objects.all()}
parts = ["parts/" + part.public_id.hex for part in PartialUpload.objects.all()]
sizes = {name: size for name, size in there.items() if not name.startswith("parts/")}
print(json.dumps([sizes == rows, sorted(set(there) - set(rows)) == sorted(parts), len(rows)]))
"""


@pytest.fixture(scope="module")
def bearer(support_server: LiveServer) -> dict[str, str]:
    return {"Authorization": f"Bearer {support_server.widget_token('client1')}"}


def says(support, method, address, headers, content=None):
    connection = connect(support)
    connection.request(method, address, content, {"Tus-Resumable": "1.0.0", **headers})
    answer = connection.getresponse()
    return answer, answer.read()


def begin(support, bearer, size):
    name = {"Upload-Metadata": f"filename {b64encode(b'a.log').decode()}"}
    answer, _body = says(support, "POST", PLACE, bearer | name | {"Upload-Length": str(size)})
    assert answer.status == 201
    return answer.headers["Location"]


def bring(support, bearer, address, offset, piece):
    told = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    answer, _body = says(support, "PATCH", address, bearer | told, piece)
    return answer.status


def offset_at(support, bearer, address):
    answer, _body = says(support, "HEAD", address, bearer)
    return int(answer.headers["Upload-Offset"])


def bring_all(support, bearer, address):
    while (offset := offset_at(support, bearer, address)) < len(BIG):
        assert bring(support, bearer, address, offset, BIG[offset : offset + PIECE]) == 204


def test_pieces_at_once_weigh_nothing(support, bearer):
    with weightless(support):
        at_once(4, lambda: bring_all(support, bearer, begin(support, bearer, len(BIG))))


def test_a_piece_of_nobody_and_one_too_large_are_refused_by_their_header(support, bearer):
    address = begin(support, bearer, len(BIG))
    with weightless(support):
        assert bring(support, {}, address, 0, BIG[:PIECE]) == 401
        assert bring(support, bearer, address, 0, BIG[: 9 * MEGABYTE]) == 413
    assert offset_at(support, bearer, address) == 0


def test_a_server_that_is_killed_goes_on_where_it_was_and_leaves_nothing_else(support, bearer):
    addresses = [begin(support, bearer, len(BIG)) for _number in range(3)]
    for address in addresses:
        assert bring(support, bearer, address, 0, BIG[:PIECE]) == 204

    def go_on(number):
        with suppress(OSError, HTTPException):  # the server goes in the middle of it
            while True:
                upload(support, BIG, bearer)
                bring_all(support, bearer, addresses[number])

    going = [threading.Thread(target=go_on, args=[number]) for number in range(3)]
    for thread in going:
        thread.start()
    assert going[0].is_alive()
    support.kill()
    for thread in going:
        thread.join()
    support.start()
    for address in addresses:
        assert offset_at(support, bearer, address) >= PIECE
        bring_all(support, bearer, address)
    agreed, nothing_else, count = json.loads(support.manage("shell", "-v0", "-c", COMPARE))
    assert (agreed, nothing_else) == (True, True)
    assert count >= len(addresses)
