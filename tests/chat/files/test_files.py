"""Uploads: judged by their bytes, kept under no name of theirs, had by those who may see."""

import gc
import io
import resource
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import connection
from django.utils import timezone
from PIL import Image

from chat.actions.errors import UnknownFile
from chat.files.budgets import MEGABYTE, Budget
from chat.files.checks import clean_name
from chat.files.refusals import BadFile, NoRoom
from chat.files.signatures import is_signed, sign_file
from chat.files.storage import store_file
from chat.files.sweeps import remove_orphans, remove_strays, remove_unfinished
from chat.models import Attachment, Message
from tests.cast import answers, browser_of, token, writes
from tests.crowd import at_once

pytestmark = pytest.mark.once

DAY = 24 * 3600  # seconds
HTML = b"<!doctype html><script>alert(1)</script>"
XML = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


def picture(kind: str = "PNG") -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(target, kind)
    return target.getvalue()


def store(name, content, **owner):
    return store_file(SimpleUploadedFile(name, content), at=timezone.now(), **owner)


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("снимок.png", picture(), "image/png"),
        ("photo.JPG", picture("JPEG"), "image/jpeg"),
        ("photo.jpeg", picture("JPEG"), "image/jpeg"),
        ("move.gif", picture("GIF"), "image/gif"),
        ("new.webp", picture("WEBP"), "image/webp"),
        ("contract.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
        ("logs.zip", b"PK\x03\x04" + bytes(40), "application/zip"),
        ("server.log", "ошибка\n".encode(), "text/plain"),
        ("old.log", "ошибка\n".encode("cp1251"), "text/plain"),
        ("table.csv", b"a;b\n1;2\n", "text/plain"),
        ("settings.json", b"{}", "text/plain"),
        # What the bytes are decides, whatever it is called.
        ("photo.jfif", picture("JPEG"), "image/jpeg"),
        ("photo", picture(), "image/png"),
        ("picture.png.html", picture(), "image/png"),
        ("trace.har", b'{"log": {}}', "text/plain"),
        ("1c.xml", XML, "text/plain"),
        ("dump.sql", b"SELECT 1;\n", "text/plain"),
        ("key.reg", "Windows Registry Editor\r\n".encode("utf-16"), "text/plain"),
        ("ca.pem", b"-----BEGIN CERTIFICATE-----\n", "text/plain"),
        ("server.log.1", b"\x1b[31merror\x1b[0m\n", "text/plain"),
        ("hosts", b"127.0.0.1\tlocalhost\n", "text/plain"),
        ("fix.log", b"8=FIX.4.4\x019=5\x01", "text/plain"),
        ("start.sh", b"#!/bin/sh\n", "text/plain"),
        (".htaccess", b"AddType text/html png", "text/plain"),
        # Text that a browser would show as a page, or that begins as a picture does.
        ("page.html", HTML, "text/plain"),
        ("drawing.svg", b"<svg><script>x</script></svg>", "text/plain"),
        ("page.png", HTML, "text/plain"),
        ("gif.jpg", b"GIF89a/*" + HTML, "text/plain"),
        ("cars.csv", b"BMW;1\n", "text/plain"),
    ],
)
def test_what_support_needs_is_accepted(marina, name, content, content_type):
    stored = store(name, content, visitor=marina)
    assert (stored.content_type, stored.size) == (content_type, len(content))
    assert stored.name == name.lstrip(".")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("evil.js", b"alert(1)"),
        ("evil.JS ", b"alert(1)"),
        ("evil.exe", b"MZ" + bytes(60)),
        ("evil.zip", b"MZ" + bytes(60)),
        ("evil.txt", b"MZ" + bytes(60)),
        ("evil", b"MZ" + bytes(60)),
        ("evil.exe", picture()),
        ("evil.png", b""),
        ("evil.bat", b"del"),
        ("evil.cmd.", b"del"),
        ("evil.ps1", b"del"),
        ("evil.lnk", b"text"),
        ("evil.url", b"[InternetShortcut]"),
        ("evil.msc", XML),
        ("evil.jar", b"PK\x03\x04" + bytes(40)),
        ("evil.apk", b"PK\x03\x04" + bytes(40)),
        ("evil.png.hta", HTML),
        ("gpj.\u202eexe", b"MZ" + bytes(60)),
        ("elf.log", b"\x7fELF" + bytes(60)),
        ("wide.txt", "a\x00b".encode("utf-16")),
        ("wide.txt", b"\xff\xfe\x00\xd8\x00\xd8"),
        ("noise.txt", b"\xd0\x01\x02\xff\x03\xfe"),
    ],
)
def test_what_a_machine_would_run_and_what_nobody_knows_is_refused(marina, name, content):
    with pytest.raises(BadFile) as refusal:
        store(name, content, visitor=marina)
    assert refusal.value.status in (400, 415)
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("..\\..\\boot.txt", "boot.txt"),
        ("/abs/log.txt", "log.txt"),
        ("C:\\temp\\log.txt", "log.txt"),
        ("....//log.txt", "log.txt"),
        ('a"\r\nX-Evil: 1.txt', 'a" X-Evil: 1.txt'),
        ("счёт\u202egpj.txt", "счётgpj.txt"),
        ("a\x00b.txt", "ab.txt"),
        ("", "file"),
        (".", "file"),
        ("..", "file"),
        ("я" * 255 + ".txt", "я" * 120 + ".txt"),
        ("a." + "t" * 100, "a." + "t" * 10),
    ],
)
def test_of_a_name_the_harmless_part_is_kept(name, kept):
    assert clean_name(name) == kept


def test_bytes_come_back_as_they_were(marina, ilya, dialogue):
    stored = store("снимок.png", picture(), visitor=marina)
    writes(marina, "вот", files=[stored.public_id])
    answer = browser_of(ilya).get(stored.get_absolute_url())
    assert answer.getvalue() == picture()


@pytest.mark.parametrize(("kind", "is_shown"), [("PNG", True), ("BMP", True), ("TIFF", False)])
def test_only_a_picture_that_every_browser_shows_is_shown_in_place(
    marina, ilya, dialogue, kind, is_shown
):
    stored = store("снимок", picture(kind), visitor=marina)
    writes(marina, "вот", files=[stored.public_id])
    answer = browser_of(ilya).get(f"{stored.get_absolute_url()}?inline")
    assert answer["Content-Disposition"].startswith("inline") == is_shown
    page = browser_of(ilya).get(f"/chat/{dialogue.public_id}/").content.decode()
    assert ('class="attachment__thumb"' in page) == is_shown


def test_it_is_kept_under_a_name_that_nobody_can_guess(marina, settings):
    stored = store("../../x.txt", b"text", visitor=marina)
    path = Path(stored.file.path)
    assert path.is_relative_to(settings.MEDIA_ROOT)
    assert len(path.name) == 32
    assert path.stat().st_mode & 0o077 == 0


def test_more_than_the_limit_is_refused_with_the_limit(marina, settings):
    settings.VISITOR_FILE_SIZE = 1024 * 1024
    with pytest.raises(BadFile, match="больше 1 МБ") as refusal:
        store("big.txt", b"x" * (1024 * 1024 + 1), visitor=marina)
    assert refusal.value.status == 413


def test_exactly_the_limit_is_accepted(marina, settings):
    settings.VISITOR_FILE_SIZE = 1024
    assert store("big.txt", b"x" * 1024, visitor=marina).size == 1024


# Sending


def test_a_file_goes_out_with_one_message(marina):
    stored = store("a.txt", b"text", visitor=marina)
    writes(marina, "вот", files=[stored.public_id])
    with pytest.raises(UnknownFile):
        writes(marina, "и ещё раз", files=[stored.public_id])


def test_a_message_may_be_a_file_alone(marina):
    stored = store("a.txt", b"text", visitor=marina)
    assert writes(marina, "", files=[stored.public_id]).kind == "file"


def test_another_s_file_cannot_be_sent(marina, sergey, ilya, dialogue):
    for owner in ({"visitor": sergey}, {"account": ilya}):
        theirs = store("a.txt", b"text", **owner)
        with pytest.raises(UnknownFile):
            writes(marina, "вот", files=[theirs.public_id])
    assert dialogue.messages.count() == 2


def test_an_upload_answers_with_what_the_message_needs(marina):
    answer = upload(marina, "снимок.png", picture())
    assert answer.status_code == 201
    assert answer.json() == {
        "id": str(Attachment.objects.get().public_id),
        "name": "снимок.png",
        "size": len(picture()),
    }


def upload(visitor, name, content):
    bearer = {"Authorization": f"Bearer {token(visitor)}"}
    form = {"file": SimpleUploadedFile(name, content)}
    return browser_of().post("/widget/demo/files/", form, headers=bearer)


def test_a_refused_upload_says_why_in_words(marina):
    answer = upload(marina, "evil.bin", bytes(60))
    assert answer.status_code == 415
    assert "«evil.bin». Принимаются картинки, документы" in answer.json()["detail"]


def test_a_name_may_be_as_long_as_it_likes(marina):
    assert upload(marina, "a." + "я" * 240, b"text").status_code == 201


def test_an_operator_uploads_too(ilya):
    form = {"file": SimpleUploadedFile("a.txt", b"text")}
    assert browser_of(ilya).post("/chat/files/", form).status_code == 201
    assert Attachment.objects.get().account == ilya


# Having


@pytest.fixture
def sent(marina, dialogue):
    stored = store("Отчёт «март».txt", b"text", visitor=marina)
    writes(marina, "вот", files=[stored.public_id])
    return stored


def test_it_is_a_download_and_never_a_page(sent, ilya):
    answer = browser_of(ilya).get(sent.get_absolute_url())
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))


@pytest.mark.parametrize(
    ("who", "status"),
    [("ilya", 200), ("darya", 200), ("elena", 200), ("anton", 404), ("kamila", 404), ("zoya", 404)],
)
def test_staff_have_it_who_may_see_the_conversation(sent, request, who, status):
    browser = browser_of(request.getfixturevalue(who))
    assert browser.get(sent.get_absolute_url()).status_code == status


def test_a_visitor_has_it_by_a_signed_link(sent):
    assert browser_of().get(sign_file(sent)).status_code == 200


@pytest.mark.parametrize("signature", ["", "x", "a:b", "\x00", "ы", "a" * 5000])
def test_a_link_that_is_signed_badly_is_none(sent, signature):
    assert browser_of().get(sent.get_absolute_url(), {"s": signature}).status_code == 404


def test_a_signature_is_of_one_file(sent, marina):
    other = store("b.txt", b"text", visitor=marina)
    signature = sign_file(other).partition("?s=")[2]
    assert not is_signed(sent, signature)


def test_a_signed_link_ends_after_a_day(sent, monkeypatch):
    link = sign_file(sent)
    monkeypatch.setattr("chat.files.signatures.VALID", timedelta(seconds=-1))
    assert browser_of().get(link).status_code == 404


def test_a_link_is_good_for_a_day():
    from chat.files.signatures import VALID

    assert timedelta(days=1) == VALID


def renewed(stored, bearer):
    headers = {"Authorization": f"Bearer {token(bearer)}"} if bearer else {}
    return browser_of().get(f"/widget/demo/files/{stored.public_id}/", headers=headers)


def test_a_link_that_has_ended_is_renewed_for_the_bearer(sent, marina, monkeypatch):
    tomorrow = time.time() + DAY + 1
    before = sign_file(sent)
    monkeypatch.setattr("django.core.signing.time", SimpleNamespace(time=lambda: tomorrow))
    assert browser_of().get(before).status_code == 404
    link = renewed(sent, marina).json()["url"]
    assert browser_of().get(link).getvalue() == b"text"


def test_nobody_renews_the_link_of_another_s_file(sent, sergey):
    assert [renewed(sent, who).status_code for who in (sergey, None)] == [404, 401]


def test_what_a_visitor_may_not_have_has_no_link(marina, ilya, dialogue):
    unsent = store("a.txt", b"text", visitor=marina)
    note = store("b.txt", b"secret", account=ilya)
    answers(ilya, dialogue, "для своих", note=True, files=[note.public_id])
    assert [renewed(stored, marina).status_code for stored in (unsent, note)] == [404, 404]


def test_an_operator_s_file_is_renewed_for_its_visitor(marina, ilya, dialogue):
    stored = store("a.txt", b"text", account=ilya)
    answers(ilya, dialogue, "вот", files=[stored.public_id])
    assert renewed(stored, marina).status_code == 200


def test_a_visitor_s_link_stands_in_the_visitor_s_messages_only(wires, marina, ilya, sent):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    mine, theirs = tab.welcome["messages"][-1]["html"], zone.welcome["messages"][-1]["html"]
    assert "?s=" in mine
    assert "?s=" not in theirs


def test_a_note_keeps_its_file_for_staff_alone(ilya, darya, dialogue):
    stored = store("внутри.txt", b"secret", account=ilya)
    answers(ilya, dialogue, "для своих", note=True, files=[stored.public_id])
    stored.refresh_from_db()
    assert stored.message is not None
    assert browser_of(darya).get(stored.get_absolute_url()).status_code == 200
    assert browser_of().get(sign_file(stored)).status_code == 404


def test_a_note_s_file_stands_in_no_frame_of_the_visitor(wires, marina, ilya, dialogue):
    tab, zone = wires.visitor(marina), wires.operator(ilya)
    stored = store("внутри.txt", b"secret", account=ilya)
    answers(ilya, dialogue, "для своих", note=True, files=[stored.public_id])
    assert "внутри.txt" in zone.expect("message", kind="note")["html"]
    tab.settle()
    assert not [frame for frame in tab.raw if "внутри.txt" in frame]


def test_an_upload_that_nobody_sent_is_had_by_nobody(marina, ilya, site):
    stored = store("a.txt", b"text", visitor=marina)
    assert browser_of(ilya).get(stored.get_absolute_url()).status_code == 404


def test_a_file_whose_bytes_are_gone_is_not_there(sent, ilya):
    Path(sent.file.path).unlink()
    assert browser_of(ilya).get(sent.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "content", "told"),
    [
        ("bytes=0-4", 206, b"01234", "bytes 0-4/10"),
        ("bytes=5-", 206, b"56789", "bytes 5-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=-99", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
        ("bytes=5-2", 200, b"0123456789", None),
        ("bytes=-", 200, b"0123456789", None),
        ("lines=0-1", 200, b"0123456789", None),
        ("bytes=" + "9" * 5000 + "-", 200, b"0123456789", None),
    ],
)
def test_a_part_of_it_is_had_by_who_asks_for_one(
    marina, ilya, dialogue, asked, status, content, told
):
    stored = store("digits.txt", b"0123456789", visitor=marina)
    writes(marina, "вот", files=[stored.public_id])
    answer = browser_of(ilya).get(stored.get_absolute_url(), headers={"Range": asked})
    assert (answer.status_code, answer.getvalue()) == (status, content)
    assert answer.get("Content-Range") == told
    assert answer["Accept-Ranges"] == "bytes"


def test_a_part_of_another_file_than_was_begun_is_the_whole(sent, ilya):
    headers = {"Range": "bytes=1-", "If-Range": '"another"'}
    answer = browser_of(ilya).get(sent.get_absolute_url(), headers=headers)
    assert (answer.status_code, answer.getvalue()) == (200, b"text")
    again = {"Range": "bytes=1-", "If-Range": answer["ETag"]}
    assert browser_of(ilya).get(sent.get_absolute_url(), headers=again).getvalue() == b"ext"


def test_asked_for_the_header_alone_it_tells_the_size(sent, ilya):
    answer = browser_of(ilya).head(sent.get_absolute_url(), headers={"Range": "bytes=1-"})
    assert (answer.status_code, answer["Content-Length"]) == (200, "4")


def test_behind_a_proxy_the_proxy_hands_it_out(sent, ilya, anton, settings):
    settings.FILES_BY_PROXY = "/kept/"
    answer = browser_of(ilya).get(sent.get_absolute_url())
    assert answer["X-Accel-Redirect"] == f"/kept/{sent.file.name}"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer.content == b""
    assert browser_of(anton).get(sent.get_absolute_url()).status_code == 404


# Budgets


@pytest.mark.parametrize(
    ("budget", "content"), [(Budget(2, MEGABYTE), b"text"), (Budget(99, 24), b"0123456789")]
)
def test_one_person_leaves_so_much_in_an_hour_and_no_more(marina, monkeypatch, budget, content):
    monkeypatch.setattr("chat.files.storage.VISITOR_FILES", budget)
    for _number in range(2):
        assert upload(marina, "a.txt", content).status_code == 201
    answer = upload(marina, "a.txt", content)
    assert answer.status_code == 429
    assert 3500 < int(answer["Retry-After"]) <= 3600
    assert "через 60 мин" in answer.json()["detail"]


def test_an_operator_s_uploads_are_counted_too(ilya, monkeypatch):
    monkeypatch.setattr("chat.files.storage.STAFF_FILES", Budget(1, MEGABYTE))
    answers = [
        browser_of(ilya).post("/chat/files/", {"file": SimpleUploadedFile("a.txt", b"text")})
        for _number in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 429]


def test_a_budget_is_one_person_s_and_an_hour_s(marina, sergey, monkeypatch):
    monkeypatch.setattr("chat.files.storage.VISITOR_FILES", Budget(1, MEGABYTE))
    first = store("a.txt", b"text", visitor=marina)
    store("a.txt", b"text", visitor=sergey)
    later = first.created_at + timedelta(hours=1)
    store_file(SimpleUploadedFile("b.txt", b"text"), at=later, visitor=marina)
    assert marina.attachments.filter(created_at=later).exists()


def test_what_is_long_unsent_makes_room_and_what_was_sent_stays(marina, monkeypatch):
    monkeypatch.setattr("chat.files.storage.VISITOR_FILES", Budget(2, MEGABYTE))
    sent = store_at(marina, 30)
    writes(marina, "вот", files=[sent.public_id])
    old, new = store_at(marina, 20), store_at(marina, 10)
    store("c.txt", b"text", visitor=marina)
    assert kept(sent, old, new) == [True, False, True]


def store_at(visitor, hours_ago):
    at = timezone.now() - timedelta(hours=hours_ago)
    return store_file(SimpleUploadedFile("a.txt", b"text"), at=at, visitor=visitor)


def kept(*stored):
    """Of which of these both the row and the bytes are there."""
    rows = set(Attachment.objects.values_list("pk", flat=True))
    there = [(each.pk in rows, Path(each.file.path).exists()) for each in stored]
    assert all(row == content for row, content in there)
    return [row for row, _content in there]


# What nobody needs


def test_an_upload_that_no_message_took_goes_after_a_week(marina):
    orphan = store("a.txt", b"text", visitor=marina)
    assert remove_orphans(at=orphan.created_at + timedelta(days=7)) == 0
    assert remove_orphans(at=orphan.created_at + timedelta(days=7, seconds=1)) == 1
    assert kept(orphan) == [False]


def test_a_file_that_was_sent_stays(sent):
    assert remove_orphans(at=sent.created_at + timedelta(days=365)) == 0
    assert kept(sent) == [True]


@pytest.mark.django_db(transaction=True)
def test_a_file_that_a_message_takes_while_it_is_swept_stays(marina):
    """The message is stored between the choice of the sweep and its deletion."""
    orphan = store("a.txt", b"text", visitor=marina)
    taken: list[object] = []

    def take_first(execute, statement, *rest):
        # SQLite admits no other writer from its BEGIN on, PostgreSQL from the lock.
        is_next = statement.startswith("BEGIN") or "FOR UPDATE" in statement
        if is_next and not taken:
            taken.append(None)
            taken[:] = at_once([partial(writes, marina, "вот", files=[orphan.public_id])])
        return execute(statement, *rest)

    with connection.execute_wrapper(take_first):
        assert remove_orphans(at=orphan.created_at + timedelta(days=8)) == 0
    assert isinstance(taken[0], Message)
    assert kept(orphan) == [True]


@pytest.mark.django_db(transaction=True)
def test_of_messages_and_a_sweep_at_once_nobody_is_told_of_a_file_that_is_gone(marina):
    orphans = [store("a.txt", b"text", visitor=marina) for _number in range(8)]
    at = timezone.now() + timedelta(days=8)
    outcomes = at_once(
        [partial(writes, marina, "вот", files=[orphan.public_id]) for orphan in orphans]
        + [partial(remove_orphans, at=at)] * 2
    )
    told = [isinstance(outcome, Message) for outcome in outcomes[:8]]
    assert all(isinstance(one, Message | UnknownFile) for one in outcomes[:8])
    assert kept(*orphans) == told


def test_an_upload_that_nobody_closes_has_left_its_old_name_for_good(marina, monkeypatch):
    """Its sender went before the answer: the request is dropped as it is."""
    complaints: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda given: complaints.append(given.exc_value))
    came = TemporaryUploadedFile("log.txt", "", 5, None)
    came.write(b"lines")
    came.seek(0)
    assert store_file(came, at=timezone.now(), visitor=marina).size == 5
    del came
    gc.collect()
    assert complaints == []


def test_halves_of_uploads_go_after_an_hour(settings):
    half = Path(settings.FILE_UPLOAD_TEMP_DIR, uuid4().hex)
    half.write_bytes(b"half")
    assert remove_unfinished(at=timezone.now()) == 0
    assert remove_unfinished(at=timezone.now() + timedelta(hours=1, seconds=9)) >= 1
    assert not half.exists()


def test_bytes_that_no_row_names_go_after_an_hour(marina, sent):
    stray = store("b.txt", b"text", visitor=marina)
    Attachment.objects.filter(pk=stray.pk).delete()
    remove_strays(at=timezone.now())
    assert Path(stray.file.path).exists()
    assert remove_strays(at=timezone.now() + timedelta(hours=1, seconds=9)) >= 1
    assert not Path(stray.file.path).exists()
    assert kept(sent) == [True]


def test_before_a_database_that_knows_no_file_all_stay(marina):
    stray = store("b.txt", b"text", visitor=marina)
    Attachment.objects.all().delete()
    assert remove_strays(at=timezone.now() + timedelta(days=1)) == 0
    assert Path(stray.file.path).exists()


# A full disk


@contextmanager
def room_for(size):
    """No file of this process may grow beyond: what a full disk does, on any machine."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def all_files(settings):
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


@pytest.mark.parametrize("size", [200_000, 4_000_000])
def test_a_full_disk_is_told_and_keeps_no_half(marina, ilya, settings, size):
    before = all_files(settings)
    form = {"file": SimpleUploadedFile("big.txt", b"x" * size)}
    with room_for(100_000):
        answers = [
            upload(marina, "big.txt", b"x" * size),
            browser_of(ilya).post("/chat/files/", form),
        ]
    assert [answer.status_code for answer in answers] == [507, 507]
    assert "нет места" in answers[0].json()["detail"]
    assert (all_files(settings), Attachment.objects.count()) == (before, 0)


def test_a_store_that_finds_the_disk_full_keeps_no_half(marina, settings):
    before = all_files(settings)
    with room_for(100_000), pytest.raises(NoRoom):
        store("big.txt", b"x" * 200_000, visitor=marina)
    assert all_files(settings) == before
