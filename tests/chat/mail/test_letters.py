"""Letters of the outbox: with what caused them, once by us, again when it fails, then forgotten."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions.changes import Doer
from chat.actions.outbox import DAY, PAUSES
from chat.mail.actions.links import post_link
from chat.mail.actions.outbox import post_letter
from chat.mail.actions.sending import (
    KEPT_FOR,
    LEASE,
    claim,
    forget_letters,
    note_answer,
    send_again,
)
from chat.mail.actions.trials import post_trial
from chat.mail.couriers import COURIERS, carry
from chat.mail.dialling import Answer
from chat.mail.errors import NoMail, NoMailAddress
from chat.models import Letter
from operators.models import Account, Change
from tests.chat.mail.sent import carries

pytestmark = pytest.mark.django_db
State = Letter.State
REFUSED = Answer("Сервер отказал: 421")


@pytest.fixture
def elena(elena):
    elena.email = "elena@example.ru"
    elena.save()
    return elena


@pytest.fixture
def trial(postbox, elena):
    return post_trial(Doer(elena), at=timezone.now())


@pytest.fixture
def ilya(ilya):
    ilya.email = "ilya@example.ru"
    ilya.save()
    return ilya


def sends_link(elena, ilya):
    return post_link(Doer(elena), ilya.pk, "https://support.example.ru", at=timezone.now())


def test_what_was_sent_keeps_neither_address_nor_what_it_was_made_of(postbox, elena, ilya):
    letter = sends_link(elena, ilya)
    assert carries() == 1
    letter.refresh_from_db()
    assert (letter.state, letter.address, letter.data) == (State.SENT, "", {})
    assert carries() == 0


def test_the_link_is_made_as_it_is_sent_and_lies_nowhere(postbox, elena, ilya, caplog):
    letter = sends_link(elena, ilya)
    carries()
    text = postbox.taken[0].text
    link = next(line for line in text.splitlines() if line.startswith("https://support"))
    assert link in postbox.taken[0].html
    proof = link.split("/")[-2]
    kept = [Letter.objects.values(), Change.objects.values(), letter.data, caplog.text]
    assert proof not in str(list(map(str, kept)))
    assert Change.objects.get().deed == "link_sent"


@pytest.mark.parametrize(
    "change",
    [
        {"is_active": False},
        {"password": "set meanwhile"},
        {"last_login": timezone.now()},
        {"email": "another@example.ru"},
    ],
)
def test_a_link_that_is_not_wanted_any_more_is_not_sent(postbox, elena, ilya, change):
    letter = sends_link(elena, ilya)
    Account.objects.filter(pk=ilya.pk).update(**change)
    carries()
    letter.refresh_from_db()
    assert (letter.state, postbox.taken, Change.objects.count()) == (State.DEAD, [], 0)
    assert letter.error


def test_it_is_tried_again_with_growing_pauses_for_a_day(trial):
    at, pauses = trial.at, []
    while trial.state == State.PENDING:
        (claimed,) = claim(8, at=at)
        note_answer(claimed, REFUSED, at=at)
        trial.refresh_from_db()
        pauses.append(trial.next_at - at)
        at = trial.next_at
    assert pauses[: len(PAUSES)] == list(PAUSES)
    assert (trial.state, trial.error) == (State.DEAD, REFUSED.error)
    assert DAY <= at - trial.begun_at <= DAY + timedelta(seconds=1)


def test_what_a_server_would_never_take_is_dead_at_once_and_sent_again_by_hand(trial, postbox):
    postbox.says = {"RCPT": "550 no such user"}
    carries()
    trial.refresh_from_db()
    assert (trial.state, trial.address) == (State.DEAD, "elena@example.ru")
    postbox.says = {}
    send_again(trial.pk, at=timezone.now())
    assert carries() == 1
    assert postbox.taken[0].letter["Message-ID"] == f"<{trial.key}@example.ru>"


def test_a_courier_that_died_between_sending_and_noting_is_made_up_for(trial, postbox):
    """Under the same Message-ID, and not before its lease is over."""
    (late,) = claim(8, at=trial.at)
    assert carries() == 0
    (claimed,) = claim(8, at=trial.at + LEASE)
    note_answer(late, REFUSED, at=trial.at + LEASE)
    trial.refresh_from_db()
    assert trial.tries == 0
    assert carry(claimed) == Answer()


def test_while_no_server_is_named_letters_wait_and_none_is_written(trial, settings, elena):
    settings.SENDS_MAIL = False
    assert carries() == 0
    with pytest.raises(NoMail):
        post_trial(Doer(elena), at=timezone.now())


@pytest.mark.parametrize(
    "address", ["", "a", "a@b\nc", "a@example.ru\r\nBcc: b@example.ru", f"{'a' * 250}@example.ru"]
)
def test_what_is_no_address_gets_no_letter(postbox, address):
    with pytest.raises(NoMailAddress):
        post_letter("trial", address, at=timezone.now())


def test_one_that_cannot_be_written_stands_before_no_other(postbox, elena, caplog):
    broken = post_letter("link", "a@example.ru", account=elena, data={}, at=timezone.now())
    Account.objects.filter(pk=elena.pk).update(email="a@example.ru")
    COURIERS.attempt(claim(8, at=timezone.now())[0])
    broken.refresh_from_db()
    assert (broken.tries, broken.state) == (1, State.PENDING)
    assert "KeyError" in caplog.text


def test_old_ones_are_forgotten(trial):
    assert forget_letters(at=trial.at + KEPT_FOR) == 0
    assert forget_letters(at=trial.at + KEPT_FOR + timedelta(seconds=1)) == 1
