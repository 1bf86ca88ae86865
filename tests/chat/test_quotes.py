"""An answer says which message it answers to: which may be quoted, and what is shown of it."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chat.actions.amendments import correct_message
from chat.actions.errors import NothingToQuote, QuotedNote
from chat.files.storage import store_file
from chat.models import Message
from chat.zone.workspace import messages_shown
from tests.cast import (
    SECRET,
    answers,
    browser_of,
    closes,
    makes_group,
    token,
    writes,
    writes_among_staff,
)

pytestmark = pytest.mark.once

QUESTION = "Не приходит счёт"


@pytest.fixture
def question(dialogue):
    return dialogue.messages.get(text=QUESTION)


def page_of(account, conversation):
    return browser_of(account).get(f"/chat/{conversation.public_id}/").content.decode()


def window_of(visitor):
    bearer = {"Authorization": f"Bearer {token(visitor)}"}
    return browser_of().get("/widget/demo/window/", headers=bearer).content.decode()


def quoted_in(page):
    """The text of each quote of a page, in order."""
    return [part.split("<")[0] for part in page.split('class="quote__text">')[1:]]


def on_both_pages(ilya, marina, conversation):
    shown = [quoted_in(page)[:-1] for page in (page_of(ilya, conversation), window_of(marina))]
    assert shown[0] == shown[1]
    return shown[0]


# Which may be quoted


def test_each_side_quotes_the_other(marina, ilya, dialogue, question):
    answer = answers(ilya, dialogue, "За ноябрь?", quotes=question.client_id)
    writes(marina, "Да", quotes=answer.client_id)
    assert on_both_pages(ilya, marina, dialogue) == [QUESTION, "За ноябрь?"]


def test_what_is_not_in_the_conversation_is_not_quoted(marina, sergey, ilya, dialogue):
    foreign = writes(sergey, SECRET)
    for unknown in (uuid.uuid4(), foreign.client_id):
        with pytest.raises(NothingToQuote):
            writes(marina, "Вот", quotes=unknown)
        with pytest.raises(NothingToQuote):
            answers(ilya, dialogue, "Вот", quotes=unknown)
    assert not Message.objects.exclude(quotes=None).exists()


def test_nothing_is_quoted_where_a_conversation_begins(marina, ilya, site, dialogue, question):
    site.reopen_window *= 0
    site.save()
    closes(ilya, dialogue)
    with pytest.raises(NothingToQuote):
        writes(marina, "Опять", quotes=question.client_id)
    assert dialogue.visitor.conversations.count() == 1


def test_nobody_answers_to_a_system_line(marina, ilya, dialogue):
    line = dialogue.messages.get(kind="event")
    with pytest.raises(NothingToQuote):
        answers(ilya, dialogue, "Это я", quotes=line.client_id)
    with pytest.raises(NothingToQuote):
        writes(marina, "Очень приятно", quotes=line.client_id)


def test_a_note_is_quoted_in_notes_alone(ilya, dialogue, question):
    note = answers(ilya, dialogue, SECRET, note=True, quotes=question.client_id)
    answers(ilya, dialogue, "Согласен", note=True, quotes=note.client_id)
    with pytest.raises(QuotedNote):
        answers(ilya, dialogue, "Согласен", quotes=note.client_id)


def test_a_note_is_to_a_visitor_as_if_it_were_not(marina, ilya, dialogue):
    note = answers(ilya, dialogue, SECRET, note=True)
    with pytest.raises(NothingToQuote):
        writes(marina, "Вижу", quotes=note.client_id)


def test_the_same_again_is_the_same_message_whatever_it_quotes(marina, dialogue, question):
    sent = uuid.uuid4()
    first = writes(marina, "Вот", client_id=sent, quotes=question.client_id)
    again = writes(marina, "Вот", client_id=sent, quotes=uuid.uuid4())
    assert (again.pk, again.quotes_id) == (first.pk, question.pk)


# What is shown of it


def test_no_page_of_a_visitor_shows_a_quoted_note_however_it_came_there(marina, ilya, dialogue):
    note = answers(ilya, dialogue, SECRET, note=True)
    answer = answers(ilya, dialogue, "Готово")
    Message.objects.filter(pk=answer.pk).update(quotes=note)
    assert SECRET not in window_of(marina)
    assert str(note.client_id) not in window_of(marina)


def test_what_was_corrected_is_quoted_as_it_is_now(marina, ilya, dialogue):
    said = answers(ilya, dialogue, "Завтра в десять")
    writes(marina, "Хорошо", quotes=said.client_id)
    key = dialogue.public_id
    correct_message(ilya, key, said.seq, "Сегодня в десять", at=timezone.now())
    assert on_both_pages(ilya, marina, dialogue) == ["Сегодня в десять"]


def test_a_file_is_quoted_by_its_name(marina, ilya, dialogue):
    kept = SimpleUploadedFile("счёт.txt", b"text")
    file = store_file(kept, at=timezone.now(), visitor=marina)
    sent = writes(marina, "", files=[file.public_id])
    answers(ilya, dialogue, "Вижу", quotes=sent.client_id)
    assert on_both_pages(ilya, marina, dialogue) == ["счёт.txt"]


def test_a_long_text_is_quoted_by_its_beginning_on_one_line(marina, ilya, dialogue):
    long = writes(marina, "Первая\n\nвторая " + "я" * 500)
    answers(ilya, dialogue, "Вижу", quotes=long.client_id)
    (shown,) = on_both_pages(ilya, marina, dialogue)
    assert shown == "Первая вторая " + "я" * (200 - len("Первая вторая "))


def test_what_is_quoted_stays_text(marina, ilya, dialogue):
    sent = writes(marina, "<b>Жирно</b>")
    answers(ilya, dialogue, "Вижу", quotes=sent.client_id)
    assert "<b>Жирно" not in page_of(ilya, dialogue)


def test_a_visitor_reads_the_name_that_is_for_visitors(marina, ilya, dialogue):
    ilya.shown_name = "Илья"
    ilya.save()
    said = answers(ilya, dialogue, "За ноябрь?")
    writes(marina, "Да", quotes=said.client_id)
    assert ilya.name not in window_of(marina).split('class="quote__author')[1].split("</button>")[0]


# By the wire


def test_both_sides_are_told_what_an_answer_quotes(wires, marina, ilya, dialogue, question):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    quotes = str(question.client_id)
    zone.ask("message", conversation=dialogue.public_id, text="За ноябрь?", quotes=quotes)
    for side in (zone, tab):
        told = side.expect("message", text="За ноябрь?", quotes=quotes)
        assert quoted_in(told["html"]) == [QUESTION]
    tab.ask("message", text="Да", quotes=quotes)
    zone.expect("message", text="Да", quotes=quotes)


def test_the_wire_refuses_in_words(wires, marina, ilya, dialogue):
    note = answers(ilya, dialogue, SECRET, note=True)
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    quotes = {"text": "Вот", "quotes": str(note.client_id)}
    refused = [
        tab.ask("message", **quotes),
        tab.ask("message", text="Вот", quotes=str(uuid.uuid4())),
    ]
    assert {(one["code"], one["detail"]) for one in refused} == {
        (
            "invalid",
            "Сообщения, на которое вы отвечаете, здесь нет. Уберите цитату и отправьте снова.",
        )
    }
    told = zone.ask("message", conversation=dialogue.public_id, **quotes)
    assert "Посетитель не видит заметок" in told["detail"]
    tab.settle()
    assert not [frame for frame in tab.raw if SECRET in frame or str(note.client_id) in frame]


# Among staff


def test_colleagues_quote_each_other_and_nothing_of_elsewhere(ilya, anton, dialogue, question):
    chat, other = makes_group(ilya, "Смена", anton), makes_group(ilya, "Другая", anton)
    said = writes_among_staff(anton, chat, "Кто сегодня?")
    writes_among_staff(ilya, chat, "Я", quotes=said.client_id)
    page = browser_of(anton).get(f"/chat/internal/{chat.public_id}/").content.decode()
    assert quoted_in(page)[:-1] == ["Кто сегодня?"]
    for chat_of, unknown in ((other, said), (chat, question), (chat, chat.messages.get(seq=1))):
        with pytest.raises(NothingToQuote):
            writes_among_staff(ilya, chat_of, "Я", quotes=unknown.client_id)


def test_colleagues_are_told_what_is_quoted(wires, ilya, anton):
    chat = makes_group(ilya, "Смена", anton)
    said = writes_among_staff(anton, chat, "Кто сегодня?")
    zone, other = wires.operator(ilya), wires.operator(anton)
    quotes = str(said.client_id)
    zone.ask("message", conversation=chat.public_id, text="Я", quotes=quotes)
    assert quoted_in(other.expect("message", text="Я", quotes=quotes)["html"]) == ["Кто сегодня?"]


def test_a_page_of_quotes_costs_one_question_more_however_many(
    marina, ilya, dialogue, question, django_assert_num_queries
):
    answers(ilya, dialogue, "Раз")
    with django_assert_num_queries(2):
        messages_shown(dialogue)
    for _time in range(3):
        answers(ilya, dialogue, "Два", quotes=question.client_id)
    with django_assert_num_queries(3):
        messages_shown(dialogue)
