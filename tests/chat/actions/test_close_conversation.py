"""The end of a conversation: by whom it may come, and what it leaves."""

import pytest
from django.utils import timezone

from chat.actions.conversations import end_conversation
from chat.actions.errors import NotFound, NotYours
from chat.models import LineCode
from tests.cast import closes


def test_the_owner_closes(ilya, dialogue):
    assert closes(ilya, dialogue).closed_by == ilya


def test_an_administrator_closes_anything(elena, dialogue):
    assert closes(elena, dialogue).state == "closed"


def test_a_colleague_does_not_close_another_s(darya, dialogue):
    with pytest.raises(NotYours):
        closes(darya, dialogue)


def test_what_waits_may_be_closed_by_anyone_of_the_department(darya, waiting):
    assert closes(darya, waiting).state == "closed"


def test_for_other_levels_it_does_not_exist(anton, waiting):
    with pytest.raises(NotFound):
        closes(anton, waiting)


def test_closing_twice_is_closing_once(ilya, elena, dialogue):
    closes(ilya, dialogue)
    assert closes(elena, dialogue).closed_by == ilya
    assert dialogue.messages.filter(code=LineCode.CLOSED).count() == 1


def test_the_visitor_ends_their_own(marina, dialogue):
    assert end_conversation(marina.pk, at=timezone.now()).state == "closed"


def test_without_an_open_one_there_is_nothing_to_end(sergey, dialogue):
    with pytest.raises(NotFound):
        end_conversation(sergey.pk, at=timezone.now())
