"""The visitor is asked for facts of their system and sends what they see, or does not; once."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from chat.actions.departure import unanswered
from chat.actions.errors import AlreadyTaken, ConversationClosed, NotFound
from chat.actions.snapshots import (
    NoSuchSnapshot,
    NothingTold,
    SnapshotAnswered,
    SnapshotOver,
    answer_snapshot,
    ask_for_snapshot,
)
from chat.identification import identification_of
from chat.models import Conversation, MessageKind, Origin, SnapshotRequest, Step
from chat.sockets.frames import Fact, SystemFacts
from tests.cast import accepts, answers, closes, settles, writes

pytestmark = pytest.mark.once

FIREFOX = SystemFacts(
    browser=Fact("Firefox 143"),
    system=Fact("Windows 10 или 11"),
    screen=Fact("1920×1080"),
    timezone=Fact("Europe/Moscow"),
    page=Fact("https://example.ru/orders/17"),
    errors=[Fact("14:05:09 TypeError: n is null (menu.js:7)")],
)


def asks(account, conversation):
    return ask_for_snapshot(account, conversation.public_id, at=timezone.now())


def tells(visitor, request, facts=FIREFOX):
    answer_snapshot(visitor.pk, request.message.visitor_seq or 0, facts, at=timezone.now())
    request.refresh_from_db()
    return request


def states():
    return list(SnapshotRequest.objects.order_by("pk").values_list("state", flat=True))


def software_of(conversation):
    whole = Conversation.objects.select_related("visitor__site").get(pk=conversation.pk)
    return identification_of(whole, at=timezone.now()).steps[Step.SOFTWARE]


@pytest.fixture
def asked(ilya, dialogue):
    return asks(ilya, dialogue)


# Asked


def test_who_may_not_answer_may_not_ask(darya, kamila, dialogue):
    with pytest.raises(AlreadyTaken):
        asks(darya, dialogue)
    with pytest.raises(NotFound):
        asks(kamila, dialogue)


def test_nothing_is_asked_in_what_is_closed(ilya, dialogue):
    closes(ilya, dialogue)
    with pytest.raises(ConversationClosed):
        asks(ilya, dialogue)


def test_to_ask_is_no_answer(ilya, marina, dialogue):
    writes(marina, "Так что?")
    asks(ilya, dialogue)
    assert Conversation.objects.get().answered_at is None
    assert list(unanswered()) == [dialogue]


def test_a_second_request_withdraws_the_first(ilya, marina, asked, dialogue):
    asks(ilya, dialogue)
    assert states() == ["withdrawn", "open"]
    with pytest.raises(SnapshotOver):
        tells(marina, asked)
    assert SnapshotRequest.objects.exclude(facts={}).count() == 0


@pytest.mark.services
def test_the_database_knows_one_open_request_and_facts_of_what_was_given_alone(ilya, asked):
    with pytest.raises(IntegrityError), transaction.atomic():
        SnapshotRequest.objects.update(facts={"browser": "Firefox"})
    asked.pk, asked.message = None, answers(ilya, asked.conversation, "и")
    with pytest.raises(IntegrityError), transaction.atomic():
        asked.save()


# Answered


def test_what_they_agreed_to_is_kept_as_it_was_shown(marina, asked):
    tells(marina, asked)
    assert asked.state == "given"
    assert asked.facts == {
        "browser": "Firefox 143",
        "system": "Windows 10 или 11",
        "screen": "1920×1080",
        "timezone": "Europe/Moscow",
        "page": "https://example.ru/orders/17",
        "errors": ["14:05:09 TypeError: n is null (menu.js:7)"],
    }


def test_refused_is_no_silence(site, ilya, marina, asked, dialogue):
    assert tells(marina, asked, None).state == "declined"
    asks(ilya, dialogue)
    closes(ilya, dialogue, at=timezone.now() - 2 * site.reopen_window)
    writes(marina, "Новый вопрос")
    assert states() == ["declined", "unanswered"]


def test_of_what_was_left_unanswered_nothing_is_taken(site, ilya, marina, asked, dialogue):
    closes(ilya, dialogue, at=timezone.now() - 2 * site.reopen_window)
    writes(marina, "Новый вопрос")
    seq, key = asked.message.visitor_seq or 0, dialogue.public_id
    with pytest.raises(SnapshotOver):
        answer_snapshot(marina.pk, seq, FIREFOX, key, at=timezone.now())


@pytest.mark.parametrize(("first", "second"), [(FIREFOX, None), (None, FIREFOX)])
def test_an_answer_never_changes(marina, asked, dialogue, first, second):
    tells(marina, asked, first)
    tells(marina, asked, first)
    with pytest.raises(SnapshotAnswered):
        tells(marina, asked, second)
    assert dialogue.messages.filter(kind=MessageKind.AMENDED).count() == 1


def test_after_the_closing_it_may_still_be_answered(ilya, marina, asked, dialogue):
    closes(ilya, dialogue)
    assert tells(marina, asked).state == "given"


def test_nobody_answers_what_another_was_asked(sergey, rustam, asked):
    for stranger in (sergey, rustam):
        writes(stranger, "Я тоже тут")
        for named in (None, asked.conversation.public_id):
            seq, at = asked.message.visitor_seq or 0, timezone.now()
            with pytest.raises(NoSuchSnapshot):
                answer_snapshot(stranger.pk, seq, FIREFOX, named, at=at)
    assert states() == ["open"]


def test_a_message_is_no_request(ilya, marina, dialogue):
    said = answers(ilya, dialogue, "Готово")
    with pytest.raises(NoSuchSnapshot):
        answer_snapshot(marina.pk, said.visitor_seq or 0, FIREFOX, at=timezone.now())


def test_who_agrees_to_nothing_has_not_answered(marina, asked):
    empty = SystemFacts(browser=Fact("\x00\u202e "), errors=[Fact(" "), Fact()])
    with pytest.raises(NothingTold):
        tells(marina, asked, empty)
    assert states() == ["open"]


def test_what_is_long_or_no_text_is_cut_to_what_is_stored(marina, asked):
    page = Fact("\ud800https://\x07а\nб")
    long = SystemFacts(browser=Fact("я" * 9000), page=page, errors=[Fact("е" * 9000)] * 20)
    facts = tells(marina, asked, long).facts
    assert (len(facts["browser"]), facts["page"]) == (120, "https://а б")
    assert {len(error) for error in facts["errors"]} == {500}


# What it is a source of


def test_it_is_a_source_of_the_software(marina, asked, dialogue):
    tells(marina, asked)
    step = software_of(dialogue)
    assert step.value == "Firefox 143, Windows 10 или 11"
    assert step.counts.origin == Origin.REPORTED
    assert step.counts.at == asked.decided_at
    assert not step.is_verified


def test_beside_what_staff_settled_it_is_another_word_that_a_press_decides(
    ilya, marina, asked, dialogue
):
    settles(ilya, dialogue, Step.SOFTWARE, "СФЕРА.Видео")
    tells(marina, asked)
    assert (software_of(dialogue).value, software_of(dialogue).is_disputed) == ("СФЕРА.Видео", True)
    settles(ilya, dialogue, Step.SOFTWARE, "Firefox 143, Windows 10 или 11")
    assert software_of(dialogue).counts.origin == Origin.REPORTED
    assert not software_of(dialogue).is_disputed


def test_the_latest_that_was_given_counts(ilya, marina, asked, dialogue):
    tells(marina, asked)
    tells(marina, asks(ilya, dialogue), SystemFacts(browser=Fact("Chrome 141")))
    tells(marina, asks(ilya, dialogue), None)
    assert software_of(dialogue).value == "Chrome 141"


def test_the_log_is_without_gaps_on_both_sides(ilya, marina, asked, dialogue):
    tells(marina, asked)
    answers(ilya, dialogue, "тсс", note=True)
    asks(ilya, dialogue)
    closes(ilya, dialogue)
    writes(marina, "И ещё")
    accepts(ilya, dialogue)
    for numbering in ("seq", "visitor_seq"):
        numbers = dialogue.messages.exclude(**{numbering: None}).order_by(numbering)
        found = list(numbers.values_list(numbering, flat=True))
        assert found == list(range(1, len(found) + 1))
