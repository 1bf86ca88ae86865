"""Each member of a backup is as it was written, and none is missing."""

import hashlib
import io
import tarfile

import pytest

from sphaera_support.moving.container import SUM, NoBackup, Writer, members_of


def written(**files):
    target = io.BytesIO()
    with Writer(target) as writer:
        writer.header({"migrations": [], "tables": {}})
        writer.rows("chat.Visit", ["[1]", "[2]"])
        for name, content in files.items():
            writer.file(name, io.BytesIO(content))
        writer.end()
    return target.getvalue()


def read(data):
    found = {}
    for member in members_of(io.BytesIO(data)):
        target = io.BytesIO()
        member.save(target)
        found[member.name] = target.getvalue()
    return found


def test_members_come_back_in_order():
    found = read(written(a=b"1", b=b"2" * 100_000))
    assert list(found) == ["backup.json", "tables/chat.Visit/000001.jsonl.gz", "files/a", "files/b"]
    assert found["files/b"] == b"2" * 100_000


@pytest.mark.parametrize("length", [0, 100, 600, 1500, 5000, -10000])
def test_what_was_cut_off_is_told(length):
    with pytest.raises(NoBackup):
        read(written(a=b"1" * 4000)[:length])


def test_one_changed_byte_is_told():
    data = written(a=b"1" * 4000)
    with pytest.raises(NoBackup, match="not as it was written"):
        read(data.replace(b"1" * 4000, b"1" * 3999 + b"0"))


@pytest.mark.parametrize("data", [b"", b"PK\3\4" + b"x" * 2000, b"SQLite format 3\0" * 100])
def test_something_else_is_told(data):
    with pytest.raises(NoBackup, match=r"no backup of this product"):
        read(data)


@pytest.mark.parametrize(
    "name",
    ["files/../../etc/passwd", "/files/a", "files//etc/passwd", "tables/x/1.jsonl", "files/a/../b"],
)
def test_a_name_that_leads_elsewhere_is_refused(name):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT) as tar:
        for one in ("backup.json", name):
            info = tarfile.TarInfo(one)
            info.pax_headers = {SUM: hashlib.sha256().hexdigest()}
            tar.addfile(info, io.BytesIO())
    with pytest.raises(NoBackup, match="cut off or changed"):
        read(target.getvalue())
