"""A person's data as a ZIP: all that they may read, and nothing that staff wrote for themselves."""

import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chat.actions.archives import TooManyArchives, ask_for_archive, take_archive
from chat.files.storage import store_file
from chat.models import DataArchive, PageView
from chat.personal import archives
from tests.cast import (
    SECRET,
    answers,
    comes_from,
    has_archive,
    keep_among_staff,
    writes,
)

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def _own_disk(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def opened(archive):
    return zipfile.ZipFile(Path(settings.MEDIA_ROOT, archive.file))


def text_of(whole):
    return "\n".join(whole.read(name).decode(errors="replace") for name in whole.namelist())


@pytest.fixture
def talk(marina, ilya, dialogue):
    visit, at = comes_from(marina, "198.51.100.7"), timezone.now()
    url = "https://example.ru/%D1%81%D1%87%D0%B5%D1%82%D0%B0"
    PageView.objects.create(visit=visit, url=url, opened_at=at)
    log = store_file(SimpleUploadedFile("лог: 1.txt", b"bytes"), at=timezone.now(), visitor=marina)
    writes(marina, "Не приходит <b>счёт</b>", files=[log.public_id])
    answers(ilya, dialogue, "Смотрю")
    return dialogue


def test_it_holds_what_was_said_and_the_files(marina, talk):
    whole = opened(has_archive(marina))
    told = json.loads(whole.read("данные.json"))
    said = told["conversations"][0]["messages"]
    place = next(one["files"][0]["place"] for one in said if one["files"])
    assert {"Не приходит <b>счёт</b>", "Смотрю"} <= {one["text"] for one in said}
    assert whole.read(place) == b"bytes"
    assert told["visits"][0]["address"] == "198.51.100.7"


def test_its_page_reads_the_same_and_runs_nothing(marina, talk):
    page = opened(has_archive(marina)).read("данные.html").decode()
    assert "Не приходит &lt;b&gt;счёт&lt;/b&gt;" in page
    assert "198.51.100.7" in page
    assert "example.ru/счета" in page
    assert "\ue000" not in page


def test_what_staff_write_among_themselves_is_not_in_it(marina, talk, ilya, anton):
    keep_among_staff(ilya, anton, talk)
    whole = opened(has_archive(marina))
    assert SECRET not in text_of(whole)
    assert not [name for name in whole.namelist() if SECRET in name]
    assert "Готово" in text_of(whole)


def test_nobody_else_is_in_it(marina, sergey, talk):
    writes(sergey, "Моё письмо")
    assert "Моё письмо" not in text_of(opened(has_archive(marina)))


def test_files_beyond_the_budget_are_named_and_left_out(marina, talk, monkeypatch):
    monkeypatch.setattr(archives, "MOST_BYTES", 4)
    archive = has_archive(marina)
    assert archive.left_out == 1
    assert "лог" in opened(archive).read("данные.html").decode()


def test_a_full_disk_is_said_and_leaves_nothing(marina, talk, monkeypatch):
    monkeypatch.setattr(archives, "SPARE", 10**18)
    archive = has_archive(marina)
    assert (archive.state, archive.file) == ("failed", "")
    assert "не хватило места" in archive.trouble
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.zip"))


def test_asked_twice_it_is_one_and_a_day_has_three(marina):
    first = ask_for_archive(marina, "here", at=timezone.now())
    assert ask_for_archive(marina, "here", at=timezone.now()) == first
    for place in ("there", "elsewhere"):
        ask_for_archive(marina, place, at=timezone.now())
    with pytest.raises(TooManyArchives):
        ask_for_archive(marina, "somewhere", at=timezone.now())


def test_one_whose_maker_died_is_made_by_another(marina):
    ask_for_archive(marina, "here", at=timezone.now())
    at = timezone.now()
    assert take_archive(at=at) is not None
    assert take_archive(at=at + timedelta(seconds=30)) is None
    assert take_archive(at=at + timedelta(minutes=3)) is not None


def test_of_who_is_gone_meanwhile_no_file_is_left(marina, talk, monkeypatch):
    ask_for_archive(marina, "here", at=timezone.now())
    monkeypatch.setattr(archives, "page_of", lambda *_given: _erasing())
    assert archives.make_next()
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.zip"))


def _erasing():
    DataArchive.objects.all().delete()
    yield ""


def test_after_its_day_it_is_removed_with_its_file(marina, talk):
    archive = has_archive(marina)
    archives.remove_expired(at=timezone.now() + timedelta(hours=23))
    assert opened(archive)
    archives.remove_expired(at=timezone.now() + timedelta(hours=25))
    assert not DataArchive.objects.exists()
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.zip"))
