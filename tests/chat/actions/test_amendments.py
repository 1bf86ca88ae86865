"""What was said changes: the entry is another, and the log says so under its next number."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from chat.access import CORRECTABLE_FOR
from chat.actions.amendments import (
    correct_internal_message,
    correct_message,
)
from chat.actions.departure import unanswered
from chat.actions.errors import (
    ConversationClosed,
    CorrectedTooLate,
    EmptyMessage,
    NotFound,
    NothingToCorrect,
)
from chat.models import Conversation, Message, MessageKind
from chat.rows.conversations import conversation_row
from tests.cast import answers, closes, makes_group, writes, writes_among_staff


def corrects(account, message, text="Иначе", *, at=None):
    return correct_message(
        account, message.conversation.public_id, message.seq, text, at=at or timezone.now()
    )


@pytest.fixture
def answer(ilya, dialogue) -> Message:
    return answers(ilya, dialogue, "Так")


def test_the_message_says_it_in_other_words_and_the_log_grows(ilya, answer):
    corrects(ilya, answer)
    answer.refresh_from_db()
    assert (answer.text, answer.corrected_at is not None) == ("Иначе", True)
    entry = Message.objects.latest("seq")
    assert (entry.kind, entry.amends, entry.seq) == (MessageKind.AMENDED, answer, answer.seq + 1)
    assert entry.visitor_seq == answer.visitor_seq + 1


def test_what_it_said_before_is_kept(ilya, answer):
    corrects(ilya, answer)
    assert Message.objects.latest("seq").params == {"before": "Так"}


def test_numbers_stay_without_gaps_on_both_sides(ilya, marina, dialogue, answer):
    corrects(ilya, answer)
    writes(marina, "Понятно")
    for numbering in ("seq", "visitor_seq"):
        numbers = dialogue.messages.order_by(numbering).values_list(numbering, flat=True)
        assert list(numbers) == list(range(1, len(numbers) + 1))


def test_of_a_note_the_visitor_has_no_number(ilya, dialogue):
    note = answers(ilya, dialogue, "Тсс", note=True)
    corrects(ilya, note)
    assert Message.objects.latest("seq").visitor_seq is None


def test_the_same_words_are_no_change(ilya, answer):
    corrects(ilya, answer, "Так")
    assert not Message.objects.filter(kind=MessageKind.AMENDED).exists()


def test_again_and_again_while_it_is_fresh(ilya, answer):
    corrects(ilya, answer)
    corrects(ilya, answer, "Ещё иначе")
    assert answer.amendments.count() == 2


def test_it_is_neither_a_word_nor_an_answer(ilya, marina, dialogue):
    answer = answers(ilya, dialogue, "Так")
    writes(marina, "А это?")
    before = Conversation.objects.get()
    corrects(ilya, answer)
    after = Conversation.objects.get()
    assert after.last_message_at == before.last_message_at
    assert after in unanswered()
    assert conversation_row(after, at=timezone.now())["preview"] == "А это?"


def test_only_within_five_minutes(ilya, answer):
    late = answer.created_at + CORRECTABLE_FOR + timedelta(seconds=1)
    with pytest.raises(CorrectedTooLate):
        corrects(ilya, answer, at=late)


def test_only_ones_own_last(ilya, elena, dialogue, answer):
    answers(ilya, dialogue, "И ещё")
    for account in (ilya, elena):
        with pytest.raises(NothingToCorrect):
            corrects(account, answer)


def test_nobody_corrects_the_visitor_or_the_system(ilya, dialogue):
    for message in dialogue.messages.all():
        with pytest.raises(NothingToCorrect):
            corrects(ilya, message)


def test_not_to_nothing(ilya, answer):
    with pytest.raises(EmptyMessage):
        corrects(ilya, answer, "  ")


def test_not_in_what_is_closed_nor_in_what_one_may_not_see(ilya, kamila, dialogue, answer):
    with pytest.raises(NotFound):
        corrects(kamila, answer)
    closes(ilya, dialogue)
    with pytest.raises(ConversationClosed):
        corrects(ilya, answer)


# Over sockets


def test_both_sides_are_told_what_it_says_now(wires, ilya, marina, dialogue):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    sent = zone.ask("message", conversation=dialogue.public_id, text="Так")
    was = tab.expect("message", text="Так")
    fixed = zone.ask("correct", conversation=dialogue.public_id, seq=sent["seq"], text="Иначе")
    assert fixed["type"] == "ack"
    told = tab.expect("amended", text="Иначе")
    assert (told["of"], told["seq"], told["message"]) == (was["seq"], was["seq"] + 1, was["id"])
    assert "Иначе" in told["html"]
    assert "изменено" in told["html"]
    assert zone.expect("amended", text="Иначе")["of"] == sent["seq"]


def test_what_it_said_before_reaches_no_socket_again(wires, ilya, marina, dialogue):
    answer = answers(ilya, dialogue, "Прежнее")
    corrects(ilya, answer)
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    tab.settle()
    zone.settle()
    assert [raw for raw in (*zone.raw, *tab.raw) if "Прежнее" in raw] == []


def test_a_correction_of_a_note_reaches_no_visitor(wires, ilya, marina, dialogue):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    note = zone.ask("message", conversation=dialogue.public_id, text="тсс", note=True)
    zone.ask("correct", conversation=dialogue.public_id, seq=note["seq"], text="тише")
    zone.expect("amended", text="тише")
    tab.settle()
    assert [frame for frame in tab.frames if frame["type"] == "amended"] == []


def test_who_was_away_learns_of_it_by_number(wires, ilya, marina, dialogue):
    answer = answers(ilya, dialogue, "Так")
    corrects(ilya, answer)
    tab = wires.visitor(marina, after=answer.visitor_seq, conversation=dialogue.public_id)
    [told] = tab.welcome["messages"]
    assert (told["type"], told["text"], told["of"]) == ("amended", "Иначе", answer.visitor_seq)


def test_a_refusal_is_said_in_words(wires, ilya, marina, dialogue):
    zone = wires.operator(ilya)
    refused = zone.ask("correct", conversation=dialogue.public_id, seq=1, text="Иначе")
    assert refused["code"] == "forbidden"
    assert "своё последнее" in refused["detail"]


# Among staff


def test_in_a_chat_among_staff_too(wires, ilya, darya):
    chat = makes_group(ilya, "Смена", darya)
    message = writes_among_staff(ilya, chat, "Так")
    zone, other = wires.operator(ilya), wires.operator(darya)
    assert zone.ask("correct", conversation=chat.public_id, seq=message.seq, text="Иначе")
    told = other.expect("amended", conversation=chat.public_id, text="Иначе")
    assert (told["of"], told["seq"]) == (message.seq, message.seq + 1)
    assert "message--in" in told["html"]
    assert "message--out" in zone.expect("amended", text="Иначе")["html"]


def test_a_correction_among_staff_is_unread_by_nobody(ilya, darya):
    chat = makes_group(ilya, "Смена", darya)
    message = writes_among_staff(ilya, chat, "Так")
    correct_internal_message(ilya, chat.public_id, message.seq, "Иначе", at=timezone.now())
    assert chat.messages.said().count() == 1


def test_others_correct_nothing_among_staff(ilya, darya, anton):
    chat = makes_group(ilya, "Смена", darya)
    message = writes_among_staff(ilya, chat, "Так")
    for account, refusal in ((darya, NothingToCorrect), (anton, NotFound)):
        with pytest.raises(refusal):
            correct_internal_message(
                account, chat.public_id, message.seq, "Иначе", at=timezone.now()
            )


def test_ids_of_amendments_are_their_own(ilya, answer):
    corrects(ilya, answer)
    assert isinstance(Message.objects.latest("seq").client_id, uuid.UUID)
    assert Message.objects.filter(client_id=answer.client_id).count() == 1
