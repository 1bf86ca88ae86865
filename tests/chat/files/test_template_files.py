"""Files of templates: what is kept, what goes with an answer, and that nothing stays behind."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chat.actions import template_files, templates
from chat.actions.changes import Doer
from chat.actions.template_files import TooManyTemplateFiles
from chat.actions.templates import NoSuchTemplate
from chat.files.refusals import BadFile
from chat.files.sweeps import remove_template_strays
from chat.models import Attachment, TemplateFile
from operators.models import Change
from tests.cast import answers, browser_of, gives_file, keeps_template

OWN = "/profile/templates/"


@pytest.fixture
def on_disk(settings, tmp_path):
    """What lies in the folder of templates."""
    settings.MEDIA_ROOT = str(tmp_path)
    return lambda: sorted(p.name for p in Path(tmp_path, "templates").rglob("*") if p.is_file())


def sends(browser, template, name="схема.txt", content=b"text", **file):
    uploaded = SimpleUploadedFile(name, content)
    return browser.post(f"{OWN}{template.pk}/files/", {"file": uploaded} | file)


def test_a_file_stands_on_the_page_and_goes_with_an_answer(on_disk, dialogue, ilya):
    browser, template = browser_of(ilya), keeps_template(ilya, ilya)
    answer = sends(browser, template, "../схема.txt", "Порт 5349".encode())
    assert answer["Location"] == f"{OWN}{template.pk}/?saved=saved"
    assert "Убрать файл схема.txt" in browser.get(f"{OWN}{template.pk}/").content.decode()
    (given,) = browser.get("/chat/templates/").json()["templates"]
    assert given["files"] == ["схема.txt"]
    (copied,) = browser.post(f"/chat/templates/{template.pk}/files/").json()["files"]
    assert (copied["name"], copied["size"]) == ("схема.txt", 13)
    message = answers(ilya, dialogue, "Вот схема", files=[copied["id"]])
    (attached,) = message.attachments.all()
    assert attached.file.read() == "Порт 5349".encode()
    assert len(on_disk()) == 1


def test_what_went_out_stays_when_the_template_is_gone(
    on_disk, dialogue, ilya, django_capture_on_commit_callbacks
):
    template = keeps_template(ilya, ilya)
    gives_file(ilya, template)
    (copied,) = template_files.copy_template_files(ilya, template.pk, at=timezone.now())
    answers(ilya, dialogue, "Вот", files=[copied.public_id])
    with django_capture_on_commit_callbacks(execute=True):
        templates.delete_template(Doer(ilya), ilya, template.pk, at=timezone.now())
    assert on_disk() == []
    assert Attachment.objects.get().file.read() == b"text"


def test_a_file_that_is_taken_away_is_gone_from_the_disk(
    on_disk, ilya, django_capture_on_commit_callbacks
):
    template = keeps_template(ilya, ilya)
    first, second = gives_file(ilya, template), gives_file(ilya, template, "вторая.txt")
    with django_capture_on_commit_callbacks(execute=True):
        browser_of(ilya).post(f"{OWN}{template.pk}/files/{first.pk}/")
    assert on_disk() == [Path(second.file.path).name]
    assert browser_of(ilya).post(f"{OWN}{template.pk}/files/{first.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("пусто.txt", b"", 400),
        ("программа.exe", b"text", 415),
        ("что-то.bin", b"\x00\x01\x02", 415),
    ],
)
def test_what_is_not_taken_is_said_and_leaves_nothing(on_disk, ilya, name, content, status):
    template = keeps_template(ilya, ilya)
    answer = sends(browser_of(ilya), template, name, content)
    assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (status, True)
    assert (on_disk(), TemplateFile.objects.count()) == ([], 0)


def test_there_are_as_many_as_go_with_a_message(on_disk, ilya):
    template = keeps_template(ilya, ilya)
    for _file in range(10):
        gives_file(ilya, template)
    with pytest.raises(TooManyTemplateFiles):
        gives_file(ilya, template)
    assert sends(browser_of(ilya), template).status_code == 422
    assert len(on_disk()) == 10


def test_another_s_template_gives_and_takes_no_file(on_disk, ilya, anton, elena):
    own, shared = keeps_template(anton, anton), keeps_template(elena)
    at = timezone.now()
    with pytest.raises(NoSuchTemplate):
        template_files.copy_template_files(ilya, own.pk, at=at)
    assert browser_of(ilya).post(f"/chat/templates/{own.pk}/files/").status_code == 404
    uploaded = SimpleUploadedFile("схема.txt", b"text")
    for template in (own, shared):
        with pytest.raises(NoSuchTemplate):
            template_files.add_template_file(Doer(ilya), ilya, template.pk, uploaded, at=at)
    assert on_disk() == []


def test_a_file_that_the_disk_lost_is_said_to_be_gone(on_disk, ilya):
    template = keeps_template(ilya, ilya)
    kept = gives_file(ilya, template)
    Path(kept.file.path).unlink()
    with pytest.raises(BadFile) as refused:
        template_files.copy_template_files(ilya, template.pk, at=timezone.now())
    assert refused.value.status == 410


def test_files_of_shared_ones_are_noted(on_disk, elena):
    gives_file(elena, keeps_template(elena))
    noted = Change.objects.last()
    assert noted is not None
    assert (noted.before, noted.after) == ({"files": []}, {"files": ["схема.txt"]})


def test_bytes_that_no_template_names_go_after_an_hour(on_disk, ilya):
    template = keeps_template(ilya, ilya)
    kept, stray = gives_file(ilya, template), gives_file(ilya, template, "вторая.txt")
    TemplateFile.objects.filter(pk=stray.pk).delete()
    assert remove_template_strays(at=timezone.now()) == 0
    assert remove_template_strays(at=timezone.now() + timedelta(hours=1, seconds=9)) == 1
    assert on_disk() == [Path(kept.file.path).name]
    TemplateFile.objects.all().delete()
    assert remove_template_strays(at=timezone.now() + timedelta(days=1)) == 0
