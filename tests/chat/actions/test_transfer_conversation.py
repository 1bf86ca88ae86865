"""Handing over: offered to one addressee, who decides; until then the owner stays the owner."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from chat import access
from chat.actions import transfers as actions
from chat.actions.accounts import deactivate_account
from chat.actions.errors import (
    AddresseeAbsent,
    BeingTransferred,
    CardMissing,
    ConversationClosed,
    EmptyDepartment,
    NoSuchAddressee,
    NotAccepted,
    NotFound,
    NothingToReturn,
    NotYours,
    ReasonMissing,
    Refusal,
    SameOwner,
    TransferExpired,
    TransferOver,
)
from chat.actions.handover import Card
from chat.models import Conversation, LineCode, Outcome, Transfer
from chat.wire.lines import for_staff, for_visitor
from departments.models import Department, Membership
from operators.models import Intention
from tests.cast import (
    SECOND,
    accepts,
    answers,
    closes,
    is_present,
    staff,
    takes_over,
    to,
    transfers,
    writes,
)
from tests.crowd import at_once

pytestmark = pytest.mark.once

LATER = timedelta(minutes=2)


@pytest.fixture(autouse=True)
def _everybody_is_there(ilya, anton, kamila):
    is_present(ilya, anton, kamila)


@pytest.fixture
def offered(dialogue, ilya, anton) -> Transfer:
    """Ilya is transferring Marina to Anton."""
    return transfers(ilya, dialogue, anton, note="Помоги, пожалуйста", asked="Не приходит счёт")


@pytest.fixture
def moved(offered, dialogue, anton) -> Conversation:
    """Anton has taken Marina over."""
    return takes_over(anton, dialogue)


def decline(account, conversation, reason=""):
    return actions.decline_transfer(account, conversation.public_id, reason, at=timezone.now())


def cancel(account, conversation):
    return actions.cancel_transfer(account, conversation.public_id, at=timezone.now())


def give_back(account, conversation, reason="Это вопрос первой линии", **given):
    return actions.return_conversation(
        account, conversation.public_id, reason, at=timezone.now(), **given
    )


def state(conversation):
    """All that a refused transfer must leave as it was."""
    conversation.refresh_from_db()
    return (
        conversation.operator_id,
        conversation.department_id,
        conversation.last_seq,
        conversation.revision,
        list(conversation.transfers.values_list("outcome", flat=True)),
    )


# Offered


def test_while_it_is_offered_the_sender_stays_the_owner(offered, dialogue, ilya, first_line):
    dialogue.refresh_from_db()
    assert (dialogue.operator, dialogue.department) == (ilya, first_line)
    assert answers(ilya, dialogue, "Минуту").author == ilya


def test_the_visitor_is_told_nothing_before_it_is_accepted(offered, dialogue):
    dialogue.refresh_from_db()
    assert dialogue.last_visitor_seq == 2


def test_the_card_is_kept_in_the_log_for_staff(offered, dialogue):
    note = dialogue.messages.get(kind="note")
    assert for_staff(note) == (
        "Передача: Антон Белый\nПомоги, пожалуйста\nЧто спросили: Не приходит счёт"
    )
    assert note.visitor_seq is None


def test_the_addressee_sees_it_and_nobody_else_of_that_level(offered, anton, kamila, second_line):
    colleague = staff("boris", "Борис Ким", second_line)
    seen = [access.visible_to(account).exists() for account in (anton, kamila, colleague)]
    assert seen == [True, False, False]


def test_of_a_department_every_member_sees_it(dialogue, ilya, anton, kamila, second_line):
    transfers(ilya, dialogue, second_line)
    assert access.visible_to(anton).get() == dialogue
    assert not access.visible_to(kamila).exists()


@pytest.mark.services
def test_a_transfer_has_one_addressee(offered, second_line):
    offered.to_department = second_line
    with pytest.raises(IntegrityError), transaction.atomic():
        offered.save()


@pytest.mark.services
def test_a_conversation_has_one_pending_transfer(offered):
    offered.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        offered.save()


# Accepted


def test_the_addressee_becomes_the_owner_in_their_department(moved, anton, second_line):
    moved.refresh_from_db()
    assert (moved.operator, moved.department, moved.state) == (anton, second_line, "active")


def test_the_visitor_reads_one_line_and_staff_read_more(moved):
    line = moved.messages.filter(kind="event").last()
    assert for_visitor(line) == "Обращение передано: Антон Белый"
    assert for_staff(line) == "Обращение передано: Илья Воронцов → Антон Белый, уровень 2"


def test_the_new_owner_sees_everything_and_the_old_one_nothing_more(moved, ilya, anton):
    assert access.visible_to(anton).get().messages.count() == moved.last_seq
    assert not access.visible_to(ilya).exists()


def test_within_a_department_it_stays_there(dialogue, ilya, darya, first_line):
    is_present(darya)
    transfers(ilya, dialogue, darya)
    assert takes_over(darya, dialogue).department == first_line


def test_an_operator_of_several_departments_takes_it_to_the_lowest(
    dialogue, ilya, kamila, second_line
):
    Membership.objects.create(account=kamila, department=second_line)
    transfers(ilya, dialogue, kamila)
    assert takes_over(kamila, dialogue).department == second_line


def test_a_department_s_transfer_goes_to_who_accepts_first(dialogue, ilya, anton, second_line):
    boris = staff("boris", "Борис Ким", second_line)
    transfers(ilya, dialogue, second_line)
    takes_over(anton, dialogue)
    with pytest.raises(TransferOver) as refused:
        takes_over(boris, dialogue)
    assert (refused.value.code, refused.value.detail) == ("conflict", "Уже принято: Антон Белый")


@pytest.mark.django_db(transaction=True)
def test_of_six_who_accept_at_once_one_has_it(dialogue, ilya, second_line):
    colleagues = [staff(f"op{number}", f"Оператор {number}", second_line) for number in range(6)]
    is_present(*colleagues)
    transfers(ilya, dialogue, second_line)
    outcomes = at_once([partial(takes_over, colleague, dialogue) for colleague in colleagues])
    (winner,) = [outcome for outcome in outcomes if isinstance(outcome, Conversation)]
    losers = [outcome for outcome in outcomes if isinstance(outcome, TransferOver)]
    assert [loser.name for loser in losers] == [winner.operator.name] * 5
    assert dialogue.messages.filter(code=LineCode.TRANSFERRED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_accepting_declining_cancelling_and_expiring_at_once_one_happens(
    offered, dialogue, ilya, anton
):
    late = offered.expires_at
    outcomes = at_once(
        [
            partial(takes_over, anton, dialogue),
            partial(decline, anton, dialogue),
            partial(cancel, ilya, dialogue),
            partial(actions.expire_transfers, at=late),
        ]
    )
    happened = [one for one in outcomes if isinstance(one, Conversation) or one == 1]
    assert len(happened) == 1
    refused = [one for one in outcomes if isinstance(one, Exception)]
    assert all(isinstance(one, Refusal) for one in refused)
    offered.refresh_from_db()
    assert offered.outcome != Outcome.PENDING


@pytest.mark.django_db(transaction=True)
def test_two_transfers_at_once_are_one(dialogue, ilya, anton, kamila):
    sends = [partial(transfers, ilya, dialogue, one) for one in (anton, kamila)]
    outcomes = at_once(sends)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert [type(refusal) for refusal in refused] == [BeingTransferred]
    assert Transfer.objects.pending().count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_the_visitor_writes_meanwhile_is_kept(offered, dialogue, marina, ilya, anton):
    """The department changes while others wait for the row: they find it nevertheless."""
    acts: list[Callable[[], object]] = [partial(takes_over, anton, dialogue)]
    acts += [partial(writes, marina, f"Слово {number}") for number in range(5)]
    outcomes = at_once(acts)
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    dialogue.refresh_from_db()
    assert dialogue.messages.count() == dialogue.last_seq


# Not accepted


def test_a_refusal_leaves_it_with_the_sender_and_says_why(offered, dialogue, ilya, anton):
    decline(anton, dialogue, "Ухожу на обед")
    dialogue.refresh_from_db()
    assert dialogue.operator == ilya
    assert not access.visible_to(anton).exists()
    last = dialogue.messages.last()
    assert (last.kind, for_staff(last)) == (
        "note",
        "Передача отклонена: Антон Белый. Ухожу на обед",
    )


def test_the_sender_may_think_better_of_it(offered, dialogue, ilya, anton):
    cancel(ilya, dialogue)
    assert not access.visible_to(anton).exists()
    assert transfers(ilya, dialogue, anton).outcome == Outcome.PENDING


def test_the_addressee_does_not_cancel(offered, dialogue, anton):
    before = state(dialogue)
    with pytest.raises(NotYours):
        cancel(anton, dialogue)
    assert state(dialogue) == before


def test_what_nobody_answers_returns_to_the_sender(offered, dialogue, ilya, anton):
    assert actions.expire_transfers(at=offered.expires_at - SECOND) == 0
    assert actions.expire_transfers(at=offered.expires_at) == 1
    assert actions.expire_transfers(at=offered.expires_at) == 0
    dialogue.refresh_from_db()
    assert dialogue.operator == ilya
    assert not access.visible_to(anton).exists()
    assert for_staff(dialogue.messages.last()) == "Передачу не приняли вовремя: Антон Белый"


def test_after_the_time_it_is_not_accepted(offered, dialogue, anton):
    before = state(dialogue)
    with pytest.raises(TransferExpired):
        takes_over(anton, dialogue, at=offered.expires_at)
    assert state(dialogue) == before
    actions.expire_transfers(at=offered.expires_at)
    with pytest.raises(TransferOver) as refused:
        takes_over(anton, dialogue)
    assert (refused.value.code, refused.value.detail) == ("conflict", "Передача уже завершена.")


def test_nobody_but_the_addressee_decides(offered, dialogue, ilya, darya, kamila, elena):
    before = state(dialogue)
    for account, refusal in ((ilya, NotYours), (darya, NotYours), (elena, NotYours)):
        with pytest.raises(refusal):
            takes_over(account, dialogue)
    with pytest.raises(NotFound):
        takes_over(kamila, dialogue)
    assert state(dialogue) == before


def test_closing_ends_the_transfer(offered, dialogue, ilya, anton):
    closes(ilya, dialogue)
    offered.refresh_from_db()
    assert offered.outcome == Outcome.CANCELLED
    assert not access.visible_to(anton).exists()


def test_an_owner_put_off_ends_the_transfer(transactional_db, offered, dialogue, ilya, anton):
    deactivate_account(ilya, at=timezone.now())
    offered.refresh_from_db()
    dialogue.refresh_from_db()
    assert (offered.outcome, dialogue.state) == (Outcome.CANCELLED, "waiting")
    with pytest.raises(TransferOver):
        takes_over(anton, dialogue)


# Refused


def refuses(dialogue, refusal, sender, addressee, **card):
    before = state(dialogue)
    with pytest.raises(refusal):
        transfers(sender, dialogue, addressee, **card)
    assert state(dialogue) == before


def test_not_to_oneself(dialogue, ilya):
    refuses(dialogue, SameOwner, ilya, ilya)


def test_not_to_who_has_it_already(dialogue, ilya, elena):
    refuses(dialogue, SameOwner, elena, ilya)


def test_not_to_an_account_that_was_put_off(dialogue, ilya, anton):
    deactivate_account(anton, at=timezone.now())
    refuses(dialogue, NoSuchAddressee, ilya, anton)


def test_not_to_a_customer(dialogue, ilya, customer):
    refuses(dialogue, NoSuchAddressee, ilya, customer)


def test_not_to_one_without_a_department(dialogue, ilya, elena):
    refuses(dialogue, NoSuchAddressee, ilya, elena)


def test_not_to_a_department_that_is_gone(dialogue, ilya):
    gone = Department.objects.create(name="Закрытый отдел", level=2)
    Department.objects.filter(pk=gone.pk).delete()
    refuses(dialogue, NoSuchAddressee, ilya, gone)


def test_not_to_a_department_without_people(dialogue, ilya):
    refuses(
        dialogue,
        EmptyDepartment,
        ilya,
        Department.objects.create(name="Пустой отдел", level=2),
    )


def test_not_to_a_department_in_which_only_the_owner_works(dialogue, ilya, first_line):
    refuses(dialogue, EmptyDepartment, ilya, first_line)


def test_not_what_is_closed(dialogue, ilya, anton):
    closes(ilya, dialogue)
    refuses(dialogue, ConversationClosed, ilya, anton)


def test_not_what_nobody_accepted(waiting, ilya, anton):
    refuses(waiting, NotAccepted, ilya, anton)


def test_not_a_colleague_s(dialogue, darya, anton):
    refuses(dialogue, NotYours, darya, anton)


def test_not_what_one_does_not_see(dialogue, kamila, anton):
    refuses(dialogue, NotFound, kamila, anton)


def test_not_twice(offered, dialogue, ilya, kamila):
    refuses(dialogue, BeingTransferred, ilya, kamila)


def test_not_up_without_a_word(dialogue, ilya, anton, second_line):
    for addressee in (anton, second_line):
        refuses(dialogue, CardMissing, ilya, addressee, note="Возьми")


@pytest.mark.parametrize("field", ["asked", "done", "expected"])
def test_any_field_of_the_card_is_enough(dialogue, ilya, anton, field):
    card = Card(**{field: "Счёт"})
    transfer = actions.transfer_conversation(
        ilya, dialogue.public_id, to(anton), card, at=timezone.now()
    )
    assert transfer.level_to == 2


def test_on_one_level_no_card_is_asked_for(dialogue, ilya, darya):
    is_present(darya)
    assert transfers(ilya, dialogue, darya, note="Возьми").outcome == Outcome.PENDING


def test_an_administrator_transfers_anything(dialogue, elena, anton, ilya):
    transfers(elena, dialogue, anton)
    dialogue.refresh_from_db()
    assert dialogue.operator == ilya
    assert takes_over(anton, dialogue).operator == anton


# Absent


@pytest.fixture
def boris(site, second_line):
    """He works on the second level, and is away."""
    return staff("boris", "Борис Ким", second_line)


def test_to_an_absent_operator_only_knowingly(dialogue, ilya, boris):
    refuses(dialogue, AddresseeAbsent, ilya, boris)


def test_a_break_is_absence_and_being_busy_is_not(dialogue, ilya, anton):
    anton.intention = Intention.BREAK
    anton.save()
    refuses(dialogue, AddresseeAbsent, ilya, anton)
    anton.intention = Intention.BUSY
    anton.save()
    assert transfers(ilya, dialogue, anton).outcome == Outcome.PENDING


def test_then_it_waits_in_their_department(dialogue, ilya, boris, anton, second_line):
    transfer = transfers(ilya, dialogue, boris, even_absent=True)
    dialogue.refresh_from_db()
    assert (dialogue.state, dialogue.department) == ("waiting", second_line)
    assert transfer.outcome == Outcome.QUEUED
    assert not access.visible_to(ilya).exists()
    assert accepts(anton, dialogue).operator == anton


def test_the_visitor_reads_where_they_wait(dialogue, ilya, boris):
    transfers(ilya, dialogue, boris, even_absent=True)
    line = for_visitor(dialogue.messages.filter(kind="event").last())
    assert line.startswith("Обращение передано: Поддержка второго уровня.")


def test_a_department_with_nobody_there_is_absent(dialogue, ilya, third_line, kamila):
    kamila.leases.all().delete()
    refuses(dialogue, AddresseeAbsent, ilya, third_line)
    assert transfers(ilya, dialogue, third_line, even_absent=True).outcome == Outcome.QUEUED


# Returned


def test_what_came_up_goes_back_to_who_sent_it(moved, anton, ilya, first_line):
    transfer = give_back(anton, moved)
    assert (transfer.to_account, transfer.is_return) == (ilya, True)
    takes_over(ilya, moved)
    moved.refresh_from_db()
    assert (moved.operator, moved.department) == (ilya, first_line)
    assert moved.transfers.done().count() == 2


def test_to_the_department_while_the_sender_is_away(moved, anton, ilya, darya, first_line):
    is_present(darya)
    ilya.leases.all().delete()
    assert give_back(anton, moved).to_department == first_line


def test_with_nobody_there_only_knowingly(moved, anton, ilya, first_line):
    ilya.leases.all().delete()
    before = state(moved)
    with pytest.raises(AddresseeAbsent):
        give_back(anton, moved)
    assert state(moved) == before
    give_back(anton, moved, even_absent=True)
    moved.refresh_from_db()
    assert (moved.state, moved.department) == ("waiting", first_line)


def test_a_return_says_why(moved, anton):
    before = state(moved)
    with pytest.raises(ReasonMissing):
        give_back(anton, moved, "")
    assert state(moved) == before
    give_back(anton, moved, "Не наш вопрос")
    assert for_staff(moved.messages.last()) == "Возврат: Илья Воронцов\nНе наш вопрос"


def test_what_did_not_come_up_is_not_returned(dialogue, ilya):
    before = state(dialogue)
    with pytest.raises(NothingToReturn):
        give_back(ilya, dialogue)
    assert state(dialogue) == before


def test_what_was_returned_is_not_returned_again(moved, anton, ilya):
    give_back(anton, moved)
    takes_over(ilya, moved)
    with pytest.raises(NothingToReturn):
        give_back(ilya, moved)


def test_from_the_third_level_it_goes_back_step_by_step(
    moved, anton, kamila, ilya, first_line, second_line
):
    transfers(anton, moved, kamila)
    takes_over(kamila, moved)
    assert give_back(kamila, moved).to_account == anton
    takes_over(anton, moved)
    assert give_back(anton, moved).to_account == ilya
    assert takes_over(ilya, moved).department == first_line
    with pytest.raises(NothingToReturn):
        give_back(ilya, moved)


def test_also_who_has_it_from_a_colleague_of_their_level_returns_it(
    moved, anton, ilya, second_line
):
    boris = staff("boris", "Борис Ким", second_line)
    is_present(boris)
    transfers(anton, moved, boris)
    takes_over(boris, moved)
    assert give_back(boris, moved).to_account == ilya


# Bounces


def bounces(conversation):
    kept = conversation.transfers.order_by("pk")
    return conversation.transfers.bounces().count(), list(kept.values_list("bounces", flat=True))


def comes_back(moved, anton, ilya):
    give_back(anton, moved)
    return takes_over(ilya, moved)


def test_each_time_it_came_back_is_counted(moved, anton, ilya):
    assert bounces(moved) == (0, [0])
    comes_back(moved, anton, ilya)
    transfers(ilya, moved, anton)
    takes_over(anton, moved)
    comes_back(moved, anton, ilya)
    assert bounces(moved) == (2, [0, 1, 1, 2])


def test_a_return_that_nobody_took_is_none(moved, anton, ilya):
    give_back(anton, moved)
    decline(ilya, moved)
    assert bounces(moved)[0] == 0
    assert give_back(anton, moved).bounces == 1


def test_into_the_queue_of_the_level_it_is_one_too(moved, anton, ilya):
    ilya.leases.all().delete()
    give_back(anton, moved, even_absent=True)
    assert bounces(moved)[0] == 1


def test_the_log_says_how_often(moved, anton, ilya):
    comes_back(moved, anton, ilya)
    transfers(ilya, moved, anton, asked="Не приходит счёт")
    assert for_staff(moved.messages.filter(kind="note").last()) == (
        "Передача: Антон Белый\nЧто спросили: Не приходит счёт\nУже возвращали: 1 раз"
    )
    takes_over(anton, moved)
    give_back(anton, moved, "Опять не наш")
    assert for_staff(moved.messages.last()) == "Возврат № 2: Илья Воронцов\nОпять не наш"
