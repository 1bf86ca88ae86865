"""Files as they should not be, sent at once: clear words or the harmless half, and nothing left."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chat.files.storage import discard, store_file
from chat.files.sweeps import remove_orphans, remove_strays, remove_unfinished
from chat.models import Attachment
from tests.cast import browser_of, token, writes
from tests.naughty_files import OF_TWO_KINDS, REFUSED, picture

LATER = timedelta(days=8)


def upload(visitor, name, content):
    bearer = {"Authorization": f"Bearer {token(visitor)}"}
    form = {"file": SimpleUploadedFile(name, content)}
    return browser_of().post("/widget/demo/files/", form, headers=bearer)


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_words_and_nothing_stays(marina, disk, name):
    called, content, status = REFUSED[name]
    answer = upload(marina, called, content)
    assert (answer.status_code, bool(answer.json()["detail"])) == (status, True)
    assert (disk.files, disk.rows) == (set(), set())


@pytest.mark.parametrize("name", OF_TWO_KINDS)
def test_what_is_of_two_kinds_is_only_the_harmless_one(marina, ilya, dialogue, disk, name):
    called, content, kind = OF_TWO_KINDS[name]
    assert upload(marina, called, content).status_code == 201
    stored = Attachment.objects.get()
    assert stored.content_type == kind
    writes(marina, "вот", files=[stored.public_id])
    got = browser_of(ilya).get(stored.get_absolute_url())
    assert (got["Content-Type"], got.getvalue()) == ("application/octet-stream", content)
    assert got["Content-Disposition"].startswith("attachment")
    if stored.preview_size:
        drawn = (disk.root / stored.preview_name).read_bytes()
        assert b"PK\x03\x04" not in drawn
    assert disk.agrees()


def test_every_way_of_an_upload_leaves_disk_and_table_agreed(marina, ilya, dialogue, disk):
    at = timezone.now()
    sent, unsent, given_up = (
        store_file(SimpleUploadedFile("a.png", picture()), at=at, visitor=marina)
        for _number in range(3)
    )
    writes(marina, "вот", files=[sent.public_id])
    assert disk.agrees()
    discard(given_up)
    assert disk.agrees()
    assert remove_orphans(at=at + LATER) == 1
    assert disk.agrees()
    assert {str(sent.file.name), sent.preview_name} == disk.files
    assert not Attachment.objects.filter(pk=unsent.pk).exists()


class Killed(BaseException):
    pass


def test_what_fails_before_its_row_leaves_nothing(marina, disk, monkeypatch):
    def fail(*_given, **_named):
        raise Killed

    monkeypatch.setattr(Attachment, "save", fail)
    with pytest.raises(Killed):
        store_file(SimpleUploadedFile("a.png", picture()), at=timezone.now(), visitor=marina)
    assert (disk.files, disk.rows) == (set(), set())


def test_what_a_killed_server_left_is_swept(marina, disk):
    """Nobody cleans up after it: both files are there, and no row."""
    kept = store_file(SimpleUploadedFile("a.png", picture()), at=timezone.now(), visitor=marina)
    left = store_file(SimpleUploadedFile("b.png", picture()), at=timezone.now(), visitor=marina)
    Attachment.objects.filter(pk=left.pk).delete()
    (disk.root / "incoming" / "half.upload").write_bytes(b"half")
    assert remove_strays(at=timezone.now() + timedelta(hours=1, seconds=9)) == 2
    assert remove_unfinished(at=timezone.now() + timedelta(hours=1, seconds=9)) == 1
    assert disk.agrees()
    assert disk.files == {str(kept.file.name), kept.preview_name}
