"""A backup and its way back: the same rows, the same files, and the product goes on."""

import io
import json
import tarfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from chat.files.storage import store_file
from chat.models import Conversation, HistoryEntry, Message, Visitor
from sphaera_support.moving import backing, restoring
from sphaera_support.moving.snapshot import migrations
from tests.cast import (
    SECRET,
    accepts,
    answers,
    browser_of,
    comes_from,
    keep_among_staff,
    signed_in,
    writes,
)

WORDS = "корабль идёт на север"


@pytest.fixture(autouse=True)
def _own_disk(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.DATA_DIR = tmp_path


@pytest.fixture
def talk(transactional_db, ilya, anton, marina, first_line):
    """Of everything something."""
    log = store_file(SimpleUploadedFile("лог.txt", b"bytes"), at=timezone.now(), visitor=marina)
    comes_from(marina, "2001:db8::7", page_url="https://example.ru/")
    conversation = Conversation.objects.get(
        pk=writes(marina, "Не приходит счёт", files=[log.public_id]).conversation_id
    )
    accepts(ilya, conversation)
    answers(ilya, conversation, "Смотрю")
    keep_among_staff(ilya, anton, conversation)
    return conversation


def backs_up(tmp_path, *options):
    target = tmp_path / f"{len(list(tmp_path.iterdir()))}.backup"
    call_command("backup", str(target), *options, stderr=io.StringIO())
    return target


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def end_of(path):
    """All but the sum of all, which knows when it was made."""
    with tarfile.open(path) as tar:
        content = tar.extractfile("end.json")
        assert content is not None
        return json.load(content) | {"sha256": ""}


def restores(path, *options):
    call_command("restore", str(path), *options, stdout=io.StringIO())


def test_what_was_comes_back_and_the_product_goes_on(talk, marina, ilya, tmp_path):
    before = backs_up(tmp_path)
    writes(marina, "После копии")
    stray = Path(tmp_path, "media/attachments/newer")
    stray.write_bytes(b"x")
    restores(before, "--replace")
    assert end_of(backs_up(tmp_path)) == end_of(before)
    assert not stray.exists()
    assert not Message.objects.filter(text="После копии").exists()
    assert browser_of(ilya).get(f"/chat/{talk.public_id}/").status_code == 200
    said = writes(marina, "Снова пишу")
    assert said.pk > 0
    assert said.seq == said.conversation.last_seq or said.conversation_id == talk.pk
    assert HistoryEntry.objects.count() == 0  # until the index has come so far


def test_sealed_it_comes_back_by_its_passphrase(talk, tmp_path, monkeypatch):
    monkeypatch.setenv("BACKUP_PASSPHRASE", WORDS)
    sealed = backs_up(tmp_path)
    assert SECRET.encode() not in sealed.read_bytes()
    monkeypatch.setenv("BACKUP_PASSPHRASE", WORDS + "?")
    with pytest.raises(CommandError, match="passphrase is another"):
        restores(sealed, "--replace")
    assert Conversation.objects.exists()
    monkeypatch.setenv("BACKUP_PASSPHRASE", WORDS)
    restores(sealed, "--check")
    restores(sealed, "--replace")
    assert Conversation.objects.filter(pk=talk.pk).exists()


def test_what_goes_wrong_leaves_all_as_it_was(talk, marina, tmp_path, monkeypatch):
    whole = backs_up(tmp_path)
    cut = tmp_path / "cut"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    writes(marina, "После копии")
    lying = {
        path: path.read_bytes() for path in Path(tmp_path, "media").rglob("*.*") if path.is_file()
    }

    def all_is_there():
        files = {path: path.read_bytes() for path in lying}
        return Message.objects.filter(text="После копии").exists() and files == lying

    with pytest.raises(CommandError, match="--replace"):
        restores(whole)
    with pytest.raises(CommandError, match="cut off"):
        restores(cut, "--replace")
    monkeypatch.setattr(restoring, "_begin_index_anew", _interrupted)
    with pytest.raises(CommandError, match="Interrupted"):
        restores(whole, "--replace")
    monkeypatch.setattr(restoring, "_begin_index_anew", _full)
    with pytest.raises(CommandError, match="No space left"):
        restores(whole, "--replace")
    assert all_is_there()
    assert not list(Path(tmp_path, "media").glob(".re*"))


def _interrupted():
    raise KeyboardInterrupt


def _full():
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("made_by", "words"),
    [
        (lambda known: [*known, "chat.9999_from_the_future"], "newer version"),
        (lambda known: known[1:], "older version"),
    ],
)
def test_of_another_version_it_says_which(talk, tmp_path, monkeypatch, made_by, words):
    known = migrations()
    monkeypatch.setattr(backing, "migrations", lambda: made_by(known))
    foreign = backs_up(tmp_path)
    with pytest.raises(CommandError, match=words):
        restores(foreign, "--replace")
    assert Visitor.objects.exists()


def test_a_backup_overwrites_nothing_and_leaves_no_half(talk, tmp_path, monkeypatch):
    there = backs_up(tmp_path)
    with pytest.raises(CommandError, match="there already"):
        call_command("backup", str(there))
    monkeypatch.setattr(backing, "kept_files", _full)
    with pytest.raises(CommandError, match="No space left"):
        backs_up(tmp_path)
    assert not list(tmp_path.glob("*.part"))


def test_sessions_do_not_come_back(talk, ilya, tmp_path):
    browser = browser_of(ilya)
    signed_in(browser, ilya)
    restores(backs_up(tmp_path), "--replace")
    assert browser.get("/chat/").status_code == 302


def test_while_the_product_runs_nothing_is_restored(talk, tmp_path, monkeypatch):
    whole = backs_up(tmp_path)
    monkeypatch.setattr("fcntl.flock", _busy)
    monkeypatch.setattr("django.db.connection.vendor", "sqlite", raising=False)
    with pytest.raises(CommandError, match="stop it first"):
        restores(whole, "--replace")


def _busy(*_given):
    raise BlockingIOError(11, "Resource temporarily unavailable")
