"""Whatever happens is told once, by its name, to each who listens, and only when it is true."""

import pytest
from django.db import transaction
from django.utils import timezone

from chat import events, happened
from chat.actions.amendments import correct_message
from chat.actions.conversations import end_conversation
from chat.actions.presence import choose_intention, sign_out
from chat.broadcasts.heard import HEARD
from operators.models import Intention
from tests.cast import (
    accepts,
    answers,
    closes,
    invites,
    is_present,
    joins,
    keeps_template,
    makes_group,
    takes_over,
    transfers,
    writes,
)


@pytest.fixture
def told(monkeypatch, db, django_capture_on_commit_callbacks):
    """What listeners heard of, in order; broadcasts listen too."""
    heard: list[events.Event] = []
    monkeypatch.setattr(happened, "LISTENERS", (*happened.LISTENERS, heard.append))

    def listen(act, *args, **kwargs):
        heard.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act(*args, **kwargs)
        return list(heard)

    return listen


def codes(heard):
    return [event.code for event in heard]


def kinds(parent=events.Event):
    """The classes that something can be told by."""
    for kind in parent.__subclasses__():
        if "code" in vars(kind):
            yield kind
        yield from kinds(kind)


def test_every_event_has_a_code_of_its_own_and_is_heard():
    named = [kind.code for kind in kinds()]
    assert len(named) == len(set(named)) > 20
    assert set(kinds()) == HEARD.keys()


def test_what_was_rolled_back_never_happened(told, marina):
    def thinks_better():
        with transaction.atomic():
            writes(marina, "Не приходит счёт")
            transaction.set_rollback(True)

    assert told(thinks_better) == []


def test_a_listener_that_fails_hinders_no_other(monkeypatch, told, marina, caplog):
    def failing(event):
        raise OSError(event.code)

    monkeypatch.setattr(happened, "LISTENERS", (failing, *happened.LISTENERS))
    heard = told(writes, marina, "Не приходит счёт")
    assert codes(heard) == ["conversation_opened", "message_posted"]
    assert caplog.text.count("OSError: ") == 2


def test_a_conversation_is_opened_accepted_and_closed(told, marina, ilya):
    opened, _posted = told(writes, marina, "Не приходит счёт")
    conversation = opened.conversation
    heard = told(accepts, ilya, conversation)
    assert codes(heard)[:2] == ["conversation_accepted", "message_posted"]
    heard += told(closes, ilya, conversation)
    assert codes(heard)[-2:] == ["message_posted", "conversation_ended"]
    assert {(event.conversation.pk, event.by_id) for event in heard} == {(conversation.pk, ilya.pk)}


def test_what_the_visitor_does_is_by_nobody_of_staff(told, marina):
    heard = told(writes, marina, "Не приходит счёт")
    heard += told(end_conversation, marina.pk, at=timezone.now())
    assert codes(heard)[-1] == "conversation_ended"
    assert {event.by_id for event in heard} == {None}


def test_an_answer_and_its_correction_are_their_author_s(told, dialogue, ilya):
    heard = told(answers, ilya, dialogue, "Проверяю")
    seq = heard[0].message.seq
    heard += told(correct_message, ilya, dialogue.public_id, seq, "Проверил", at=timezone.now())
    assert codes(heard) == ["message_posted", "message_amended"]
    assert [event.by_id for event in heard] == [ilya.pk] * 2


def test_a_transfer_is_offered_by_one_and_decided_by_the_other(told, dialogue, ilya, darya):
    is_present(darya)
    heard = told(transfers, ilya, dialogue, darya) + told(takes_over, darya, dialogue)
    said_by = {event.code: event.by_id for event in heard}
    assert (said_by["transfer_offered"], said_by["transfer_decided"]) == (ilya.pk, darya.pk)


def test_a_colleague_is_invited_and_comes_in(told, dialogue, ilya, darya):
    is_present(darya)
    (invited, _note) = told(invites, ilya, dialogue, darya)
    (joined, _line) = told(joins, darya, dialogue)
    assert (invited.code, invited.by_id) == ("participant_invited", ilya.pk)
    assert (joined.code, joined.by_id) == ("participant_joined", darya.pk)


def test_a_status_is_chosen_and_a_session_ends(told, ilya):
    at = timezone.now()
    assert codes(told(choose_intention, ilya, Intention.BREAK, at=at)) == ["intention_chosen"]
    assert "account_signed_out" in codes(told(sign_out, ilya, "key", at=at))


def test_templates_are_changed(told, ilya, elena):
    (shared,) = told(keeps_template, elena)
    (own,) = told(keeps_template, ilya, ilya)
    assert codes([shared, own]) == ["templates_changed"] * 2
    assert (shared.owner_id, own.owner_id) == (None, ilya.pk)


def test_a_group_is_made(told, ilya, darya):
    heard = told(makes_group, ilya, "Смена", darya)
    assert codes(heard) == ["internal_message_posted", "internal_chat_changed"]
