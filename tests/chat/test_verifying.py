"""`verify_history`: what cannot be is named, and put right where nothing is lost by it."""

import os
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from chat.belongings import delete_rows
from chat.files.storage import store_file
from chat.models import Conversation, Message, Ownership, Wait
from tests.cast import answers, closes, writes

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def _own_disk(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def file(marina, dialogue):
    log = store_file(SimpleUploadedFile("лог.txt", b"bytes"), at=timezone.now(), visitor=marina)
    writes(marina, "Вот", files=[log.public_id])
    return Path(log.file.path)


def verified(*options):
    """What it says, and whether it was content."""
    out = StringIO()
    try:
        call_command("verify_history", *options, stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}{error}", False
    return out.getvalue(), True


def test_of_what_is_whole_it_says_so(dialogue, file, ilya):
    answers(ilya, dialogue, "Смотрю")
    closes(ilya, dialogue)
    told, is_whole = verified()
    assert (told.splitlines()[-1], is_whole) == ("Нарушений нет", True)


def test_a_gap_is_named_and_not_hidden(dialogue, ilya, marina):
    answers(ilya, dialogue, "Пропадёт")
    writes(marina, "Останется")
    Message.objects.filter(text="Пропадёт").delete()
    words, is_content = verified("--repair")
    assert f"Обращение {dialogue.public_id}: пропуск в номерах" in words
    assert not is_content


def test_a_last_number_that_fell_back_is_put_right(dialogue, ilya, marina):
    answers(ilya, dialogue, "Смотрю")
    Conversation.objects.update(last_seq=1, last_visitor_seq=1)
    assert "записан последний № 1" in verified()[0]
    assert "Исправлено: 1" in verified("--repair")[0]
    assert verified()[1]
    writes(marina, "Номер есть")


def test_a_closed_one_that_still_has_an_owner_is_put_right(dialogue, ilya):
    closes(ilya, dialogue)
    Ownership.objects.update(ended_at=None, ended_by="")
    assert "закрыто, а ведущий всё ещё числится" in verified()[0]
    assert verified("--repair")[1]


def test_who_waits_since_nobody_knows_when_is_named(dialogue):
    Wait.objects.all().delete()
    Ownership.objects.all().delete()
    assert "кто его ведёт, не записано" in verified()[0]


def test_a_row_without_its_file_is_named(file):
    file.unlink()
    words, is_content = verified("--repair")
    assert "Нет файла: вложение" in words
    assert not is_content


def test_a_file_of_a_message_that_is_gone_is_named(file):
    delete_rows(Message.objects.filter(attachments__isnull=False))
    assert "его сообщения нет" in verified("--repair")[0]


def test_a_file_without_a_row_is_removed_once_it_is_old(file):
    stray = file.with_name("stray")
    stray.write_bytes(b"x")
    assert verified()[1]
    aged = (timezone.now() - timedelta(hours=2)).timestamp()
    os.utime(stray, (aged, aged))
    assert "Файл без записи" in verified()[0]
    assert verified("--repair")[1]
    assert not stray.exists()
    assert file.exists()
