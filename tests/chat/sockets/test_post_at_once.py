"""Posting by many at the same moment, on real threads."""

import pytest

from chat.models import Conversation, LineCode, Message
from tests.cast import answers, writes
from tests.crowd import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_twenty_at_once_are_numbered_without_a_gap(marina, waiting):
    at_once([lambda: writes(marina)] * 20)
    numbers = waiting.messages.order_by("seq").values_list("seq", "visitor_seq")
    assert list(numbers) == [(number, number) for number in range(1, 22)]


def test_notes_and_answers_at_once_leave_both_numberings_whole(marina, ilya, dialogue):
    acts = [lambda: writes(marina), lambda: answers(ilya, dialogue, "тсс", note=True)]
    at_once(acts * 8)
    seqs, visitor_seqs = zip(*dialogue.messages.values_list("seq", "visitor_seq"), strict=True)
    assert sorted(seqs) == list(range(1, 19))
    assert sorted(filter(None, visitor_seqs)) == list(range(1, 11))


def test_two_tabs_that_write_first_open_one_conversation(marina):
    at_once([lambda: writes(marina, "из одной"), lambda: writes(marina, "из другой")])
    assert (Conversation.objects.count(), Message.objects.count()) == (1, 2)


def test_many_tabs_that_write_first_open_one_conversation(marina):
    at_once([lambda: writes(marina)] * 8)
    assert Conversation.objects.get().last_seq == 8


def test_two_tabs_that_write_after_the_end_reopen_once(marina, ilya, dialogue):
    from tests.cast import closes

    closes(ilya, dialogue)
    at_once([lambda: writes(marina)] * 4)
    assert dialogue.messages.filter(code=LineCode.REOPENED).count() == 1
    assert Conversation.objects.count() == 1


def test_one_message_sent_over_two_sockets_is_stored_once(marina, waiting):
    import uuid

    client_id = uuid.uuid4()
    stored = at_once([lambda: writes(marina, client_id=client_id).pk] * 6)
    assert len(set(stored)) == 1


def test_different_visitors_do_not_wait_for_the_same_numbers(marina, sergey):
    at_once([lambda: writes(marina), lambda: writes(sergey)] * 5)
    assert sorted(Conversation.objects.values_list("last_seq", flat=True)) == [5, 5]
