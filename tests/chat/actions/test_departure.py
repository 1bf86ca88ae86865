"""Leaving the zone while visitors wait: each is put back, kept with a promise, or passed on."""

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from chat.actions import departure
from chat.actions import presence as zone
from chat.actions.errors import BadPromise, NotYours
from chat.actions.posts import Post, append_posts
from chat.actions.sweep import sweep_queue
from chat.actions.transfers import decline_transfer
from chat.models import AuthorKind, Transfer
from chat.wire.lines import for_staff, for_visitor
from operators.models import Lease
from tests.cast import accepts, answers, browser_of, is_present, transfers, writes

pytestmark = pytest.mark.django_db(transaction=True)

QUESTION = "/chat/departure/"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _they_are_there(ilya, anton):
    is_present(ilya, anton)


def leaves(account):
    zone.leave_zone(account, Lease.Ending.LEFT, at=timezone.now())


def sweep_in(minutes):
    sweep_queue(at=timezone.now() + minutes * MINUTE, trusts_leases=True)


def decides(account, *conversations, **decisions):
    """POST with a field `do`, `to`, `until`, `note` for each of the conversations."""
    form = {
        f"{field}-{conversation.public_id}": value
        for conversation in conversations
        for field, value in decisions.items()
    }
    return browser_of(account).post(QUESTION, form)


def promise(account, conversation, *, minutes):
    at = timezone.now()
    until = at + minutes * MINUTE
    departure.promise_answer(account, conversation.public_id, until, at=at)
    conversation.refresh_from_db()
    return until


def last_line(conversation):
    return conversation.messages.order_by("seq").last()


def state_of(conversation):
    conversation.refresh_from_db()
    return conversation.state


def test_with_nobody_waiting_there_is_no_question(ilya, dialogue):
    answers(ilya, dialogue, "Готово")
    assert browser_of(ilya).get(QUESTION).status_code == 204


def test_a_note_does_not_answer_a_visitor(ilya, dialogue):
    answers(ilya, dialogue, "Помнить", note=True)
    assert browser_of(ilya).get(QUESTION).status_code == 200


def test_each_who_waits_is_asked_about(ilya, dialogue, sergey):
    second = accepts(ilya, writes(sergey, "А я?").conversation)
    page = browser_of(ilya).get(QUESTION).content.decode()
    assert "Ответа ждут посетители: 2" in page
    assert "Орлова Марина" in page
    assert "А я?" in page
    assert f"do-{second.public_id}" in page


def test_a_colleague_s_are_none_of_mine(darya, dialogue):
    assert browser_of(darya).get(QUESTION).status_code == 204


def test_what_is_on_its_way_to_others_is_settled(ilya, anton, dialogue):
    transfers(ilya, dialogue, anton)
    assert browser_of(ilya).get(QUESTION).status_code == 204


def test_put_back_it_waits_and_the_visitor_is_told(ilya, dialogue):
    assert decides(ilya, dialogue, do="queue").status_code == 204
    assert state_of(dialogue) == "waiting"
    assert "снова в очереди" in for_visitor(last_line(dialogue))
    assert "Илья Воронцов" in for_staff(last_line(dialogue))


def test_kept_it_stays_and_the_visitor_reads_until_when(ilya, dialogue):
    assert decides(ilya, dialogue, do="keep", until="30").status_code == 204
    assert state_of(dialogue) == "active"
    assert dialogue.operator == ilya
    there = timezone.localtime(dialogue.kept_until, ZoneInfo("Europe/Moscow"))
    event = last_line(dialogue)
    assert event.visitor_seq is not None
    assert for_visitor(event).startswith("Илья Воронцов ответит ")
    assert for_visitor(event).endswith(f"до {there:%H:%M}")


def test_a_promise_of_another_day_names_the_day(ilya, dialogue):
    until = promise(ilya, dialogue, minutes=47 * 60)
    assert f"{timezone.localtime(until, ZoneInfo('Europe/Moscow')):%d.%m}" in for_visitor(
        last_line(dialogue)
    )


def test_until_tomorrow(ilya, dialogue):
    assert decides(ilya, dialogue, do="keep", until="tomorrow").status_code == 204
    dialogue.refresh_from_db()
    local = timezone.localtime(dialogue.kept_until)
    assert (local.hour, local.minute) == (10, 0)
    assert local.date() == timezone.localdate() + timedelta(days=1)


def test_a_promise_kept_leaves_it_alone(ilya, dialogue):
    promise(ilya, dialogue, minutes=30)
    leaves(ilya)
    sweep_in(29)
    assert state_of(dialogue) == "active"


def test_a_promise_broken_puts_it_back(ilya, dialogue):
    promise(ilya, dialogue, minutes=30)
    leaves(ilya)
    sweep_in(31)
    assert state_of(dialogue) == "waiting"
    assert "нет в «Общении»" in for_staff(last_line(dialogue))
    assert dialogue.kept_until is None


def test_an_operator_who_is_back_keeps_it(ilya, dialogue):
    promise(ilya, dialogue, minutes=30)
    leaves(ilya)
    at = timezone.now() + 30 * MINUTE
    zone.enter_zone(ilya, Lease().place, at=at)
    sweep_queue(at=at + timedelta(seconds=5), trusts_leases=True)
    assert state_of(dialogue) == "active"


def test_what_was_answered_stays_theirs(ilya, dialogue):
    promise(ilya, dialogue, minutes=30)
    answers(ilya, dialogue, "Успел до обеда")
    leaves(ilya)
    sweep_in(31)
    assert state_of(dialogue) == "active"


def answers_as_usual(account, conversation):
    """By the three statements of a bundle (chat.actions.posts)."""
    stored = append_posts(
        [
            Post(
                conversation.pk,
                AuthorKind.OPERATOR,
                account.pk,
                uuid.uuid4(),
                "Готово",
                timezone.now(),
            )
        ]
    )
    assert None not in stored


def answers_at_length(account, conversation):
    answers(account, conversation, "Готово")


@pytest.mark.parametrize("answer", [answers_at_length, answers_as_usual])
def test_an_answer_fulfils_a_promise_and_the_next_question_is_asked_about(
    ilya, marina, dialogue, answer
):
    promise(ilya, dialogue, minutes=30)
    answer(ilya, dialogue)
    writes(marina, "А ещё вопрос")
    assert browser_of(ilya).get(QUESTION).status_code == 200


@pytest.mark.parametrize("answer", [answers_at_length, answers_as_usual])
def test_a_promise_fulfilled_keeps_nothing_for_a_place_that_dies(ilya, marina, dialogue, answer):
    promise(ilya, dialogue, minutes=600)
    answer(ilya, dialogue)
    writes(marina, "А ещё вопрос")
    sweep_in(minutes=60)
    assert state_of(dialogue) == "waiting"


def test_neither_the_visitor_nor_a_note_fulfils_a_promise(ilya, marina, dialogue):
    until = promise(ilya, dialogue, minutes=30)
    answers(ilya, dialogue, "Помнить", note=True)
    append_posts(
        [Post(dialogue.pk, AuthorKind.VISITOR, marina.pk, uuid.uuid4(), "Жду", timezone.now())]
    )
    dialogue.refresh_from_db()
    assert dialogue.kept_until == until


def test_a_place_that_dies_does_not_break_a_promise(ilya, dialogue):
    promise(ilya, dialogue, minutes=30)
    sweep_in(10)
    assert state_of(dialogue) == "active"


def test_passed_on_it_goes_to_the_colleague_with_the_note(ilya, anton, dialogue):
    answer = decides(ilya, dialogue, do="pass", to=f"account-{anton.pk}", note="Я на обед")
    assert answer.status_code == 204
    pending = Transfer.objects.pending().get()
    assert (pending.to_account, pending.note, pending.asked) == (
        anton,
        "Я на обед",
        "Не приходит счёт",
    )


def test_who_sent_nothing_but_a_file_goes_up_with_the_note(ilya, anton, dialogue):
    dialogue.messages.filter(author_kind="visitor").update(text="", kind="file")
    passed = {"do": "pass", "to": f"account-{anton.pk}"}
    assert decides(ilya, dialogue, **passed).status_code == 422
    assert decides(ilya, dialogue, **passed, note="Снимок экрана").status_code == 204
    assert Transfer.objects.pending().get().asked == "Снимок экрана"


def test_what_comes_back_to_who_has_left_waits_for_others(ilya, anton, dialogue):
    decides(ilya, dialogue, do="pass", to=f"account-{anton.pk}")
    leaves(ilya)
    decline_transfer(anton, dialogue.public_id, at=timezone.now())
    sweep_in(2)
    assert state_of(dialogue) == "waiting"


def test_what_comes_back_to_who_is_there_stays(ilya, anton, dialogue):
    transfers(ilya, dialogue, anton)
    decline_transfer(anton, dialogue.public_id, at=timezone.now())
    sweep_in(0.1)
    assert state_of(dialogue) == "active"


def test_what_comes_back_answered_stays(ilya, anton, dialogue):
    answers(ilya, dialogue, "Передаю коллеге")
    transfers(ilya, dialogue, anton)
    leaves(ilya)
    decline_transfer(anton, dialogue.public_id, at=timezone.now())
    sweep_in(2)
    assert state_of(dialogue) == "active"


def test_a_promise_outlives_a_transfer_refused(ilya, anton, dialogue):
    promise(ilya, dialogue, minutes=30)
    transfers(ilya, dialogue, anton)
    leaves(ilya)
    decline_transfer(anton, dialogue.public_id, at=timezone.now())
    sweep_in(20)
    assert state_of(dialogue) == "active"
    sweep_in(31)
    assert state_of(dialogue) == "waiting"


def test_passed_to_a_department_without_anybody_it_waits_there(ilya, kamila, dialogue, third_line):
    assert decides(ilya, dialogue, do="pass", to=f"department-{third_line.pk}").status_code == 204
    assert state_of(dialogue) == "waiting"
    assert dialogue.department == third_line


def test_each_for_itself(ilya, dialogue, sergey):
    second = accepts(ilya, writes(sergey).conversation)
    form = {
        f"do-{dialogue.public_id}": "queue",
        f"do-{second.public_id}": "keep",
        f"until-{second.public_id}": "15",
    }
    assert browser_of(ilya).post(QUESTION, form).status_code == 204
    assert (state_of(dialogue), state_of(second)) == ("waiting", "active")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"do": "keep", "until": ""}, "Выберите время"),
        ({"do": "keep", "until": "-5"}, "Выберите время"),
        ({"do": "keep", "until": "100000"}, "Выберите время"),
        ({"do": "pass", "to": "account-0"}, "Выберите, кому передать"),
        ({"do": "pass", "to": ""}, "Выберите, кому передать"),
    ],
)
def test_bad_input_is_asked_again_with_what_was_typed(ilya, dialogue, asked, words):
    answer = decides(ilya, dialogue, note="Записка <b>", **asked)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "Записка &lt;b&gt;" in page
    assert f'value="{asked["do"]}" checked' in page
    assert state_of(dialogue) == "active"


def test_a_note_too_long_is_refused_with_its_length(ilya, anton, dialogue):
    answer = decides(ilya, dialogue, do="pass", to=f"account-{anton.pk}", note="я" * 4001)
    assert answer.status_code == 422
    assert not Transfer.objects.exists()


def test_without_a_decision_it_is_asked_again(ilya, dialogue):
    assert browser_of(ilya).post(QUESTION, {}).status_code == 409
    assert state_of(dialogue) == "active"


def test_who_wrote_meanwhile_is_asked_about_too(ilya, dialogue, sergey):
    second = accepts(ilya, writes(sergey).conversation)
    answer = decides(ilya, dialogue, do="queue")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Пока вы решали" in page
    assert second.public_id in page
    assert dialogue.public_id not in page


@pytest.mark.parametrize("minutes", [0, -1, 49 * 60])
def test_a_promise_is_in_the_future_and_not_far(ilya, dialogue, minutes):
    with pytest.raises(BadPromise):
        promise(ilya, dialogue, minutes=minutes)


def test_nobody_promises_for_another(darya, dialogue):
    with pytest.raises(NotYours):
        promise(darya, dialogue, minutes=5)


def test_signed_out_there_is_no_question():
    assert browser_of().get(QUESTION).status_code == 302
