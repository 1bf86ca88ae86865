"""What a site takes from its visitors, within what the server takes from anybody."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chat.actions.errors import NoFilesHere
from chat.files.checks import KINDS
from chat.files.limits import WRAPPING, kind_of, limits_of
from chat.files.refusals import BadFile
from chat.files.storage import refuse_unwelcome, store_file
from chat.models import Attachment
from departments.models import FileKind
from tests.cast import browser_of, token, writes

pytestmark = pytest.mark.once

MEGABYTE = 1024 * 1024
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 16
ZIP = b"PK\x03\x04" + b"\x00" * 60
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x00"


def store(content, name="file", **owner):
    return store_file(SimpleUploadedFile(name, content), at=timezone.now(), **owner)


def upload(visitor, content=b"text"):
    address = f"/widget/{visitor.site.key}/files/"
    bearer = {"Authorization": f"Bearer {token(visitor)}"}
    file = SimpleUploadedFile("a.txt", content)
    return browser_of().post(address, {"file": file}, headers=bearer)


@pytest.fixture
def strict(site):
    """Small pictures and texts only."""
    site.max_file_size = 1
    site.file_kinds = [FileKind.PICTURES, FileKind.TEXTS]
    site.save()
    return site


@pytest.fixture
def without_files(site):
    site.attaches_files = False
    site.save()
    return site


def test_more_than_the_site_takes_is_refused_with_its_limit(strict, marina):
    assert store(b"x" * MEGABYTE, visitor=marina).size == MEGABYTE
    with pytest.raises(BadFile, match="больше 1 МБ") as refusal:
        store(b"x" * (MEGABYTE + 1), visitor=marina)
    assert refusal.value.status == 413


def test_it_is_refused_before_it_comes(strict, marina):
    refuse_unwelcome({"visitor": marina}, MEGABYTE + WRAPPING, wrapping=WRAPPING)
    with pytest.raises(BadFile, match="больше 1 МБ"):
        refuse_unwelcome({"visitor": marina}, MEGABYTE + WRAPPING + 1, wrapping=WRAPPING)


@pytest.mark.parametrize("content", [PNG, b"text"], ids=["picture", "text"])
def test_a_kind_that_is_taken_is_taken(strict, marina, content):
    assert store(content, visitor=marina).pk


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.png", ZIP), ("a.txt", PDF), ("a", ZIP)],
    ids=["archive", "document", "nameless"],
)
def test_another_kind_is_refused_whatever_it_is_called(strict, marina, name, content):
    with pytest.raises(BadFile, match="Здесь принимаются: картинки, текст и журналы") as refusal:
        store(content, name, visitor=marina)
    assert refusal.value.status == 415
    assert not Attachment.objects.exists()


def test_no_site_takes_more_than_the_server(site, marina, settings):
    site.max_file_size = 50
    settings.VISITOR_FILE_SIZE = MEGABYTE
    marina.site = site
    assert limits_of(marina).size == MEGABYTE


def test_operators_are_bound_by_none_of_it(strict, without_files, ilya):
    assert store(ZIP, account=ilya).pk
    assert store(b"x" * (MEGABYTE + 1), account=ilya).pk


def test_another_site_s_visitors_are_not_either(strict, rustam):
    assert store(ZIP, visitor=rustam).pk


def test_where_files_are_off_an_upload_is_refused(without_files, marina):
    answer = upload(marina)
    assert answer.status_code == 403
    assert "Файлы здесь не принимаются" in answer.json()["detail"]
    assert not Attachment.objects.exists()


def test_a_message_with_files_is_refused_too(site, marina, dialogue):
    """They were uploaded before it was switched off."""
    stored = store(b"text", visitor=marina)
    site.attaches_files = False
    site.save()
    with pytest.raises(NoFilesHere):
        writes(marina, "Вот", files=[stored.public_id])
    stored.refresh_from_db()
    assert stored.message is None
    assert writes(marina, "Без файла").pk


def test_the_frame_is_answered_in_words(wires, without_files, marina):
    tab = wires.visitor(marina)
    refused = tab.ask("message", text="Вот", files=["5f0a7f0e-7d52-4a7e-8a7c-0c3f6f1b2a11"])
    assert (refused["type"], refused["code"]) == ("error", "invalid")
    assert "Пришлите ссылку" in refused["detail"]


def test_the_window_is_told_before_anything_is_chosen(wires, strict, marina):
    look = wires.visitor(marina).welcome["look"]
    assert (look["attaches"], look["file_size"]) == (True, MEGABYTE)
    assert look["file_kinds"] == ["pictures", "texts"]


@pytest.mark.once
def test_every_kind_of_file_there_is_has_one_of_the_kinds():
    found = {kind_of(content_type) for content_type in {*KINDS, "text/plain"}}
    assert found == set(FileKind)
    assert kind_of("application/zip") == FileKind.ARCHIVES
    assert kind_of("application/pdf") == FileKind.DOCUMENTS
