"""An administrator puts any open conversation anywhere, at once; an operator puts none."""

import pytest
from django.utils import timezone

from chat.actions.accounts import deactivate_account
from chat.actions.errors import AlreadyTaken, NotYours, SameOwner
from chat.actions.moves import move_conversation, take_conversation
from chat.models import Outcome, Transfer
from chat.wire.lines import for_visitor
from departments.models import Department, Membership
from tests.cast import (
    accepts,
    answers,
    browser_of,
    closes,
    invites,
    is_present,
    joins,
    to,
    transfers,
    writes,
)

pytestmark = pytest.mark.django_db(transaction=True)


def moves(account, conversation, addressee):
    return move_conversation(account, conversation.public_id, to(addressee), at=timezone.now())


def takes(account, conversation):
    return take_conversation(account, conversation.public_id, at=timezone.now())


def last_line(conversation):
    return conversation.messages.order_by("seq").last()


def form_of(conversation, verb="move"):
    return f"/chat/{conversation.public_id}/{verb}/"


def test_an_administrator_takes_a_running_conversation(elena, ilya, dialogue):
    takes(elena, dialogue)
    dialogue.refresh_from_db()
    assert dialogue.operator == elena
    assert dialogue.department.level == 1
    assert for_visitor(last_line(dialogue)) == "Обращение передано: Елена Соколова"
    with pytest.raises(AlreadyTaken, match="Елена"):
        answers(ilya, dialogue, "Это ещё моё?")


def test_an_administrator_takes_a_waiting_conversation(elena, waiting):
    takes(elena, waiting)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.operator) == ("active", elena)
    assert waiting.accepted_at is not None
    assert for_visitor(last_line(waiting)) == "К переписке присоединился оператор Елена Соколова"


def test_what_is_one_s_own_already_is_not_taken_again(elena, ilya, dialogue):
    takes(elena, dialogue)
    line = last_line(dialogue)
    with pytest.raises(SameOwner):
        takes(elena, dialogue)
    assert last_line(dialogue) == line
    assert dialogue.transfers.count() == 1


@pytest.mark.parametrize("to_department", [True, False])
def test_who_waits_behind_learns_that_they_are_next(
    wires, elena, anton, marina, sergey, second_line, to_department
):
    head = writes(marina).conversation
    writes(sergey)
    behind = wires.visitor(sergey)
    behind.forget()
    moves(elena, head, second_line if to_department else anton)
    assert behind.expect("conversation", state="waiting")["position"] == 1


def test_the_owner_reads_who_moved_it_into_a_department(
    wires, elena, ilya, anton, dialogue, second_line
):
    zone = wires.operator(ilya)
    moves(elena, dialogue, second_line)
    words = "Администратор Елена Соколова: обращение «Орлова Марина» → Поддержка второго уровня"
    assert words in zone.expect("fragment", target="toasts")["html"]


def test_it_is_given_beyond_the_limit(elena, ilya, sergey, dialogue, first_line):
    Membership.objects.filter(account=ilya).update(limit=1)
    second = writes(sergey).conversation
    moves(elena, second, ilya)
    second.refresh_from_db()
    assert second.operator == ilya


def test_it_goes_to_another_level_with_its_history(elena, anton, dialogue, second_line):
    moves(elena, dialogue, anton)
    dialogue.refresh_from_db()
    assert (dialogue.operator, dialogue.department) == (anton, second_line)
    assert dialogue.messages.count() > 1


def test_it_waits_in_another_department(elena, ilya, anton, dialogue, second_line):
    moves(elena, dialogue, second_line)
    dialogue.refresh_from_db()
    assert (dialogue.state, dialogue.department) == ("waiting", second_line)
    assert accepts(anton, dialogue).operator == anton


def test_a_waiting_one_waits_elsewhere(elena, anton, waiting, second_line):
    moves(elena, waiting, second_line)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.department) == ("waiting", second_line)


def test_who_waits_keeps_their_place_in_time(elena, anton, waiting, second_line):
    since = waiting.waiting_since
    moves(elena, waiting, second_line)
    waiting.refresh_from_db()
    assert waiting.waiting_since == since


def test_to_where_it_waits_already_is_refused(elena, ilya, waiting, first_line):
    answer = browser_of(elena).post(form_of(waiting), {"to": f"department-{first_line.pk}"})
    assert (answer.status_code, "и так ждёт" in answer.content.decode()) == (422, True)
    assert waiting.messages.count() == 1


def test_a_transfer_on_its_way_is_withdrawn(elena, ilya, anton, darya, dialogue):
    is_present(ilya, anton, darya)
    pending = transfers(ilya, dialogue, anton)
    moves(elena, dialogue, darya)
    pending.refresh_from_db()
    assert pending.outcome == Outcome.CANCELLED
    assert not Transfer.objects.pending().exists()


def test_it_is_counted_among_the_moves(elena, anton, dialogue):
    moves(elena, dialogue, anton)
    done = Transfer.objects.done().get()
    assert (done.sender, done.decided_by, done.to_account) == (elena, elena, anton)


def test_a_guest_who_gets_it_is_no_guest_any_more(elena, ilya, anton, dialogue):
    is_present(ilya, anton)
    invites(ilya, dialogue, anton)
    joins(anton, dialogue)
    moves(elena, dialogue, anton)
    dialogue.refresh_from_db()
    assert dialogue.operator == anton
    assert not dialogue.participants.current().exists()


def test_an_offer_ends_with_it(elena, ilya, waiting):
    waiting.offered_to, waiting.offered_until = ilya, timezone.now()
    waiting.save()
    moves(elena, waiting, ilya)
    waiting.refresh_from_db()
    assert waiting.offered_to is None


@pytest.mark.parametrize("verb", ["take", "move"])
def test_an_operator_may_not(darya, ilya, dialogue, verb):
    answer = browser_of(darya).post(form_of(dialogue, verb), {"to": f"account-{darya.pk}"})
    assert answer.status_code == 403
    with pytest.raises(NotYours):
        moves(darya, dialogue, darya)
    dialogue.refresh_from_db()
    assert dialogue.operator == ilya


@pytest.mark.parametrize("verb", ["take", "move"])
def test_what_does_not_exist_is_not_found(elena, dialogue, verb):
    assert browser_of(elena).post(f"/chat/nobody/{verb}/", {"to": "x"}).status_code == 404


@pytest.mark.parametrize("verb", ["take", "move"])
def test_a_closed_one_stays_closed(elena, ilya, darya, dialogue, verb):
    closes(ilya, dialogue)
    answer = browser_of(elena).post(form_of(dialogue, verb), {"to": f"account-{darya.pk}"})
    assert (answer.status_code, "уже закрыто" in answer.content.decode()) == (409, True)
    dialogue.refresh_from_db()
    assert dialogue.state == "closed"


@pytest.mark.parametrize("to", ["", "account-0", "department-77777", "customer-1", "account-1;"])
def test_a_bad_addressee_changes_nothing(elena, ilya, dialogue, to):
    answer = browser_of(elena).post(form_of(dialogue), {"to": to})
    assert (answer.status_code, "Выберите, кому передать" in answer.content.decode()) == (422, True)
    assert answer["HX-Retarget"] == f"#move-{dialogue.public_id}"
    dialogue.refresh_from_db()
    assert dialogue.operator == ilya


def test_to_an_empty_department_is_refused(elena, dialogue):
    empty = Department.objects.create(name="Пустой", level=1)
    answer = browser_of(elena).post(form_of(dialogue), {"to": f"department-{empty.pk}"})
    assert (answer.status_code, "некому принять" in answer.content.decode()) == (422, True)


def test_to_who_was_put_off_is_refused(elena, darya, dialogue):
    deactivate_account(darya, at=timezone.now())
    answer = browser_of(elena).post(form_of(dialogue), {"to": f"account-{darya.pk}"})
    assert answer.status_code == 422


def test_an_administrator_finds_the_buttons(elena, ilya, dialogue):
    page = browser_of(elena).get(f"/chat/{dialogue.public_id}/").content.decode()
    assert form_of(dialogue) in page
    assert form_of(dialogue, "take") in page
    theirs = browser_of(ilya).get(f"/chat/{dialogue.public_id}/").content.decode()
    assert form_of(dialogue) not in theirs
    assert form_of(dialogue, "take") not in theirs


def test_the_form_lists_who_may_have_it(elena, ilya, darya, dialogue, second_line, anton):
    page = browser_of(elena).get(form_of(dialogue)).content.decode()
    assert f'value="account-{darya.pk}"' in page
    assert f'value="department-{second_line.pk}"' in page
    assert f'value="account-{ilya.pk}"' not in page
