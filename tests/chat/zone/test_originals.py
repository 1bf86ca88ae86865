"""What a changed or deleted message said before: an administrator reads it, and that is noted."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chat.actions.amendments import (
    correct_message,
    correct_visitor_message,
    retract_message,
    retract_visitor_message,
)
from chat.files.storage import store_file
from chat.models import Conversation
from chat.originals import versions_of, with_versions
from operators.models import Change
from tests.cast import answers, browser_of, writes

pytestmark = pytest.mark.once


def address(conversation):
    return f"/chat/{conversation.public_id}/originals/"


def corrects(account, message, text):
    key, at = message.conversation.public_id, timezone.now()
    correct_message(account, key, message.seq, text, at=at)


def retracts(account, message):
    key, at = message.conversation.public_id, timezone.now()
    retract_message(account, key, message.seq, at=at)


def listed(account, conversation):
    return browser_of(account).get(address(conversation)).content.decode()


def told(account, conversation):
    return browser_of(account).post(address(conversation)).content.decode()


@pytest.fixture
def answer(ilya, dialogue):
    """Changed twice and deleted."""
    said = answers(ilya, dialogue, "Пароль: 12345")
    for text in ("Пароль придёт письмом", "Пароль в письме"):
        corrects(ilya, said, text)
    retracts(ilya, said)
    return said


def test_every_version_has_its_time_and_who_wrote_it(answer, dialogue):
    (read,) = with_versions(dialogue.messages.filter(pk=answer.pk))
    versions = versions_of(read)
    assert [(one.by, one.text, one.is_end) for one in versions] == [
        ("Илья Воронцов", "Пароль: 12345", False),
        ("Илья Воронцов", "Пароль придёт письмом", False),
        ("Илья Воронцов", "Пароль в письме", False),
        ("Илья Воронцов", "", True),
    ]
    moments = [one.at for one in versions]
    assert (moments[0], moments) == (answer.created_at, sorted(moments))


def test_an_administrator_reads_them_by_a_press(answer, dialogue, elena):
    seen = listed(elena, dialogue)
    assert ("Показать тексты" in seen, "12345" in seen, seen.count("Изменено")) == (True, False, 2)
    read = told(elena, dialogue)
    for text in ("Пароль: 12345", "Пароль придёт письмом", "Пароль в письме"):
        assert text in read


def test_a_look_leaves_no_trace_and_reading_is_noted(answer, dialogue, elena):
    listed(elena, dialogue)
    assert not Change.objects.exists()
    told(elena, dialogue)
    noted = Change.objects.get()
    assert (noted.by, noted.address, noted.deed) == (elena, "127.0.0.1", "originals_read")
    assert (noted.kind, noted.subject_name) == ("conversation", dialogue.public_id)
    assert noted.after == {"messages": [answer.seq]}


def test_what_visitors_and_notes_said_is_there_too_and_what_never_changed_is_not(
    dialogue, marina, ilya, elena
):
    question, other = writes(marina, "Мой ПИН 4321"), writes(marina, "Мой логин marina")
    note = answers(ilya, dialogue, "Груб <b>", note=True)
    at = timezone.now()
    correct_visitor_message(marina.pk, question.client_id, "Мой ПИН скрыт", at=at)
    retract_visitor_message(marina.pk, other.client_id, at=at)
    corrects(ilya, note, "Вежлив")
    answers(ilya, dialogue, "Не менялось")
    read = told(elena, dialogue)
    for text in ("Мой ПИН 4321", "Мой логин marina", "Груб &lt;b&gt;", "заметка"):
        assert text in read
    assert "Не менялось" not in read


def test_files_of_a_deleted_one_are_named(dialogue, ilya, elena):
    uploaded = SimpleUploadedFile("пароли.txt", b"text")
    file = store_file(uploaded, at=timezone.now(), account=ilya)
    retracts(ilya, answers(ilya, dialogue, "Вот", files=[file.public_id]))
    assert file.name not in listed(elena, dialogue)
    read = told(elena, dialogue)
    assert f'href="{file.get_absolute_url()}"' in read
    assert browser_of(elena).get(file.get_absolute_url()).status_code == 200


def test_where_nothing_changed_it_says_so_and_notes_nothing(dialogue, elena):
    assert "не меняли и не удаляли" in listed(elena, dialogue)
    assert "не меняли и не удаляли" in told(elena, dialogue)
    assert not Change.objects.exists()


def test_many_are_told_page_by_page(monkeypatch, dialogue, ilya, elena):
    monkeypatch.setattr("chat.zone.originals.ON_A_PAGE", 2)
    for number in range(3):
        corrects(ilya, answers(ilya, dialogue, f"Было {number}"), "Стало")
    assert ["Страница 1 из 2" in told(elena, dialogue), "Было 2" in told(elena, dialogue)] == [
        True,
        False,
    ]
    page = browser_of(elena).post(f"{address(dialogue)}?page=2").content.decode()
    assert ("Было 2" in page, "Было 0" in page) == (True, False)


def test_no_operator_reads_them_not_even_their_own(answer, dialogue, ilya, darya):
    for account in (ilya, darya):
        browser = browser_of(account)
        for answered in (browser.get(address(dialogue)), browser.post(address(dialogue))):
            assert answered.status_code == 403
            assert "12345" not in answered.content.decode()
    assert not Change.objects.exists()


def test_of_no_conversation_there_are_none(elena, answer, dialogue):
    nowhere = Conversation(public_id="nowhere")
    assert browser_of(elena).post(address(nowhere)).status_code == 404


def test_the_way_to_them_is_an_administrator_s(answer, dialogue, ilya, elena):
    pages = [
        browser_of(account).get(f"/chat/{dialogue.public_id}/").content.decode()
        for account in (ilya, elena)
    ]
    assert [address(dialogue) in page for page in pages] == [False, True]
    assert ["12345" in page for page in pages] == [False, False]
