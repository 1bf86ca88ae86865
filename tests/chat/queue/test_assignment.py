"""To whom next: each way of distribution, priorities, limits, timeouts, on plain facts."""

from datetime import UTC, datetime, timedelta

import pytest

from chat.queue.assignment import Seat, Waiting, lay, offer_in_order, ring_with_all

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
UNTIL = NOON + 30 * SECOND
ILYA, DARYA, BORIS = 1, 2, 3


def offers(seats, queue, *, in_turn=True, at=NOON, served=None, choose=min):
    """{conversation: who is asked}"""
    decided = decide(seats, queue, in_turn=in_turn, at=at, served=served, choose=choose)
    return {waiting.conversation: waiting.offered_to for waiting in decided}


def decide(seats, queue, *, in_turn=True, at=NOON, served=None, choose=min):
    return offer_in_order(
        lay(seats),
        queue,
        in_turn=in_turn,
        until=UNTIL,
        at=at,
        served=lambda conversation: served,
        choose=choose,
    )


def rings(seats):
    (waiting,) = ring_with_all(lay(seats), [Waiting(7)])
    return waiting.rings_for


# «по очереди»


def test_who_was_asked_longest_ago_is_asked_first():
    seats = [Seat(ILYA, offered_at=NOON), Seat(DARYA, offered_at=NOON - SECOND)]
    assert offers(seats, [Waiting(7)]) == {7: DARYA}


def test_who_was_never_asked_comes_before_all():
    seats = [Seat(ILYA, offered_at=NOON - SECOND), Seat(DARYA)]
    assert offers(seats, [Waiting(7)]) == {7: DARYA}


def test_turns_go_on_within_one_decision():
    queue = [Waiting(7), Waiting(8), Waiting(9)]
    assert offers([Seat(ILYA), Seat(DARYA)], queue) == {7: ILYA, 8: DARYA, 9: ILYA}


def test_an_offer_has_an_end_and_rings_with_one():
    assert decide([Seat(ILYA), Seat(DARYA)], [Waiting(7)]) == [
        Waiting(7, ILYA, UNTIL, (), rings_for=(ILYA,))
    ]


# «наименее загруженному»


def test_the_least_loaded_is_asked():
    seats = [Seat(ILYA, load=2), Seat(DARYA, load=1)]
    assert offers(seats, [Waiting(7)], in_turn=False) == {7: DARYA}


def test_offers_of_this_moment_count_as_load():
    seats = [Seat(ILYA, load=1), Seat(DARYA)]
    queue = [Waiting(7), Waiting(8), Waiting(9)]
    assert offers(seats, queue, in_turn=False) == {7: DARYA, 8: ILYA, 9: DARYA}


@pytest.mark.parametrize("choose", [min, max])
def test_among_equally_loaded_it_is_drawn(choose):
    seats = [Seat(ILYA, load=1), Seat(DARYA, load=1), Seat(BORIS, load=2)]
    assert offers(seats, [Waiting(7)], in_turn=False, choose=choose) == {7: choose(ILYA, DARYA)}


# Priority and limit, in every way


@pytest.mark.parametrize("in_turn", [True, False])
def test_priority_two_is_asked_nothing_while_anyone_of_one_has_room(in_turn):
    seats = [Seat(ILYA, priority=1, load=5, offered_at=NOON), Seat(DARYA, priority=2)]
    assert offers(seats, [Waiting(7)], in_turn=in_turn) == {7: ILYA}


@pytest.mark.parametrize("in_turn", [True, False])
def test_priority_two_is_asked_when_one_is_full(in_turn):
    seats = [Seat(ILYA, priority=1, limit=1, load=1), Seat(DARYA, priority=2)]
    assert offers(seats, [Waiting(7)], in_turn=in_turn) == {7: DARYA}


def test_nobody_is_asked_beyond_their_limit_counting_what_they_are_asked_already():
    queue = [Waiting(7), Waiting(8), Waiting(9)]
    assert offers([Seat(ILYA, limit=3, load=1)], queue) == {7: ILYA, 8: ILYA, 9: None}


def test_with_everybody_full_it_waits_and_rings_with_nobody():
    assert decide([Seat(ILYA, limit=1, load=1)], [Waiting(7)]) == [Waiting(7, rings_for=())]


def test_when_only_those_outside_the_queue_are_there_it_rings_with_all_of_them():
    seats = [Seat(ILYA, priority=0), Seat(DARYA, priority=0)]
    assert decide(seats, [Waiting(7)]) == [Waiting(7, rings_for=(ILYA, DARYA))]


def test_those_outside_the_queue_are_not_asked_while_somebody_in_it_is_free():
    assert offers([Seat(ILYA, priority=0), Seat(DARYA, priority=2)], [Waiting(7)]) == {7: DARYA}


# «всем»


def test_all_of_the_best_priority_ring():
    assert rings([Seat(ILYA), Seat(DARYA), Seat(BORIS, priority=2)]) == (ILYA, DARYA)


def test_who_is_full_does_not_ring():
    assert rings([Seat(ILYA, limit=1, load=1), Seat(DARYA, limit=2, load=1)]) == (DARYA,)


def test_priority_two_rings_when_one_is_full():
    assert rings([Seat(ILYA, limit=1, load=1), Seat(BORIS, priority=2)]) == (BORIS,)


def test_outside_the_queue_rings_when_nobody_in_it_is_there():
    assert rings([Seat(ILYA, priority=0), Seat(DARYA, priority=0)]) == (ILYA, DARYA)


def test_with_nobody_there_nothing_rings():
    assert rings([]) == ()


# First in, first out


def test_the_longest_wait_takes_what_is_free():
    seats = [Seat(ILYA, limit=1)]
    assert offers(seats, [Waiting(7), Waiting(8)]) == {7: ILYA, 8: None}


def test_an_offer_that_stands_is_left_to_whom_it_was_made():
    standing = Waiting(8, DARYA, NOON + SECOND, rings_for=(DARYA,))
    seats = [Seat(ILYA, limit=1), Seat(DARYA, limit=1)]
    assert offers(seats, [Waiting(7), standing]) == {7: ILYA, 8: DARYA}


def test_of_two_offers_beyond_a_limit_the_longer_wait_keeps_its_own():
    queue = [Waiting(n, ILYA, UNTIL, rings_for=(ILYA,)) for n in (7, 8)]
    assert offers([Seat(ILYA, limit=1), Seat(DARYA)], queue) == {7: ILYA, 8: DARYA}


# No answer


def test_without_an_answer_the_next_one_is_asked():
    unanswered = Waiting(7, ILYA, NOON, rings_for=(ILYA,))
    assert decide([Seat(ILYA), Seat(DARYA, load=9)], [unanswered], in_turn=False) == [
        Waiting(7, DARYA, UNTIL, passed_by=(ILYA,), rings_for=(DARYA,))
    ]


def test_who_did_not_answer_goes_last():
    seats = [Seat(ILYA), Seat(DARYA), Seat(BORIS)]
    waiting, asked = Waiting(7), []
    for _time in range(6):
        (waiting,) = decide(seats, [waiting], in_turn=False, at=waiting.offered_until or NOON)
        asked.append(waiting.offered_to)
        waiting = Waiting(7, waiting.offered_to, NOON, waiting.passed_by)
    assert asked == [ILYA, DARYA, BORIS] * 2


def test_the_only_one_is_asked_again():
    assert offers([Seat(ILYA)], [Waiting(7, ILYA, NOON)]) == {7: ILYA}


def test_who_left_before_their_time_was_up_did_not_let_it_pass():
    (offer,) = decide([Seat(DARYA)], [Waiting(7, ILYA, NOON + SECOND)])
    assert (offer.offered_to, offer.passed_by) == (DARYA, ())


# Who served last


@pytest.mark.parametrize("in_turn", [True, False])
def test_who_served_the_visitor_last_is_preferred(in_turn):
    seats = [Seat(ILYA), Seat(DARYA, load=3, offered_at=NOON)]
    assert offers(seats, [Waiting(7)], in_turn=in_turn, served=DARYA) == {7: DARYA}


def test_the_familiar_one_is_not_preferred_over_a_better_priority():
    seats = [Seat(ILYA), Seat(DARYA, priority=2)]
    assert offers(seats, [Waiting(7)], served=DARYA) == {7: ILYA}


def test_the_familiar_one_who_is_full_is_not_asked():
    seats = [Seat(ILYA), Seat(DARYA, limit=1, load=1)]
    assert offers(seats, [Waiting(7)], served=DARYA) == {7: ILYA}


def test_the_familiar_one_who_did_not_answer_goes_last_too():
    seats = [Seat(ILYA), Seat(DARYA)]
    assert offers(seats, [Waiting(7, DARYA, NOON)], served=DARYA) == {7: ILYA}
