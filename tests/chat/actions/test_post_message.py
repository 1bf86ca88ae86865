"""Posting: what is stored, under which numbers, and what is refused."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.actions.errors import (
    AlreadyTaken,
    ClientIdTaken,
    EmptyMessage,
    NoDepartment,
    NotAccepted,
    NotFound,
)
from chat.actions.messages import mark_read_by_visitor
from chat.models import Conversation, Message
from chat.text import ForbiddenSigns, TextTooLong
from tests.cast import answers, closes, writes

FAMILY = "👨‍👩‍👧‍👦"
ID = uuid.UUID("6f2b5c1e-3f5e-4a29-8f0e-2d8f0f5b0a11")


def numbers(conversation):
    return list(conversation.messages.order_by("seq").values_list("seq", "visitor_seq"))


def test_numbers_grow_by_one(marina, waiting):
    for text in ("раз", "два", "три"):
        writes(marina, text)
    assert numbers(waiting) == [(1, 1), (2, 2), (3, 3), (4, 4)]


def test_a_note_takes_a_number_of_staff_s_only(marina, ilya, dialogue):
    answers(ilya, dialogue, "проверить договор", note=True)
    answers(ilya, dialogue, "Проверяю")
    assert numbers(dialogue)[-2:] == [(3, None), (4, 3)]


def test_the_conversation_knows_its_last_numbers(ilya, dialogue):
    answers(ilya, dialogue, "проверить договор", note=True)
    dialogue.refresh_from_db()
    assert (dialogue.last_seq, dialogue.last_visitor_seq) == (3, 2)


def test_the_same_id_again_is_the_same_message(marina):
    first = writes(marina, "Здравствуйте", client_id=ID)
    again = writes(marina, "Здравствуйте", client_id=ID)
    assert (first.pk, Message.objects.count()) == (again.pk, 1)


def test_the_same_id_again_after_the_end_is_still_the_same_message(marina, elena):
    first = writes(marina, client_id=ID)
    closes(elena, first.conversation)
    assert writes(marina, client_id=ID).pk == first.pk
    assert Conversation.objects.get().state == "closed"


def test_an_operator_s_id_again_is_the_same_message(ilya, dialogue):
    first, again = (answers(ilya, dialogue, "Готово", client_id=ID) for _time in range(2))
    assert first.pk == again.pk


def test_an_id_of_the_visitor_s_is_taken_for_the_operator(marina, ilya, dialogue):
    writes(marina, client_id=ID)
    with pytest.raises(ClientIdTaken):
        answers(ilya, dialogue, "Готово", client_id=ID)


def test_an_id_of_the_operator_s_is_taken_for_the_visitor(marina, ilya, dialogue):
    answers(ilya, dialogue, "Готово", client_id=ID)
    with pytest.raises(ClientIdTaken):
        writes(marina, client_id=ID)


def test_another_visitor_may_use_the_same_id(marina, sergey):
    assert writes(marina, client_id=ID).pk != writes(sergey, client_id=ID).pk


@pytest.mark.parametrize("text", ["", "   ", "\n\t\r\n", "\u202e\u202c"])
def test_an_empty_message_is_refused(marina, text):
    with pytest.raises(EmptyMessage):
        writes(marina, text)
    assert not Conversation.objects.exists()


@pytest.mark.parametrize("text", ["я" * 4000, "😀" * 4000, "а\r\n" * 1999 + "б"])
def test_four_thousand_signs_are_accepted_whole(marina, text):
    assert writes(marina, text).text == text.replace("\r\n", "\n")


@pytest.mark.parametrize("text", ["я" * 4001, "😀" * 4001])
def test_one_more_is_refused_with_its_count(marina, text):
    with pytest.raises(TextTooLong, match="4001"):
        writes(marina, text)
    assert not Message.objects.exists()


@pytest.mark.parametrize("text", ["а\x00б", "\ud800", "a\udfff", "\x1b[31m", "\x85", "\uffff"])
def test_what_no_database_can_keep_alike_is_refused(marina, text):
    with pytest.raises(ForbiddenSigns):
        writes(marina, text)
    assert not Message.objects.exists()


@pytest.mark.parametrize("text", [FAMILY, "й", "и\u0306", "Z̷͉͝", "a\tb\nc", "שלום", "𝔘", "'; --"])
def test_what_people_write_comes_back_as_it_was(marina, text):
    writes(marina, text)
    assert Message.objects.get().text == text


def test_an_author_is_whoever_posted(marina, ilya, dialogue):
    assert writes(marina).author_name == "Орлова Марина"
    assert answers(ilya, dialogue, "Готово").author == ilya


def test_the_first_answer_is_remembered_and_a_note_is_none(ilya, dialogue):
    answers(ilya, dialogue, "посмотрю", note=True)
    dialogue.refresh_from_db()
    assert dialogue.answered_at is None
    first = answers(ilya, dialogue, "Смотрю")
    answers(ilya, dialogue, "Готово")
    dialogue.refresh_from_db()
    assert dialogue.answered_at == first.created_at


def test_only_the_owner_answers(darya, dialogue):
    with pytest.raises(AlreadyTaken, match="Илья Воронцов"):
        answers(darya, dialogue, "И я")


def test_an_administrator_is_no_owner_either(elena, dialogue):
    with pytest.raises(AlreadyTaken):
        answers(elena, dialogue, "И я")


def test_a_colleague_of_the_department_leaves_notes(darya, dialogue):
    assert answers(darya, dialogue, "у них старая версия", note=True).visitor_seq is None


@pytest.mark.parametrize("note", [True, False])
def test_other_levels_write_nothing_into_it(anton, kamila, dialogue, note):
    for operator in (anton, kamila):
        with pytest.raises(NotFound):
            answers(operator, dialogue, "И я", note=note)


def test_a_conversation_that_nobody_accepted_takes_no_answer(ilya, waiting):
    with pytest.raises(NotAccepted):
        answers(ilya, waiting, "Здравствуйте")


def test_a_site_that_nobody_answers_says_so(site, marina):
    site.departments.clear()
    with pytest.raises(NoDepartment):
        writes(marina)
    assert not Conversation.objects.exists()


def test_a_new_conversation_belongs_to_the_first_level(marina, first_line):
    assert writes(marina, at=timezone.now()).conversation.department == first_line


def test_a_read_mark_reads_the_conversation_alone(marina, dialogue):
    """There are as many of them as messages."""
    with CaptureQueriesContext(connection) as asked:
        mark_read_by_visitor(marina.pk, 1, at=timezone.now())
    assert [query["sql"] for query in asked if "JOIN" in query["sql"]] == []
