"""What was said changes: the entry is another, and the log says so under its next number."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from chat.access import CORRECTABLE_FOR
from chat.actions.amendments import (
    correct_internal_message,
    correct_message,
    correct_visitor_message,
    retract_internal_message,
    retract_message,
    retract_visitor_message,
)
from chat.actions.departure import unanswered
from chat.actions.errors import (
    AlreadyRetracted,
    ConversationClosed,
    CorrectedMeanwhile,
    CorrectedTooLate,
    EmptyMessage,
    NotFound,
    NothingToCorrect,
    NothingToQuote,
)
from chat.files.signatures import sign_file
from chat.files.storage import store_file
from chat.models import Conversation, Message, MessageKind
from chat.rooms.history import search, state_of
from chat.rows.conversations import conversation_row
from chat.wire.lines import for_staff, for_visitor
from chat.wire.messages import changed_at
from tests.cast import answers, browser_of, closes, makes_group, token, writes, writes_among_staff


def corrects(account, message, text="Иначе", *, at=None, **shown):
    key, at = message.conversation.public_id, at or timezone.now()
    return correct_message(account, key, message.seq, text, at=at, **shown)


def retracts(account, message, *, at=None):
    key = message.conversation.public_id
    return retract_message(account, key, message.seq, at=at or timezone.now())


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


def test_also_what_is_not_the_last(ilya, dialogue, answer):
    answers(ilya, dialogue, "И ещё")
    corrects(ilya, answer)
    answer.refresh_from_db()
    assert answer.text == "Иначе"


def test_only_ones_own(elena, answer):
    with pytest.raises(NothingToCorrect):
        corrects(elena, answer)
    with pytest.raises(NothingToCorrect):
        retracts(elena, answer)


def test_nobody_corrects_the_visitor_or_the_system(ilya, dialogue):
    for message in dialogue.messages.all():
        with pytest.raises(NothingToCorrect):
            corrects(ilya, message)
        with pytest.raises(NothingToCorrect):
            retracts(ilya, message)


def test_not_to_nothing(ilya, answer):
    with pytest.raises(EmptyMessage):
        corrects(ilya, answer, "  ")


def test_not_in_what_is_closed_nor_in_what_one_may_not_see(ilya, kamila, dialogue, answer):
    with pytest.raises(NotFound):
        corrects(kamila, answer)
    with pytest.raises(NotFound):
        retracts(kamila, answer)
    closes(ilya, dialogue)
    for change in (corrects, retracts):
        with pytest.raises(ConversationClosed):
            change(ilya, answer)


def test_who_was_shown_other_words_is_told_and_insists(ilya, answer):
    """Two tabs of one person: the second reads first what the other has made of it."""
    shown = changed_at(answer) or None
    corrects(ilya, answer, "В одной вкладке")
    with pytest.raises(CorrectedMeanwhile):
        corrects(ilya, answer, "В другой", shown=shown)
    answer.refresh_from_db()
    assert answer.text == "В одной вкладке"
    corrects(ilya, answer, "В другой", shown=changed_at(answer))


def test_a_resend_of_what_was_done_is_no_conflict(ilya, answer):
    corrects(ilya, answer, shown=None)
    corrects(ilya, answer, shown=None)
    late = answer.created_at + CORRECTABLE_FOR + timedelta(seconds=1)
    corrects(ilya, answer, shown=None, at=late)
    assert answer.amendments.count() == 1


# Taken back


def test_what_is_taken_back_says_nothing_any_more(ilya, answer):
    retracts(ilya, answer)
    answer.refresh_from_db()
    assert (answer.text, answer.links) == ("", "")
    assert {for_visitor(answer), for_staff(answer)} == {"Сообщение удалено"}
    entry = Message.objects.latest("seq")
    assert (entry.code, entry.params, entry.visitor_seq) == (
        "retracted",
        {"before": "Так"},
        answer.visitor_seq + 1,
    )


def test_again_is_no_change_and_other_words_come_too_late(ilya, answer):
    retracts(ilya, answer)
    retracts(ilya, answer, at=answer.created_at + 2 * CORRECTABLE_FOR)
    assert answer.amendments.count() == 1
    with pytest.raises(AlreadyRetracted):
        corrects(ilya, answer)


def test_taking_back_has_its_time_too(ilya, answer):
    with pytest.raises(CorrectedTooLate):
        retracts(ilya, answer, at=answer.created_at + CORRECTABLE_FOR + timedelta(seconds=1))


def test_nobody_quotes_it_and_who_did_shows_that_it_is_gone(ilya, marina, dialogue, answer):
    question = writes(marina, "Как это?", quotes=answer.client_id)
    retracts(ilya, answer)
    with pytest.raises(NothingToQuote):
        writes(marina, "А теперь?", quotes=answer.client_id)
    page = browser_of(ilya).get(f"/chat/{dialogue.public_id}/").content.decode()
    quote = page[page.index(f'id="message-{question.client_id}"') :]
    assert "Сообщение удалено" in quote[: quote.index("Как это?")]


def test_lists_and_counts_follow(marina, dialogue):
    said = writes(marina, "Стыдно сказать")
    assert conversation_row(dialogue, at=timezone.now())["unread"] == 2
    retract_visitor_message(marina.pk, said.client_id, at=timezone.now())
    row = conversation_row(dialogue, at=timezone.now())
    assert (row["unread"], row["preview"]) == (1, "Сообщение удалено")


def test_its_files_are_an_administrator_s_alone(ilya, elena, marina, dialogue):
    upload = SimpleUploadedFile("смета.txt", b"text")
    file = store_file(upload, at=timezone.now(), account=ilya)
    answer = answers(ilya, dialogue, "Вот", files=[file.public_id])
    link = sign_file(file)
    bearer = {"Authorization": f"Bearer {token(marina)}"}
    renewed = f"/widget/demo/files/{file.public_id}/"
    assert browser_of().get(link).status_code == 200
    retracts(ilya, answer)
    assert browser_of().get(link).status_code == 404
    assert browser_of().get(renewed, headers=bearer).status_code == 404
    page = browser_of().get("/widget/demo/window/", headers=bearer).content.decode()
    assert "смета.txt" not in page
    path = file.get_absolute_url()
    assert [browser_of(one).get(path).status_code for one in (ilya, elena)] == [404, 200]


def test_the_words_under_files_are_changed_and_may_go(ilya, dialogue):
    file = store_file(SimpleUploadedFile("a.txt", b"text"), at=timezone.now(), account=ilya)
    answer = answers(ilya, dialogue, "Вот", files=[file.public_id])
    corrects(ilya, answer, "")
    answer.refresh_from_db()
    assert (answer.text, answer.attachments.count()) == ("", 1)


def test_the_transcript_tells_that_something_was_deleted_and_not_what(ilya, marina, answer):
    retracts(ilya, answer)
    bearer = {"Authorization": f"Bearer {token(marina)}"}
    text = browser_of().get("/widget/demo/transcript/", headers=bearer).getvalue().decode()
    assert "Сообщение удалено" in text
    assert "Так\n" not in text


# By the visitor


def test_visitors_change_and_take_back_their_own(ilya, marina, dialogue):
    said = writes(marina, "Так")
    correct_visitor_message(marina.pk, said.client_id, "Иначе", at=timezone.now())
    said.refresh_from_db()
    assert said.text == "Иначе"
    retract_visitor_message(marina.pk, said.client_id, at=timezone.now())
    said.refresh_from_db()
    assert for_staff(said) == "Сообщение удалено"


def test_visitors_change_nobody_else_s(ilya, marina, sergey, dialogue, answer):
    note = answers(ilya, dialogue, "Тсс", note=True)
    theirs = writes(sergey, "А я другое")
    line = dialogue.messages.filter(kind=MessageKind.EVENT).first()
    for message in (answer, note, theirs, line):
        with pytest.raises(NothingToCorrect):
            correct_visitor_message(marina.pk, message.client_id, "Иначе", at=timezone.now())
        with pytest.raises(NothingToCorrect):
            retract_visitor_message(marina.pk, message.client_id, at=timezone.now())


def test_for_visitors_the_same_limits_hold(ilya, marina, dialogue):
    said = writes(marina, "Так")
    late = said.created_at + CORRECTABLE_FOR + timedelta(seconds=1)
    with pytest.raises(CorrectedTooLate):
        correct_visitor_message(marina.pk, said.client_id, "Иначе", at=late)
    with pytest.raises(EmptyMessage):
        correct_visitor_message(marina.pk, said.client_id, " ", at=timezone.now())
    closes(ilya, dialogue)
    with pytest.raises(ConversationClosed):
        correct_visitor_message(marina.pk, said.client_id, "Иначе", at=timezone.now())


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
    assert "только своё сообщение" in refused["detail"]


def test_what_is_taken_back_stands_as_deleted_on_both_sides(wires, ilya, marina, dialogue):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    sent = zone.ask("message", conversation=dialogue.public_id, text="Тайна")
    was = tab.expect("message", text="Тайна")
    zone.ask("retract", conversation=dialogue.public_id, seq=sent["seq"])
    told = tab.expect("amended", message=was["id"])
    assert told["text"] == "Сообщение удалено"
    assert "Тайна" not in told["html"]
    assert zone.expect("amended", of=sent["seq"])["text"] == "Сообщение удалено"


def test_a_visitor_s_own_goes_by_the_message_s_id(wires, ilya, marina, dialogue):
    zone, tab, other = wires.operator(ilya), wires.visitor(marina), wires.visitor(marina)
    said = tab.ask("message", text="Так")
    tab.ask("correct", message=said["id"], text="Иначе", changed=None)
    assert zone.expect("amended", message=said["id"])["text"] == "Иначе"
    assert other.expect("amended", message=said["id"])["text"] == "Иначе"
    refused = other.ask("correct", message=said["id"], text="Ещё", changed=None)
    assert (refused["code"], "другой вкладке" in refused["detail"]) == ("conflict", True)
    other.ask("retract", message=said["id"])
    assert tab.expect("amended", text="Сообщение удалено")["message"] == said["id"]


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


def test_what_is_taken_back_among_staff_is_found_and_unread_no_more(wires, ilya, darya):
    chat = makes_group(ilya, "Смена", darya)
    message = writes_among_staff(ilya, chat, "Оговорился")
    zone, other = wires.operator(ilya), wires.operator(darya)
    zone.ask("retract", conversation=chat.public_id, seq=message.seq)
    assert other.expect("amended", text="Сообщение удалено")["of"] == message.seq
    assert list(search(chat, "оговорился")) == []
    assert state_of(darya, pk=chat.pk).unread == 0
    with pytest.raises(AlreadyRetracted):
        correct_internal_message(ilya, chat.public_id, message.seq, "Иначе", at=timezone.now())


def test_others_take_nothing_back_among_staff(ilya, darya):
    chat = makes_group(ilya, "Смена", darya)
    message = writes_among_staff(ilya, chat, "Так")
    with pytest.raises(NothingToCorrect):
        retract_internal_message(darya, chat.public_id, message.seq, at=timezone.now())


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
