"""Uploads: judged by their bytes, kept under no name of theirs, had by those who may see."""

import io
import time
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from chat.actions.errors import UnknownFile
from chat.files import BadFile, clean_name, remove_orphans, store_file
from chat.models import Attachment
from chat.signatures import is_signed, sign_file
from tests.cast import answers, browser_of, token, writes

DAY = 24 * 3600  # seconds
HTML = b"<!doctype html><script>alert(1)</script>"


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
    ],
)
def test_what_support_needs_is_accepted(marina, name, content, content_type):
    stored = store(name, content, visitor=marina)
    assert (stored.name, stored.content_type, stored.size) == (name, content_type, len(content))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("evil.html", HTML),
        ("evil.htm", HTML),
        ("evil.HTM ", HTML),
        ("evil.xhtml", HTML),
        ("evil.shtml", HTML),
        ("evil.mht", b"MIME-Version: 1.0\n"),
        ("evil.js", b"alert(1)"),
        ("evil.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>'),
        (
            "evil.xml",
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        ),
        ("evil.exe", b"MZ" + bytes(60)),
        ("evil.zip", b"MZ" + bytes(60)),
        ("evil.txt", b"MZ" + bytes(60)),
        ("evil.png", HTML),
        ("evil.jpg", b"GIF89a/*" + HTML),
        ("evil.html.png", HTML),
        ("evil.png.html", picture()),
        ("evil.png", b""),
        ("evil.php", b"<?php"),
        ("evil.sh", b"#!/bin/sh\n"),
        ("evil.bat", b"del"),
        ("evil.jar", b"PK\x03\x04" + bytes(40)),
        ("evil.apk", b"PK\x03\x04" + bytes(40)),
        ("evil", picture()),
        (".htaccess", b"AddType text/html png"),
        ("evil.php;.jpg", b"<?php"),
        ("evil.html\x00.png", HTML),
        ("gpj.\u202eexe", b"MZ" + bytes(60)),
        ("elf.log", b"\x7fELF" + bytes(60)),
    ],
)
def test_what_a_browser_or_a_machine_would_run_is_refused(marina, name, content):
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


def test_it_is_kept_under_a_name_that_nobody_can_guess(marina, settings):
    stored = store("../../x.txt", b"text", visitor=marina)
    path = Path(stored.file.path)
    assert path.is_relative_to(settings.MEDIA_ROOT)
    assert len(path.name) == 32
    assert path.stat().st_mode & 0o077 == 0


def test_more_than_the_limit_is_refused_with_the_limit(marina, settings):
    settings.MAX_FILE_SIZE = 1024 * 1024
    with pytest.raises(BadFile, match="больше 1 МБ") as refusal:
        store("big.txt", b"x" * (1024 * 1024 + 1), visitor=marina)
    assert refusal.value.status == 413


def test_exactly_the_limit_is_accepted(marina, settings):
    settings.MAX_FILE_SIZE = 1024
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
    answer = upload(marina, "evil.html", HTML)
    assert answer.status_code == 415
    assert "не принимаются" in answer.json()["detail"]


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
    monkeypatch.setattr("chat.signatures.VALID", timedelta(seconds=-1))
    assert browser_of().get(link).status_code == 404


def test_a_link_is_good_for_a_day():
    from chat.signatures import VALID

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


# Orphans


def test_an_upload_that_no_message_took_goes_after_an_hour(marina):
    orphan = store("a.txt", b"text", visitor=marina)
    path = Path(orphan.file.path)
    assert remove_orphans(at=orphan.created_at + timedelta(hours=1)) == 0
    assert remove_orphans(at=orphan.created_at + timedelta(hours=1, seconds=1)) == 1
    assert (path.exists(), Attachment.objects.exists()) == (False, False)


def test_a_file_that_was_sent_stays(sent):
    assert remove_orphans(at=sent.created_at + timedelta(days=365)) == 0
    assert Path(sent.file.path).exists()
