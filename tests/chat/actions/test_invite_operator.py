"""Colleagues in a conversation: asked, in, and out again; the owner stays the owner."""

import uuid
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from chat import access
from chat.actions import invitations as actions
from chat.actions import messages
from chat.actions.accounts import deactivate_account
from chat.actions.conversations import end_conversation
from chat.actions.errors import (
    AlreadyIn,
    AlreadyInvited,
    AlreadyTaken,
    ConversationClosed,
    InvitationExpired,
    InvitationOver,
    InvitedOneself,
    InviteeAbsent,
    NoSuchOperator,
    NotAccepted,
    NotFound,
    NotThere,
    NotYours,
    OtherDepartment,
)
from chat.actions.posts import append_posts
from chat.models import Conversation, LineCode, Participant
from chat.rows.conversations import conversation_row
from chat.rows.operators import operator_rows
from chat.wire.lines import for_staff, for_visitor
from operators.models import Account, Intention
from tests.cast import (
    accepts,
    answers,
    closes,
    invites,
    is_present,
    joins,
    loses_its_owner,
    staff,
    takes_over,
    transfers,
    writes,
)
from tests.chat.actions.test_post_together import replies
from tests.crowd import at_once

pytestmark = pytest.mark.once

LATER = Participant.TIMEOUT


@pytest.fixture(autouse=True)
def _everybody_is_there(ilya, darya, anton, kamila, elena):
    is_present(ilya, darya, anton, kamila, elena)


@pytest.fixture
def invited(dialogue, ilya, anton) -> Participant:
    """Ilya has asked Anton to come to Marina."""
    return invites(ilya, dialogue, anton, "Помоги со шлюзом")


@pytest.fixture
def together(invited, dialogue, anton) -> Conversation:
    """Anton has come: he and Ilya both talk with Marina."""
    return joins(anton, dialogue)


def decline(account, conversation, reason=""):
    return actions.decline_invitation(account, conversation.public_id, reason, at=timezone.now())


def leave(account, conversation):
    return actions.leave_conversation(account, conversation.public_id, at=timezone.now())


def remove(account, conversation, participant):
    return actions.remove_participant(
        account, conversation.public_id, participant.pk, at=timezone.now()
    )


def read(account, conversation, seq):
    messages.mark_read_by_operator(account, conversation.public_id, seq, at=timezone.now())


def visible(account):
    return access.visible_to(account).exists()


def state(conversation):
    """All that a refusal must leave as it was."""
    conversation.refresh_from_db()
    return (
        conversation.operator_id,
        conversation.closed_at,
        conversation.last_seq,
        conversation.revision,
        list(conversation.participants.order_by("pk").values()),
    )


def refuses(conversation, refusal, act):
    """…and nothing is changed, and there are words for it."""
    before = state(conversation)
    with pytest.raises(refusal) as raised:
        act()
    assert state(conversation) == before
    assert raised.value.detail[0].isalpha()


def told_visitor(conversation):
    shown = conversation.messages.filter(visitor_seq__isnull=False).order_by("seq")
    return [for_visitor(message) for message in shown]


# Asked


def test_who_is_invited_sees_it_and_nobody_else_of_that_level(
    invited, dialogue, anton, kamila, second_line
):
    colleague = staff("boris", "Борис Ким", second_line)
    assert [visible(one) for one in (anton, kamila, colleague)] == [True, False, False]


def test_before_they_come_the_visitor_is_told_nothing(invited, dialogue):
    assert told_visitor(dialogue) == [
        "Не приходит счёт",
        "К переписке присоединился оператор Илья Воронцов",
    ]


def test_the_invitation_and_its_note_stay_in_the_log_for_staff(invited, dialogue, ilya):
    note = dialogue.messages.get(kind="note")
    assert (for_staff(note), note.author) == ("Приглашение: Антон Белый\nПомоги со шлюзом", ilya)
    assert note.visitor_seq is None


def test_until_they_come_they_write_notes_only(invited, dialogue, anton):
    refuses(dialogue, AlreadyTaken, lambda: answers(anton, dialogue, "Здравствуйте"))
    assert answers(anton, dialogue, "Сейчас", note=True).kind == "note"


def test_who_has_come_may_invite_further(together, dialogue, anton, kamila):
    assert invites(anton, dialogue, kamila).invited_by == anton


def test_an_administrator_invites_into_anybody_s(dialogue, elena, anton):
    assert invites(elena, dialogue, anton).account == anton


@pytest.mark.parametrize("intention", [Intention.ONLINE, Intention.BUSY])
def test_the_busy_may_be_asked_too(dialogue, ilya, anton, intention):
    Account.objects.filter(pk=anton.pk).update(intention=intention)
    assert invites(ilya, dialogue, anton).account == anton


@pytest.mark.services
def test_once_at_a_time(invited):
    invited.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        invited.save()


def test_of_many_invitations_at_once_one_is_made(transactional_db, dialogue, ilya, anton):
    def invite():
        try:
            invites(ilya, dialogue, anton)
        except AlreadyInvited:
            return "refused"
        return "sent"

    assert Counter(at_once([invite] * 4)) == {"refused": 3, "sent": 1}
    assert dialogue.participants.count() == 1


# Refused


def test_nobody_invites_themselves(dialogue, ilya):
    refuses(dialogue, InvitedOneself, lambda: invites(ilya, dialogue, ilya))


def test_who_is_in_it_is_not_invited_again(together, dialogue, ilya, anton, elena):
    refuses(dialogue, AlreadyIn, lambda: invites(ilya, dialogue, anton))
    refuses(dialogue, AlreadyIn, lambda: invites(elena, dialogue, ilya))


def test_who_was_asked_is_not_asked_again(invited, dialogue, ilya, anton):
    refuses(dialogue, AlreadyInvited, lambda: invites(ilya, dialogue, anton))


def test_the_absent_are_not_invited(dialogue, ilya, second_line):
    boris = staff("boris", "Борис Ким", second_line)
    refuses(dialogue, InviteeAbsent, lambda: invites(ilya, dialogue, boris))


def test_on_a_break_one_is_absent(dialogue, ilya, anton):
    Account.objects.filter(pk=anton.pk).update(intention=Intention.BREAK)
    refuses(dialogue, InviteeAbsent, lambda: invites(ilya, dialogue, anton))


def test_no_customer_and_nobody_put_off_is_invited(dialogue, ilya, customer, anton):
    refuses(dialogue, NoSuchOperator, lambda: invites(ilya, dialogue, customer))
    Account.objects.filter(pk=anton.pk).update(is_active=False)
    refuses(dialogue, NoSuchOperator, lambda: invites(ilya, dialogue, anton))


def test_what_nobody_has_accepted_nobody_is_invited_to(waiting, ilya, anton):
    refuses(waiting, NotAccepted, lambda: invites(ilya, waiting, anton))


def test_what_is_closed_nobody_is_invited_to(dialogue, ilya, anton):
    closes(ilya, dialogue)
    refuses(dialogue, ConversationClosed, lambda: invites(ilya, dialogue, anton))


def test_a_mere_colleague_or_one_who_was_only_asked_invites_nobody(
    invited, dialogue, darya, anton, kamila
):
    refuses(dialogue, NotYours, lambda: invites(darya, dialogue, kamila))
    refuses(dialogue, NotYours, lambda: invites(anton, dialogue, kamila))


def test_who_may_not_see_it_invites_nobody(dialogue, kamila, anton):
    refuses(dialogue, NotFound, lambda: invites(kamila, dialogue, anton))


# Answered


def test_who_joins_is_named_to_the_visitor(together, dialogue):
    assert told_visitor(dialogue)[-1] == "К переписке присоединился оператор Антон Белый"
    assert for_staff(dialogue.messages.last()).endswith("· по приглашению: Илья Воронцов")


def test_both_write_under_their_own_names(together, dialogue, ilya, anton):
    answers(ilya, dialogue, "Со мной Антон")
    answers(anton, dialogue, "Здравствуйте")
    written = dialogue.messages.filter(kind="text", author_kind="operator").order_by("seq")
    assert list(written.values_list("author_name", "text")) == [
        ("Илья Воронцов", "Со мной Антон"),
        ("Антон Белый", "Здравствуйте"),
    ]


def test_the_owner_stays_the_owner(together, dialogue, ilya, first_line):
    dialogue.refresh_from_db()
    assert (dialogue.operator, dialogue.department) == (ilya, first_line)


def test_a_guest_s_message_is_stored_by_the_long_way_alone(together, dialogue, ilya, anton):
    stored = append_posts([replies(ilya, dialogue, "раз"), replies(anton, dialogue, "два")])
    assert [one is not None for one in stored] == [True, False]
    client_id = uuid.uuid4()
    first = answers(anton, dialogue, "два", client_id=client_id)
    assert answers(anton, dialogue, "два", client_id=client_id) == first


def test_joining_twice_is_no_change(together, dialogue, anton):
    before = state(dialogue)
    joins(anton, dialogue)
    assert state(dialogue) == before


def test_at_once_one_joins_once(transactional_db, invited, dialogue, anton):
    at_once([lambda: joins(anton, dialogue)] * 4)
    assert dialogue.messages.filter(code=LineCode.JOINED).count() == 1


def test_declined_it_is_over_and_staff_read_why(invited, dialogue, anton):
    decline(anton, dialogue, "Обед")
    assert not visible(anton)
    note = dialogue.messages.last()
    assert (note.kind, for_staff(note)) == ("note", "Приглашение отклонено: Антон Белый. Обед")
    refuses(dialogue, InvitationOver, lambda: joins(anton, dialogue))


def test_who_has_come_declines_no_more(together, dialogue, anton):
    refuses(dialogue, AlreadyIn, lambda: decline(anton, dialogue))


def test_who_was_not_invited_neither_joins_nor_declines(dialogue, darya, kamila):
    refuses(dialogue, InvitationOver, lambda: joins(darya, dialogue))
    refuses(dialogue, InvitationOver, lambda: decline(darya, dialogue))
    refuses(dialogue, NotFound, lambda: joins(kamila, dialogue))


def test_after_its_time_it_is_refused_swept_or_not(invited, dialogue, anton):
    after = invited.expires_at
    refuses(dialogue, InvitationExpired, lambda: joins(anton, dialogue, at=after))
    assert actions.expire_invitations(at=after) == 1
    refuses(dialogue, InvitationOver, lambda: joins(anton, dialogue, at=after))


def test_in_time_it_stands(invited, dialogue, anton):
    last = invited.expires_at - timedelta(microseconds=1)
    assert actions.expire_invitations(at=last) == 0
    joins(anton, dialogue, at=last)
    assert actions.expire_invitations(at=last + LATER) == 0


def test_expired_it_is_over_for_all_but_staff_s_log(invited, dialogue, anton):
    actions.expire_invitations(at=invited.expires_at)
    assert not visible(anton)
    assert for_staff(dialogue.messages.last()) == "На приглашение не ответили вовремя: Антон Белый"
    assert len(told_visitor(dialogue)) == 2


def test_many_processes_expire_it_once(transactional_db, invited, dialogue):
    expire = partial(actions.expire_invitations, at=invited.expires_at)
    assert Counter(at_once([expire] * 4)) == {0: 3, 1: 1}


def test_after_a_refusal_one_may_be_asked_again(invited, dialogue, ilya, anton):
    decline(anton, dialogue)
    invites(ilya, dialogue, anton)
    joins(anton, dialogue)
    assert dialogue.participants.joined().get().account == anton


# Out again


def test_who_leaves_is_out_and_the_visitor_reads_one_line(together, dialogue, anton):
    leave(anton, dialogue)
    assert told_visitor(dialogue)[-1] == "Оператор Антон Белый вышел из переписки"
    assert not visible(anton)
    refuses(dialogue, NotFound, lambda: answers(anton, dialogue, "И ещё"))


def test_nobody_leaves_twice_nor_without_having_come(invited, dialogue, darya, anton, kamila):
    refuses(dialogue, NotThere, lambda: leave(anton, dialogue))
    refuses(dialogue, NotThere, lambda: leave(darya, dialogue))
    refuses(dialogue, NotFound, lambda: leave(kamila, dialogue))
    joins(anton, dialogue)
    leave(anton, dialogue)
    refuses(dialogue, NotThere, lambda: leave(anton, dialogue))


def test_the_owner_does_not_leave_this_way(together, dialogue, ilya):
    refuses(dialogue, NotThere, lambda: leave(ilya, dialogue))


@pytest.mark.parametrize("who", ["ilya", "elena"])
def test_the_owner_or_an_administrator_removes(together, dialogue, anton, who, request):
    remove(request.getfixturevalue(who), dialogue, anton)
    assert told_visitor(dialogue)[-1] == "Оператор Антон Белый вышел из переписки"
    assert not visible(anton)


def test_staff_read_who_removed_them(together, dialogue, ilya, anton):
    remove(ilya, dialogue, anton)
    words = "Антон Белый: больше не участвует в переписке (Илья Воронцов)"
    assert for_staff(dialogue.messages.last()) == words


def test_others_remove_nobody(together, dialogue, darya, anton, ilya, kamila):
    invites(ilya, dialogue, kamila)
    for remover, removed in [(darya, anton), (anton, anton), (anton, ilya), (anton, kamila)]:
        refuses(dialogue, NotYours, partial(remove, remover, dialogue, removed))
    refuses(dialogue, NotThere, lambda: remove(ilya, dialogue, darya))
    refuses(dialogue, NotThere, lambda: remove(ilya, dialogue, ilya))


def test_an_invitation_is_withdrawn_without_a_word_to_the_visitor(invited, dialogue, ilya, anton):
    remove(ilya, dialogue, anton)
    assert for_staff(dialogue.messages.last()) == "Приглашение отменено: Антон Белый"
    assert len(told_visitor(dialogue)) == 2
    refuses(dialogue, InvitationOver, lambda: joins(anton, dialogue))


def test_who_invited_withdraws_it_and_removes_nobody(together, dialogue, anton, kamila):
    invites(anton, dialogue, kamila)
    remove(anton, dialogue, kamila)
    invites(anton, dialogue, kamila)
    joins(kamila, dialogue)
    refuses(dialogue, NotYours, lambda: remove(anton, dialogue, kamila))


def test_with_the_conversation_everybody_s_part_ends_without_a_word(
    together, dialogue, ilya, anton, kamila
):
    invites(ilya, dialogue, kamila)
    closes(ilya, dialogue)
    assert not dialogue.participants.current().exists()
    assert told_visitor(dialogue)[-2:] == [
        "К переписке присоединился оператор Антон Белый",
        "Обращение закрыто",
    ]
    assert (visible(anton), visible(kamila)) == (False, False)


def test_reopened_it_begins_without_guests(together, dialogue, marina, ilya, anton):
    end_conversation(marina.pk, at=timezone.now())
    assert writes(marina, "Ещё вопрос").conversation == dialogue
    assert not visible(anton)


def test_a_closed_conversation_is_not_joined(invited, dialogue, ilya, anton):
    closes(ilya, dialogue)
    refuses(dialogue, InvitationOver, lambda: joins(anton, dialogue))


def test_back_in_the_queue_the_guest_stays_and_goes_on_talking(together, dialogue, anton):
    loses_its_owner(dialogue)
    answers(anton, dialogue, "Я ещё здесь")
    assert told_visitor(dialogue)[-1] == "Я ещё здесь"


def test_what_waits_for_another_department_is_not_the_guest_s_to_take_or_close(
    together, dialogue, darya, anton, kamila, ilya
):
    """Whoever the queue would not have asked does not pass it by an invitation."""
    invites(ilya, dialogue, kamila)
    loses_its_owner(dialogue)
    for stranger in (anton, kamila):
        refuses(dialogue, OtherDepartment, partial(accepts, stranger, dialogue))
        refuses(dialogue, OtherDepartment, partial(closes, stranger, dialogue))
    assert accepts(darya, dialogue).operator == darya
    assert visible(anton)


def test_a_guest_does_not_close_another_s(together, dialogue, anton):
    refuses(dialogue, NotYours, lambda: closes(anton, dialogue))


def test_transferred_to_others_the_guest_stays(together, dialogue, ilya, anton, kamila):
    transfers(ilya, dialogue, kamila)
    takes_over(kamila, dialogue)
    assert answers(anton, dialogue, "Я ещё здесь").author == anton


def test_who_takes_it_over_is_no_guest_any_more(together, dialogue, ilya, anton):
    transfers(ilya, dialogue, anton)
    takes_over(anton, dialogue)
    assert not dialogue.participants.current().exists()
    assert answers(anton, dialogue, "Теперь я").author == anton


def test_who_accepts_it_from_the_queue_is_no_guest_any_more(dialogue, ilya, darya):
    invites(ilya, dialogue, darya)
    joins(darya, dialogue)
    loses_its_owner(dialogue)
    accepts(darya, dialogue)
    assert not dialogue.participants.current().exists()


def test_a_deactivated_account_leaves(transactional_db, together, dialogue, anton, kamila, ilya):
    invites(ilya, dialogue, kamila)
    for account in (anton, kamila):
        deactivate_account(account, at=timezone.now())
    assert not dialogue.participants.current().exists()
    assert told_visitor(dialogue)[-1] == "Оператор Антон Белый вышел из переписки"


def test_the_sweep_finds_those_put_off_elsewhere(together, dialogue, anton):
    Account.objects.filter(pk=anton.pk).update(is_active=False)
    assert actions.release_deactivated(at=timezone.now()) == 1
    assert actions.release_deactivated(at=timezone.now()) == 0
    assert not dialogue.participants.current().exists()


# What it does not touch


def test_no_limit_counts_a_guest_s_conversations(together, sergey, anton, second_line):
    second_line.memberships.filter(account=anton).update(limit=1)
    other = writes(sergey).conversation
    Conversation.objects.filter(pk=other.pk).update(department=second_line)
    assert accepts(anton, other).operator == anton
    (row,) = [row for row in operator_rows(at=timezone.now()) if row["id"] == anton.pk]
    assert row["load"] == 1


def test_a_guest_at_the_limit_may_come(dialogue, sergey, ilya, anton, second_line):
    other = writes(sergey).conversation
    Conversation.objects.filter(pk=other.pk).update(department=second_line)
    accepts(anton, other)
    second_line.memberships.filter(account=anton).update(limit=1)
    invites(ilya, dialogue, anton)
    joins(anton, dialogue)
    assert dialogue.participants.joined().exists()


def test_nothing_waits_for_a_guest(invited, dialogue):
    assert not Conversation.objects.waiting().exists()
    dialogue.refresh_from_db()
    assert dialogue.offered_to is None


# Read


def unread_of(account, conversation):
    conversation.refresh_from_db()
    row = conversation_row(conversation, at=timezone.now())
    (guest,) = [guest for guest in row["guests"] if guest["account"] == account.pk]
    return row["unread"], guest["unread"]


def test_everybody_has_their_own_unread(together, dialogue, marina, ilya, anton):
    asked = writes(marina, "Вы оба здесь?").seq
    assert unread_of(anton, dialogue) == (2, 2)
    read(anton, dialogue, asked)
    assert unread_of(anton, dialogue) == (2, 0)
    read(ilya, dialogue, asked)
    writes(marina, "Ау")
    assert unread_of(anton, dialogue) == (1, 1)


def test_a_read_pointer_only_grows_and_not_beyond_the_log(together, dialogue, marina, anton):
    last = writes(marina).seq
    read(anton, dialogue, 999)
    read(anton, dialogue, 1)
    assert dialogue.participants.get().read_seq == last


def test_a_guest_s_reading_does_not_tell_the_visitor(together, dialogue, marina, anton):
    read(anton, dialogue, writes(marina).seq)
    dialogue.refresh_from_db()
    assert dialogue.operator_read_seq == 0
