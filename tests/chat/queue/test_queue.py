"""The queue of a department on real commits: who is asked, what frees it, who may take."""

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from chat.actions import presence as zone
from chat.actions.accounts import deactivate_account
from chat.actions.conversations import end_conversation
from chat.actions.errors import LimitReached, NotFound, OfferedToAnother
from chat.actions.queue import assign_waiting
from chat.queue.position import queue_position
from departments.models import Distribution, Membership
from operators import presence
from operators.models import Intention, Lease
from tests.cast import accepts, answers, closes, writes
from tests.crowd import at_once, customers

pytestmark = pytest.mark.django_db(transaction=True)

SECOND = timedelta(seconds=1)


@pytest.fixture
def in_turn(first_line):
    return distributes(first_line, Distribution.IN_TURN)


@pytest.fixture
def least_loaded(first_line):
    return distributes(first_line, Distribution.LEAST_LOADED)


def distributes(department, distribution):
    department.distribution = distribution
    department.save()
    return department


def enters(*accounts, at=None):
    """They come into the zone, or are still there at a later moment."""
    for account in accounts:
        lease = Lease.objects.filter(account=account, released_at=None).first()
        at = at or timezone.now()
        if lease is not None:
            presence.renew(lease.place, at=at)
        else:
            zone.enter_zone(account, Lease().place, at=at)


def leaves(account):
    zone.leave_zone(account, Lease.Ending.LEFT, at=timezone.now())


def limits(account, limit=0, priority=1):
    Membership.objects.filter(account=account).update(limit=limit, priority=priority)


def asked(conversation):
    conversation.refresh_from_db()
    return conversation.offered_to


def later(department, seconds, *present):
    """The moment so many seconds on, as the sweep finds it."""
    at = timezone.now() + seconds * SECOND
    enters(*present, at=at)
    assign_waiting(department.pk, at=at)
    return at


# Who is asked


def test_a_new_conversation_is_offered_at_once(in_turn, marina, ilya):
    enters(ilya)
    conversation = writes(marina).conversation
    assert asked(conversation) == ilya
    assert conversation.offered_until == conversation.waiting_since + in_turn.offer_timeout
    assert conversation.rings_for == [ilya.pk]


def test_the_usual_department_offers_nothing_and_rings_with_all(first_line, marina, ilya):
    enters(ilya)
    conversation = writes(marina).conversation
    assert asked(conversation) is None
    assert (conversation.rings_for, conversation.revision) == (None, 1)


def test_turns_are_taken_from_conversation_to_conversation(in_turn, site, ilya, darya):
    enters(ilya, darya)
    first, second, third, fourth = (
        asked(writes(visitor).conversation) for visitor in customers(site, 4)
    )
    assert {first, second} == {ilya, darya}
    assert (third, fourth) == (first, second)


def test_the_least_loaded_is_asked(least_loaded, site, ilya, darya):
    enters(ilya)
    one, other = customers(site, 2)
    accepts(ilya, writes(one).conversation)
    enters(darya)
    assert asked(writes(other).conversation) == darya


@pytest.mark.parametrize("chosen", ["busy", "break"])
def test_who_is_busy_or_on_a_break_is_not_asked(in_turn, marina, ilya, chosen):
    enters(ilya)
    zone.choose_intention(ilya, Intention(chosen), at=timezone.now())
    assert asked(writes(marina).conversation) is None


def test_who_is_not_in_the_zone_is_not_asked(in_turn, marina, ilya):
    conversation = writes(marina).conversation
    assert asked(conversation) is None
    assert conversation.rings_for == []


def test_an_operator_of_another_department_is_not_asked(in_turn, marina, anton):
    enters(anton)
    assert asked(writes(marina).conversation) is None


def test_chats_in_other_departments_count(in_turn, second_line, marina, sergey, anton):
    Membership.objects.create(account=anton, department=in_turn, limit=1)
    conversation = writes(marina).conversation
    conversation.department = second_line
    conversation.save()
    accepts(anton, conversation)
    enters(anton)
    assert asked(writes(sergey).conversation) is None


def test_who_served_the_visitor_last_is_asked_again(in_turn, site, marina, ilya, darya):
    site.reopen_window = timedelta()
    site.save()
    closes(darya, accepts(darya, writes(marina).conversation))
    enters(ilya, darya)
    assert asked(writes(marina).conversation) == darya


def test_in_a_reopened_conversation_too(in_turn, marina, ilya, darya):
    conversation = accepts(darya, writes(marina).conversation)
    answers(darya, conversation, "Готово")
    answers(ilya, conversation, "Запомнить", note=True)
    closes(darya, conversation)
    enters(ilya, darya)
    assert writes(marina, "Не готово").conversation == conversation
    assert asked(conversation) == darya


def test_with_all_priorities_ring_apart(first_line, marina, ilya, darya):
    limits(darya, priority=2)
    enters(ilya, darya)
    conversation = writes(marina).conversation
    assert asked(conversation) is None
    assert conversation.rings_for == [ilya.pk]
    leaves(ilya)
    conversation.refresh_from_db()
    assert conversation.rings_for == [darya.pk]


def test_a_department_that_becomes_usual_rings_with_all_again(in_turn, marina, ilya):
    enters(ilya)
    conversation = writes(marina).conversation
    distributes(in_turn, Distribution.ALL)
    assign_waiting(in_turn.pk, at=timezone.now())
    assert asked(conversation) is None
    assert conversation.rings_for is None


# No answer


def test_after_the_timeout_the_next_one_is_asked(in_turn, marina, ilya, darya):
    enters(ilya, darya)
    conversation = writes(marina).conversation
    before = asked(conversation)
    later(in_turn, 20, ilya, darya)
    assert asked(conversation) == before
    later(in_turn, 31, ilya, darya)
    assert {before, asked(conversation)} == {ilya, darya}


def test_the_department_says_how_long_an_offer_lasts(in_turn, marina, ilya, darya):
    in_turn.offer_timeout = 5 * SECOND
    in_turn.save()
    enters(ilya, darya)
    conversation = writes(marina).conversation
    before = asked(conversation)
    later(in_turn, 6, ilya, darya)
    assert asked(conversation) != before


def test_who_leaves_is_asked_no_longer(in_turn, marina, ilya, darya):
    enters(ilya, darya)
    conversation = writes(marina).conversation
    before = asked(conversation)
    leaves(before)
    assert {before, asked(conversation)} == {ilya, darya}


def test_when_the_last_one_leaves_nobody_is_asked(in_turn, marina, ilya):
    enters(ilya)
    conversation = writes(marina).conversation
    leaves(ilya)
    assert asked(conversation) is None


# What frees the queue


def full(account, visitor):
    """An operator with a limit of one, who has one."""
    limits(account, 1)
    enters(account)
    return accepts(account, writes(visitor).conversation)


def test_closing_gives_the_head_of_the_queue(in_turn, site, ilya):
    talking, first, second = customers(site, 3)
    dialogue = full(ilya, talking)
    head, behind = (writes(visitor).conversation for visitor in (first, second))
    assert (asked(head), asked(behind)) == (None, None)
    closes(ilya, dialogue)
    assert (asked(head), asked(behind)) == (ilya, None)


def test_a_visitor_who_ends_it_frees_the_operator_too(in_turn, marina, sergey, ilya):
    full(ilya, marina)
    head = writes(sergey).conversation
    end_conversation(marina.pk, at=timezone.now())
    assert asked(head) == ilya


def test_a_visitor_who_gives_up_leaves_the_offer_to_the_next(in_turn, marina, sergey, ilya):
    limits(ilya, 1)
    enters(ilya)
    first, second = (writes(visitor).conversation for visitor in (marina, sergey))
    assert asked(second) is None
    end_conversation(marina.pk, at=timezone.now())
    assert (asked(first), asked(second)) == (None, ilya)


def test_coming_in_gives_the_head(in_turn, marina, ilya):
    conversation = writes(marina).conversation
    enters(ilya)
    assert asked(conversation) == ilya


def test_coming_back_from_a_break_gives_the_head(in_turn, marina, ilya):
    enters(ilya)
    zone.choose_intention(ilya, Intention.BREAK, at=timezone.now())
    conversation = writes(marina).conversation
    zone.choose_intention(ilya, Intention.ONLINE, at=timezone.now())
    assert asked(conversation) == ilya


def test_a_raised_limit_gives_the_head_with_the_next_sweep(in_turn, marina, sergey, ilya):
    full(ilya, marina)
    head = writes(sergey).conversation
    limits(ilya, 2)
    assign_waiting(in_turn.pk, at=timezone.now())
    assert asked(head) == ilya


def test_what_a_deactivated_operator_had_is_offered_to_another(in_turn, marina, ilya, darya):
    enters(ilya, darya)
    conversation = writes(marina).conversation
    owner = asked(conversation)
    (other,) = {ilya, darya} - {owner}
    accepts(owner, conversation)
    deactivate_account(owner, at=timezone.now())
    assert asked(conversation) == other


# Who may take


def test_who_is_asked_accepts_and_the_offer_is_over(in_turn, marina, ilya):
    enters(ilya)
    conversation = accepts(ilya, writes(marina).conversation)
    assert conversation.operator == ilya
    assert asked(conversation) is None
    assert (conversation.passed_by, conversation.rings_for) == ([], None)


def test_another_is_refused_and_nothing_changes(in_turn, marina, ilya, darya):
    enters(ilya)
    conversation = writes(marina).conversation
    enters(darya)
    with pytest.raises(OfferedToAnother) as refused:
        accepts(darya, conversation)
    told = (refused.value.code, refused.value.detail)
    assert told == ("conflict", "Обращение сейчас предложено: Илья Воронцов.")
    assert asked(conversation) == ilya
    assert conversation.operator is None


def test_an_offer_that_ran_out_binds_nobody(in_turn, marina, ilya, darya):
    in_turn.offer_timeout = timedelta()
    in_turn.save()
    enters(ilya)
    assert accepts(darya, writes(marina).conversation).operator == darya


def test_what_is_offered_to_nobody_is_anyone_s(in_turn, marina, ilya):
    assert accepts(ilya, writes(marina).conversation).operator == ilya


def test_an_administrator_takes_what_is_offered_to_another(in_turn, marina, ilya, elena):
    enters(ilya)
    assert accepts(elena, writes(marina).conversation).operator == elena


@pytest.mark.parametrize("distribution", Distribution)
def test_nobody_takes_more_than_their_limit(first_line, marina, sergey, ilya, distribution):
    distributes(first_line, distribution)
    full(ilya, marina)
    conversation = writes(sergey).conversation
    with pytest.raises(LimitReached) as refused:
        accepts(ilya, conversation)
    assert "предельное число обращений (1)" in refused.value.detail
    conversation.refresh_from_db()
    assert conversation.state == "waiting"


def test_of_two_accepted_at_once_a_limit_of_one_lets_one(first_line, marina, sergey, ilya):
    limits(ilya, 1)
    waiting = [writes(visitor).conversation for visitor in (marina, sergey)]
    outcomes = at_once([partial(accepts, ilya, conversation) for conversation in waiting])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "Conversation",
        "LimitReached",
    ]


def test_who_was_put_off_takes_nothing_more(first_line, marina, ilya, elena):
    conversation = writes(marina).conversation
    deactivate_account(ilya, at=timezone.now())
    with pytest.raises(NotFound):
        accepts(ilya, conversation)


# What the visitor reads


def test_the_visitor_is_told_the_waiting_text_once(first_line, marina, ilya):
    first_line.waiting_text = "Ответим в течение пяти минут"
    first_line.save()
    conversation = writes(marina).conversation
    writes(marina, "Ещё вопрос")
    events = conversation.messages.filter(kind="event")
    assert [(event.seq, event.text) for event in events] == [(2, "Ответим в течение пяти минут")]


def test_again_when_a_closed_conversation_waits_again(first_line, marina, ilya, dialogue):
    first_line.waiting_text = "Ответим в течение пяти минут"
    first_line.save()
    closes(ilya, dialogue)
    writes(marina, "Снова я")
    assert dialogue.messages.order_by("seq").last().text == "Ответим в течение пяти минут"


def test_the_visitor_is_greeted_when_an_operator_accepts(first_line, marina, ilya):
    first_line.greeting = "Здравствуйте! Чем помочь?"
    first_line.save()
    conversation = accepts(ilya, writes(marina).conversation)
    last = conversation.messages.order_by("seq").last()
    assert (last.text, last.author_kind) == ("Здравствуйте! Чем помочь?", "system")


def test_without_texts_nothing_is_said(marina, ilya, dialogue):
    assert dialogue.messages.count() == 2


def test_places_count_from_the_longest_wait_whoever_is_asked(in_turn, site, ilya):
    limits(ilya, 1)
    enters(ilya)
    waiting = [writes(visitor).conversation for visitor in customers(site, 3)]
    assert [queue_position(conversation) for conversation in waiting] == [1, 2, 3]
