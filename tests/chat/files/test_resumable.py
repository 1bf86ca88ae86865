"""A large file comes in pieces, and goes on where it stopped: tus 1.0."""

import fcntl
import io
from base64 import b64encode
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.utils import timezone

from chat.files.budgets import MEGABYTE, UPLOADS_AT_ONCE, Budget
from chat.files.checks import clean_name
from chat.files.parts import KEPT_FOR, append_piece, begin_part, path_of
from chat.files.refusals import BadFile
from chat.files.sweeps import remove_parts
from chat.files.uploads import PIECE_SIZE, Taken, admit_upload, upload_at
from chat.models import Attachment, PartialUpload
from tests.cast import browser_of, token, writes
from tests.chat.files.test_files import room_for
from tests.crowd import at_once
from tests.naughty_files import REFUSED

VISITORS = "/widget/demo/uploads/"
STAFF_S = "/chat/uploads/"


class Client:
    """What a client of the protocol says, of a visitor or of staff."""

    def __init__(self, visitor=None, account=None):
        self.browser = browser_of(account)
        self.place = STAFF_S if account else VISITORS
        self.bearer = {"Authorization": f"Bearer {token(visitor)}"} if visitor else {}

    def begins(self, name, size, **other):
        told = {
            "Upload-Length": str(size),
            "Upload-Metadata": f"filename {b64encode(name.encode()).decode()}",
        }
        return self._says("POST", self.place, told | other)

    def brings(self, address, offset, content, **other):
        told = {"Upload-Offset": str(offset)} | other
        return self._says("PATCH", address, told, content)

    def asks(self, address):
        return self._says("HEAD", address, {})

    def gives_up(self, address):
        return self._says("DELETE", address, {})

    def _says(self, method, address, told, content=b""):
        return self.browser.generic(
            method,
            address,
            content,
            content_type="application/offset+octet-stream" if content else "",
            headers={"Tus-Resumable": "1.0.0", **self.bearer, **told},
        )


@pytest.fixture
def tab(marina):
    return Client(marina)


LOG = b"".join(b"line %06d\n" % number for number in range(1000))


def test_a_file_comes_in_pieces_and_is_sent(tab, marina, disk):
    begun = tab.begins("журнал.log", len(LOG))
    assert begun.status_code == 201
    assert begun["Upload-Expires"]
    address = begun["Location"]
    half = tab.brings(address, 0, LOG[:5000])
    assert (half.status_code, half["Upload-Offset"]) == (204, "5000")
    assert tab.asks(address)["Upload-Offset"] == "5000"
    assert tab.brings(address, 5000, LOG[5000:])["Upload-Offset"] == str(len(LOG))
    stored = Attachment.objects.get()
    assert (stored.name, stored.content_type, stored.size) == ("журнал.log", "text/plain", len(LOG))
    assert Path(stored.file.path).read_bytes() == LOG
    assert str(stored.public_id) == address.split("/")[-2]
    assert disk.agrees()
    writes(marina, "вот", files=[stored.public_id])


def test_staff_send_so_too_and_each_has_their_limit(ilya, marina, disk):
    for client, limit in ((Client(account=ilya), 100), (Client(marina), 20)):
        assert client.begins("a.log", limit * MEGABYTE).status_code == 201
        refused = client.begins("a.log", limit * MEGABYTE + 1)
        assert refused.status_code == 413
        assert f"больше {limit} МБ" in refused.json()["detail"]
    assert disk.agrees()


def test_one_who_did_not_hear_that_it_is_whole_asks_and_is_told(tab):
    address = tab.begins("a.log", len(LOG))["Location"]
    tab.brings(address, 0, LOG)
    asked = tab.asks(address)
    assert (asked["Upload-Offset"], asked["Upload-Length"]) == (str(len(LOG)),) * 2
    assert tab.brings(address, len(LOG), b"x").status_code == 409


def test_a_server_that_was_killed_before_the_end_asks_for_the_last_byte_again(tab, disk):
    """All bytes are here, and nobody made an upload of them."""
    address = tab.begins("a.log", len(LOG))["Location"]
    path_of(PartialUpload.objects.get()).write_bytes(LOG)
    asked = int(tab.asks(address)["Upload-Offset"])
    assert asked == len(LOG) - 1
    assert tab.brings(address, asked, LOG[asked:]).status_code == 204
    assert Path(Attachment.objects.get().file.path).read_bytes() == LOG
    assert disk.agrees()


def test_what_came_of_a_broken_piece_stays(tab):
    """A server killed in the middle of writing."""
    address = tab.begins("a.log", len(LOG))["Location"]
    path_of(PartialUpload.objects.get()).write_bytes(LOG[:77])
    assert tab.asks(address)["Upload-Offset"] == "77"
    assert tab.brings(address, 77, LOG[77:]).status_code == 204
    assert Path(Attachment.objects.get().file.path).read_bytes() == LOG


@pytest.mark.parametrize("offset", [1, 4999, 5001, len(LOG)])
def test_a_piece_that_does_not_follow_is_refused(tab, offset):
    address = tab.begins("a.log", len(LOG))["Location"]
    tab.brings(address, 0, LOG[:5000])
    assert tab.brings(address, offset, b"x").status_code == 409
    assert tab.asks(address)["Upload-Offset"] == "5000"


def test_more_than_was_said_is_refused_and_what_was_there_stays(tab, disk):
    content = b"x" * 200_000
    address = tab.begins("a.log", len(content))["Location"]
    tab.brings(address, 0, content[:5])
    refused = tab.brings(address, 5, content)
    assert (refused.status_code, "длиннее" in refused.json()["detail"]) == (413, True)
    assert tab.asks(address)["Upload-Offset"] == "5"
    assert tab.brings(address, 5, content[5:]).status_code == 204
    assert disk.agrees()


def test_a_full_disk_is_told_and_what_was_there_stays(tab, disk):
    content = b"x" * 300_000
    address = tab.begins("a.log", len(content))["Location"]
    tab.brings(address, 0, content[:5])
    with room_for(100_000):
        assert tab.brings(address, 5, content[5:]).status_code == 507
    assert tab.asks(address)["Upload-Offset"] == "5"
    assert tab.brings(address, 5, content[5:]).status_code == 204
    assert disk.agrees()


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"Upload-Length": ""}, 400),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "1e9"}, 400),
        ({"Upload-Length": "9" * 400}, 400),
        ({"Upload-Length": "1073741824"}, 413),
        ({"Upload-Metadata": "filename *"}, 400),
        ({"Upload-Metadata": "filename gICA"}, 400),
        ({"Tus-Resumable": "0.2"}, 412),
        ({"Authorization": "Bearer a.b.c"}, 401),
    ],
)
def test_what_cannot_begin_is_refused_with_words(tab, disk, told, status):
    refused = tab.begins("a.log", 10, **told)
    assert (refused.status_code, bool(refused.json()["detail"])) == (status, True)
    assert refused["Tus-Resumable"] == "1.0.0"
    assert (disk.files, disk.rows) == (set(), set())


@pytest.mark.parametrize("told", [{"Upload-Offset": "x"}, {"Upload-Offset": "-1"}])
def test_a_piece_of_nowhere_is_refused(tab, told):
    address = tab.begins("a.log", 10)["Location"]
    assert tab.brings(address, 0, b"x", **told).status_code == 400


def test_a_form_is_no_piece(tab):
    address = tab.begins("a.log", 10)["Location"]
    told = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", **tab.bearer}
    form = tab.browser.patch(address, b"x", content_type="text/plain", headers=told)
    assert form.status_code == 415


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_file_to_have_is_refused_and_nothing_stays(tab, disk, name):
    called, content, status = REFUSED[name]
    answer = tab.begins(called, len(content))
    if answer.status_code == 201:
        answer = tab.brings(answer["Location"], 0, content)
    assert (answer.status_code, bool(answer.json()["detail"])) == (status, True)
    assert (disk.files, disk.rows) == (set(), set())


@pytest.mark.parametrize("name", ["a" * 300 + ".log", "../../etc/passwd", "счёт\u202egpj.txt", ""])
def test_of_its_name_the_harmless_part_is_kept(tab, name):
    tab.brings(tab.begins(name, 4)["Location"], 0, b"text")
    assert Attachment.objects.get().name == clean_name(name)


def test_another_s_is_not_there(tab, sergey, ilya, disk):
    address = tab.begins("a.log", 10)["Location"]
    tab.brings(address, 0, b"01234")
    for stranger in (Client(sergey), Client(account=ilya)):
        theirs = address.replace(VISITORS, stranger.place)
        assert stranger.asks(theirs).status_code == 404
        assert stranger.brings(theirs, 5, b"56789").status_code == 404
        assert stranger.gives_up(theirs).status_code == 404
    assert tab.asks(address)["Upload-Offset"] == "5"
    assert disk.agrees()


def test_a_token_that_ends_in_the_middle_is_told_and_a_new_one_goes_on(tab, marina, disk):
    address = tab.begins("a.log", 10)["Location"]
    tab.brings(address, 0, b"01234")
    stale = Client(marina)
    stale.bearer = {
        "Authorization": f"Bearer {token(marina, at=timezone.now() - timedelta(days=1))}"
    }
    assert stale.brings(address, 5, b"56789").status_code == 401
    assert tab.brings(address, 5, b"56789").status_code == 204
    assert disk.agrees()


def test_nobody_signed_in_is_told_so(db):
    assert Client(account=None)._says("POST", STAFF_S, {"Upload-Length": "10"}).status_code == 401


def test_what_is_given_up_is_gone_begun_or_whole(tab, disk):
    begun, whole = (tab.begins("a.log", 10)["Location"] for _number in range(2))
    tab.brings(begun, 0, b"01234")
    tab.brings(whole, 0, b"0123456789")
    assert [tab.gives_up(address).status_code for address in (begun, whole)] == [204, 204]
    assert [tab.asks(address).status_code for address in (begun, whole)] == [404, 404]
    assert (disk.files, disk.rows) == (set(), set())


def test_what_was_sent_is_not_given_up(tab, marina, disk):
    address = tab.begins("a.log", 10)["Location"]
    tab.brings(address, 0, b"0123456789")
    writes(marina, "вот", files=[Attachment.objects.get().public_id])
    assert tab.gives_up(address).status_code == 404
    assert disk.agrees()


def test_of_too_many_begun_ones_the_oldest_goes(tab, disk):
    begun = [tab.begins("a.log", 10)["Location"] for _number in range(UPLOADS_AT_ONCE + 1)]
    assert [tab.asks(address).status_code for address in begun[:2]] == [404, 200]
    assert disk.agrees()


def test_it_is_counted_in_the_budget_of_an_hour(tab, monkeypatch):
    monkeypatch.setattr("chat.files.storage.VISITOR_FILES", Budget(1, MEGABYTE))
    tab.brings(tab.begins("a.log", 4)["Location"], 0, b"text")
    assert tab.begins("a.log", 4).status_code == 429


def test_what_did_not_go_on_is_swept_after_a_day(tab, disk):
    address = tab.begins("a.log", 10)["Location"]
    part = PartialUpload.objects.get()
    assert remove_parts(at=part.touched_at + KEPT_FOR) == 0
    assert tab.asks(address).status_code == 200
    assert remove_parts(at=part.touched_at + KEPT_FOR + timedelta(seconds=1)) == 1
    assert tab.asks(address).status_code == 404
    assert (disk.files, disk.rows) == (set(), set())


def test_a_piece_of_nobody_is_swept_after_an_hour(disk, db):
    stray = disk.root / "parts" / ("0" * 32)
    stray.parent.mkdir()
    stray.write_bytes(b"x")
    assert remove_parts(at=timezone.now()) == 0
    assert remove_parts(at=timezone.now() + timedelta(hours=1, seconds=9)) == 1
    assert disk.files == set()


def test_a_client_may_ask_what_there_is(db):
    told = browser_of().options(VISITORS)
    assert told.status_code == 204
    assert told["Tus-Extension"] == "creation,expiration,termination"
    assert told["Tus-Max-Size"] == str(100 * MEGABYTE)


def test_while_one_request_brings_a_piece_another_is_told_to_wait(tab):
    address = tab.begins("a.log", 10)["Location"]
    with path_of(PartialUpload.objects.get()).open("r+b") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert tab.brings(address, 0, b"01234").status_code == 423
    assert tab.brings(address, 0, b"01234").status_code == 204


@pytest.mark.django_db(transaction=True)
def test_of_two_that_bring_the_same_one_is_told_to_wait(marina, disk):
    part = begin_part("a.log", len(LOG), at=timezone.now(), visitor=marina)
    acts = [
        partial(append_piece, part, 0, io.BytesIO(LOG), at=timezone.now()) for _number in range(4)
    ]
    outcomes = at_once(acts)
    assert [type(one) for one in outcomes].count(Attachment) == 1
    refused = [one for one in outcomes if not isinstance(one, Attachment)]
    assert {one.status for one in refused if isinstance(one, BadFile)} <= {404, 409, 423}
    assert len(refused) == 3
    assert Path(Attachment.objects.get().file.path).read_bytes() == LOG
    assert disk.agrees()


# Before the body


def bearer_of(visitor):
    return [(b"authorization", f"Bearer {token(visitor)}".encode())]


def test_a_piece_is_admitted_by_whose_it_is_and_not_against_the_budget(tab, marina, monkeypatch):
    tab.brings(tab.begins("a.log", 4)["Location"], 0, b"text")
    monkeypatch.setattr("chat.files.storage.VISITOR_FILES", Budget(1, MEGABYTE))
    address = f"{VISITORS}6f2b5c1e-3f5e-4a29-8f0e-2d8f0f5b0a11/"
    taken = upload_at(address)
    assert isinstance(taken, Taken)
    assert taken.limit == PIECE_SIZE
    admitted = admit_upload(taken, bearer_of(marina), PIECE_SIZE, at=timezone.now())
    assert admitted == f"visitor.{marina.pk}"
    with pytest.raises(BadFile) as refused:
        admit_upload(taken, [], PIECE_SIZE, at=timezone.now())
    assert refused.value.status == 401


def test_a_gigabyte_is_refused_by_its_header(marina):
    taken = upload_at("/widget/demo/files/")
    assert taken is not None
    with pytest.raises(BadFile, match="больше 20 МБ") as refused:
        admit_upload(taken, bearer_of(marina), 1024 * MEGABYTE, at=timezone.now())
    assert refused.value.status == 413
    assert configured.VISITOR_FILE_SIZE == 20 * MEGABYTE
