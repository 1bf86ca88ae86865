"""A department hears by e-mail of whom nobody answered, once, and of nobody else."""

import pytest
from django.utils import timezone

from chat.actions.conversations import end_conversation
from chat.models import Letter
from tests.cast import (
    SECRET,
    accepts,
    answers,
    closes,
    is_present,
    notes,
    writes,
)
from tests.chat.mail.sent import carries

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(postbox, first_line):
    """What the department was written, after all was carried."""
    type(first_line).objects.filter(pk=first_line.pk).update(notify_email="first@example.ru")

    def told():
        carries()
        return [(one.to, one.subject.partition(":")[0]) for one in postbox.taken]

    return told


OFFLINE = (["first@example.ru"], "Сообщение, когда никого нет")
UNANSWERED = (["first@example.ru"], "Обращение осталось без ответа")


def test_of_who_writes_while_nobody_is_there(told, marina, postbox, ilya):
    writes(marina, "Не приходит счёт")
    writes(marina, "Ещё вопрос")
    assert told() == [OFFLINE]
    (taken,) = postbox.taken
    assert "Не приходит счёт" in taken.text
    assert "Ещё вопрос" in taken.html
    assert "http://127.0.0.1:8000/chat/" in taken.text


def test_of_whom_nobody_answered_before_it_was_over(told, marina, ilya):
    is_present(ilya)
    closes(ilya, writes(marina).conversation)
    assert told() == [UNANSWERED]


def test_once_of_one_conversation(told, marina, ilya):
    conversation = writes(marina).conversation
    told()
    closes(ilya, conversation)
    assert told() == [OFFLINE]


def test_not_of_whom_somebody_answered(told, marina, ilya):
    is_present(ilya)
    conversation = writes(marina).conversation
    accepts(ilya, conversation)
    answers(ilya, conversation, "Здравствуйте")
    closes(ilya, conversation)
    assert told() == []


def test_not_when_it_was_answered_before_the_letter_went(told, marina, ilya):
    conversation = writes(marina).conversation
    is_present(ilya)
    accepts(ilya, conversation)
    answers(ilya, conversation, "Здравствуйте")
    assert told() == []
    assert not Letter.objects.exists()


def test_notes_of_staff_are_not_in_it(told, marina, ilya, postbox):
    is_present(ilya)
    conversation = writes(marina, "Не приходит счёт").conversation
    notes(ilya, conversation, SECRET)
    accepts(ilya, conversation)
    answers(ilya, conversation, SECRET, note=True)
    end_conversation(marina.pk, at=timezone.now())
    assert told() == [UNANSWERED]
    assert "Не приходит счёт" in postbox.taken[0].text
    assert SECRET not in postbox.taken[0].raw.decode() + postbox.taken[0].text


def test_a_department_without_an_address_hears_nothing(postbox, marina, ilya):
    closes(ilya, writes(marina).conversation)
    assert not Letter.objects.exists()


def test_what_cannot_be_noted_hinders_no_conversation(told, marina, monkeypatch, caplog):
    def fail(*_args, **_given):
        raise RuntimeError

    monkeypatch.setattr("chat.mail.actions.missed.take_snapshot", fail)
    assert writes(marina).conversation.pk
    assert "Nobody is written to" in caplog.text
