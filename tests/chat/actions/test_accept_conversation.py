"""Acceptance: one owner, whoever was first."""

from functools import partial

import pytest

from chat.actions.errors import AlreadyTaken, ConversationClosed, NotFound
from chat.models import Conversation
from chat.queue.position import queue_position
from chat.wire.lines import for_staff, for_visitor
from tests.cast import accepts, closes, staff, writes
from tests.crowd import at_once


@pytest.fixture
def eight(site, first_line):
    return [staff(f"op{number}", f"Оператор {number}", first_line) for number in range(8)]


@pytest.mark.django_db(transaction=True)
def test_of_eight_at_once_one_wins_and_the_others_learn_who(eight, waiting):
    outcomes = at_once([partial(accepts, operator, waiting) for operator in eight])
    (winner,) = [outcome for outcome in outcomes if isinstance(outcome, Conversation)]
    losers = [outcome for outcome in outcomes if isinstance(outcome, AlreadyTaken)]
    assert [loser.name for loser in losers] == [winner.operator.name] * 7
    assert waiting.messages.filter(kind="event").count() == 1


def test_the_owner_may_accept_again(ilya, dialogue):
    before = dialogue.last_seq
    assert accepts(ilya, dialogue).operator == ilya
    dialogue.refresh_from_db()
    assert dialogue.last_seq == before


def test_a_colleague_learns_who_has_it(darya, dialogue):
    with pytest.raises(AlreadyTaken, match="Илья Воронцов"):
        accepts(darya, dialogue)


def test_for_other_levels_it_does_not_exist(anton, kamila, waiting):
    for operator in (anton, kamila):
        with pytest.raises(NotFound):
            accepts(operator, waiting)


def test_for_another_site_s_operator_it_does_not_exist(zoya, waiting):
    with pytest.raises(NotFound):
        accepts(zoya, waiting)


def test_an_administrator_can_always_take(elena, waiting):
    assert accepts(elena, waiting).operator == elena


def test_what_is_closed_is_not_accepted(ilya, elena, waiting):
    closes(elena, waiting)
    with pytest.raises(ConversationClosed):
        accepts(ilya, waiting)


def test_the_visitor_reads_who_joined_and_staff_how_long_it_took(dialogue):
    event = dialogue.messages.get(kind="event")
    assert for_visitor(event) == "К переписке присоединился оператор Илья Воронцов"
    assert "ожидание 0:0" in for_staff(event)


def test_places_in_the_queue_count_from_the_longest_wait(marina, sergey, ilya):
    first, second = (writes(visitor).conversation for visitor in (marina, sergey))
    positions = [queue_position(conversation) for conversation in (first, second)]
    assert positions == [1, 2]


def test_the_queue_moves_up_when_its_head_is_taken(marina, sergey, ilya):
    first, second = (writes(visitor).conversation for visitor in (marina, sergey))
    accepts(ilya, first)
    assert queue_position(second) == 1


def test_another_department_s_queue_is_another_queue(marina, rustam):
    writes(marina)
    assert queue_position(writes(rustam).conversation) == 1


def test_a_conversation_in_dialogue_has_no_place(dialogue):
    assert queue_position(dialogue) is None
