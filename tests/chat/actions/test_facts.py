"""Who had it when and who waited how long: written with the change, and told by the log too."""

from datetime import timedelta

from django.utils import timezone

from chat.actions.moves import move_conversation, take_conversation
from chat.actions.presence import choose_intention
from chat.models import LineCode, Ownership, Wait
from chat.recount import differences
from operators.models import Intention
from tests.cast import (
    accepts,
    closes,
    is_present,
    loses_its_owner,
    takes_over,
    to,
    transfers,
    writes,
)

MINUTE = timedelta(minutes=1)


def owners(conversation):
    return list(
        conversation.ownerships.order_by("pk").values_list("account_name", "began_by", "ended_by")
    )


def outcomes(conversation):
    return list(conversation.waits.order_by("pk").values_list("outcome", flat=True))


def agree(conversation):
    conversation.refresh_from_db()
    return list(differences([conversation])) == []


def test_a_first_message_begins_a_wait(waiting, first_line):
    wait = waiting.waits.get()
    assert (wait.began_at, wait.department, wait.level) == (waiting.waiting_since, first_line, 1)
    assert (wait.ended_at, wait.outcome) == (None, "")


def test_accepting_ends_the_wait_and_begins_a_stretch(ilya, waiting):
    at = waiting.waiting_since + MINUTE
    accepts(ilya, waiting, at=at)
    assert waiting.waits.get().ended_at == at
    assert outcomes(waiting) == [Wait.Outcome.ANSWERED]
    assert owners(waiting) == [("Илья Воронцов", LineCode.ACCEPTED, "")]
    assert waiting.ownerships.get().began_at == at


def test_a_transfer_gives_each_their_stretch(ilya, anton, dialogue, second_line):
    is_present(anton)
    transfers(ilya, dialogue, anton)
    assert dialogue.ownerships.count() == 1
    takes_over(anton, dialogue)
    assert owners(dialogue) == [
        ("Илья Воронцов", LineCode.ACCEPTED, LineCode.TRANSFERRED),
        ("Антон Белый", LineCode.TRANSFERRED, ""),
    ]
    last = dialogue.ownerships.latest("pk")
    assert (last.department, last.level) == (second_line, 2)
    assert agree(dialogue)


def test_back_in_the_queue_the_owner_s_stretch_ends_and_a_wait_begins(dialogue, ilya):
    loses_its_owner(dialogue)
    assert owners(dialogue) == [("Илья Воронцов", LineCode.ACCEPTED, LineCode.DEACTIVATED)]
    assert outcomes(dialogue) == [Wait.Outcome.ANSWERED, ""]
    dialogue.refresh_from_db()
    accepts(ilya, dialogue)
    assert dialogue.ownerships.count() == 2
    assert agree(dialogue)


def test_moved_from_queue_to_queue_it_is_one_wait(elena, waiting, second_line, anton):
    move_conversation(
        elena,
        waiting.public_id,
        to(second_line),
        at=timezone.now(),
    )
    wait = waiting.waits.get()
    assert (wait.department, wait.level, wait.ended_at) == (second_line, 2, None)
    assert wait.began_at == waiting.waiting_since


def test_an_administrator_takes_it_from_its_owner(elena, dialogue):
    take_conversation(elena, dialogue.public_id, at=timezone.now())
    assert owners(dialogue)[-1] == ("Елена Соколова", LineCode.MOVED, "")
    assert agree(dialogue)


def test_closing_ends_the_stretch(ilya, dialogue):
    closes(ilya, dialogue)
    assert owners(dialogue) == [("Илья Воронцов", LineCode.ACCEPTED, LineCode.CLOSED)]
    assert agree(dialogue)


def test_closed_while_somebody_is_there_the_visitor_gave_up(ilya, elena, marina):
    is_present(ilya)
    conversation = writes(marina).conversation
    closes(elena, conversation)
    assert outcomes(conversation) == [Wait.Outcome.GIVEN_UP]


def test_begun_while_nobody_was_there_it_was_offline(elena, waiting):
    closes(elena, waiting)
    assert outcomes(waiting) == [Wait.Outcome.OFFLINE]


def test_begun_outside_the_hours_it_was_offline(ilya, elena, marina, site):
    is_present(ilya)
    site.hours.all().delete()
    conversation = writes(marina).conversation
    closes(elena, conversation)
    assert outcomes(conversation) == [Wait.Outcome.OFFLINE]


def test_reopened_it_waits_anew(ilya, elena, dialogue, marina):
    closes(ilya, dialogue)
    writes(marina, "Ещё вопрос")
    assert outcomes(dialogue) == [Wait.Outcome.ANSWERED, ""]
    assert agree(dialogue)


def test_a_clock_that_went_back_makes_no_negative_stretch(ilya, dialogue):
    began = dialogue.ownerships.get().began_at
    closes(ilya, dialogue, at=began - MINUTE)
    assert dialogue.ownerships.get().ended_at == began
    assert agree(dialogue)


def test_a_lost_stretch_is_found_by_the_log(dialogue):
    assert agree(dialogue)
    Ownership.objects.all().delete()
    assert not agree(dialogue)
    assert next(differences([dialogue])).startswith(f"Обращение {dialogue.public_id}")


def chosen(account):
    return list(
        account.chosen_intentions.order_by("began_at").values_list(
            "intention", "began_at", "ended_at"
        )
    )


def test_a_chosen_status_is_kept_with_its_time(ilya):
    ilya.refresh_from_db()
    first, noon = ilya.intention_at, ilya.intention_at + 60 * MINUTE
    choose_intention(ilya, Intention.BREAK, at=noon)
    choose_intention(ilya, Intention.ONLINE, at=noon + MINUTE)
    assert chosen(ilya) == [
        ("online", first, noon),
        ("break", noon, noon + MINUTE),
        ("online", noon + MINUTE, None),
    ]


def test_another_comment_is_no_other_status(ilya):
    choose_intention(ilya, Intention.BUSY, "обед", at=timezone.now())
    choose_intention(ilya, Intention.BUSY, "до 14:00", at=timezone.now())
    assert ilya.chosen_intentions.filter(intention="busy").count() == 1
