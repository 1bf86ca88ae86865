"""Sending: signed, in order, once by us, again when it fails, and by whom it was begun or not."""

import os
import signal
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from standardwebhooks import Webhook as Verifier

from chat.actions.changes import Doer
from chat.actions.outbox import DAY, PAUSES
from chat.models import WebhookAttempt, WebhookDelivery
from chat.webhooks import dialling
from chat.webhooks.actions.deliveries import (
    KEPT_FOR,
    LEASE,
    claim,
    forget_deliveries,
    note_answer,
    send_again,
    send_all_again,
)
from chat.webhooks.actions.hooks import renew_secret, switch_webhook
from chat.webhooks.couriers import COURIERS, carry
from chat.webhooks.sending import request_of
from tests.cast import writes
from tests.chat.webhooks.telling import carries, tells
from tests.forks import ended, forked

pytestmark = pytest.mark.django_db
State = WebhookDelivery.State
REFUSED = dialling.Answer(500, "", "Ответ 500")


@pytest.fixture
def opened(elena, marina, receiver):
    """A webhook that is told of two things: a conversation was opened, and its first message."""
    webhook = tells(elena, f"{receiver.url}/hook")
    writes(marina, "Не приходит счёт")
    return webhook


def states():
    return [row.state for row in WebhookDelivery.objects.order_by("pk")]


def fails(claimed, at):
    note_answer(claimed, request_of(claimed.webhook, claimed.delivery, at=at), REFUSED, at=at)


def test_it_is_signed_by_the_standard(opened, receiver):
    carries()
    first = receiver.told[0]
    event = Verifier(opened.secret).verify(first.body, first.headers)
    assert (event["type"], event["id"]) == ("conversation.opened", first.headers["webhook-id"])


def test_both_secrets_are_good_after_a_rotation(opened, receiver, elena):
    new = renew_secret(Doer(elena), opened.pk, at=timezone.now())
    carries()
    for secret in (opened.secret, new):
        Verifier(secret).verify(receiver.told[0].body, receiver.told[0].headers)


def test_what_happened_to_one_conversation_comes_in_order(opened, receiver):
    (first,) = claim(8, at=timezone.now())
    assert claim(8, at=timezone.now()) == []
    carry(first)
    carries()
    assert [told.json["type"] for told in receiver.told] == [
        "conversation.opened",
        "message.posted",
    ]
    assert states() == [State.SENT] * 2


def test_a_courier_that_died_between_sending_and_noting_is_made_up_for(opened, receiver, settings):
    """Under the same event id, and not before its lease is over."""
    (claimed,) = claim(8, at=timezone.now())
    sent = request_of(claimed.webhook, claimed.delivery, at=timezone.now())
    dialling.post(sent.url, sent.body, sent.headers, settings.WEBHOOK_NETWORKS)
    assert carries() == 0
    (again, *_rest) = claim(8, at=timezone.now() + LEASE)
    carry(again)
    ids = [told.headers["webhook-id"] for told in receiver.told]
    assert (len(ids), len(set(ids))) == (2, 1)


def test_who_comes_back_after_its_lease_changes_nothing(opened):
    at = timezone.now()
    (late,) = claim(8, at=at)
    (claimed,) = claim(8, at=at + LEASE)
    fails(late, at + LEASE)
    assert WebhookAttempt.objects.count() == 0
    fails(claimed, at + LEASE)
    assert WebhookAttempt.objects.count() == 1


def test_it_is_tried_again_with_growing_pauses_for_a_day(opened):
    at, pauses = timezone.now(), []
    row = WebhookDelivery.objects.earliest("pk")
    while row.state == State.PENDING:
        (claimed, *_rest) = claim(8, at=at)
        fails(claimed, at)
        row.refresh_from_db()
        pauses.append(row.next_at - at)
        at = row.next_at
    assert pauses[: len(PAUSES)] == list(PAUSES)
    assert (row.state, row.done_at) == (State.DEAD, at)
    assert DAY <= at - row.begun_at <= DAY + timedelta(seconds=1)


def test_after_a_day_of_failures_a_webhook_rests(opened, elena, receiver):
    at = timezone.now()
    for moment in (at, at + DAY):
        (claimed, *_rest) = claim(8, at=moment)
        fails(claimed, moment)
    opened.refresh_from_db()
    assert (opened.is_active, opened.paused_at) == (False, at + DAY)
    switch_webhook(Doer(elena), opened.pk, on=True, at=timezone.now())
    assert carries() == 1  # what waits still; the first is a dead letter


def test_one_that_is_gone_for_good_rests_at_once(opened, receiver):
    type(opened).objects.update(url=f"{receiver.url}/410")
    carries()
    opened.refresh_from_db()
    assert not opened.is_active


def test_one_that_fails_takes_one_place_and_what_arrives_ends_it(opened, sergey, receiver):
    writes(sergey, "Где счёт?")
    at = timezone.now()
    first, _second = claim(8, at=at)
    fails(first, at)
    opened.refresh_from_db()
    assert opened.failing_since == at
    assert len(claim(8, at=at + LEASE)) == 1
    carries(at=at + 2 * LEASE)
    opened.refresh_from_db()
    assert opened.failing_since is None


def test_dead_letters_are_sent_again_by_hand(opened, receiver):
    WebhookDelivery.objects.update(state=State.DEAD)
    first = WebhookDelivery.objects.earliest("pk")
    send_again(first.pk, at=timezone.now())
    assert carries() == 1
    assert receiver.told[0].headers["webhook-id"] == str(first.event_id)
    assert send_all_again(WebhookDelivery.objects.filter(state=State.DEAD), at=timezone.now()) == 1
    assert carries() == 1
    assert states() == [State.SENT] * 2


def test_the_log_keeps_no_secret(elena, marina, receiver):
    own = {"Authorization": "Bearer hush-hush", "X-System": "hush-too"}
    webhook = tells(elena, f"{receiver.url}/hook", headers=own)
    writes(marina, f"{webhook.secret} hush-hush")
    carries()
    assert receiver.told[0].headers["Authorization"] == "Bearer hush-hush"
    kept = "".join(f"{one.request}{one.answer}" for one in WebhookAttempt.objects.all())
    assert "conversation.opened" in kept
    assert not [word for word in ("Bearer hush-hush", "hush-too", webhook.secret) if word in kept]


def test_an_answer_that_is_no_text_is_kept_as_one(opened, receiver):
    (claimed,) = claim(8, at=timezone.now())
    at = timezone.now()
    odd = dialling.Answer(200, "a\x00b\x1b" + "я" * 20_000)
    note_answer(claimed, request_of(claimed.webhook, claimed.delivery, at=at), odd, at=at)
    kept = WebhookAttempt.objects.get().answer
    assert (kept[:4], len(kept)) == ("a\ufffdb\ufffd", WebhookAttempt.MAX_TEXT)


def test_old_deliveries_are_forgotten_unless_they_were_sent_again(opened):
    first, second = WebhookDelivery.objects.order_by("pk")
    late = first.at + KEPT_FOR + timedelta(seconds=1)
    send_again(second.pk, at=late)
    assert forget_deliveries(at=late) == 1
    assert WebhookDelivery.objects.get() == second


@pytest.mark.django_db(transaction=True)
def test_killed_after_sending_a_courier_loses_nothing(elena, marina, receiver, transactional_db):
    """A process of its own, killed while it waits for the answer: nothing of it is noted."""
    webhook = tells(elena, f"{receiver.url}/silent")
    writes(marina, "Не приходит счёт")
    courier = forked(lambda: COURIERS.carry_for(timedelta(seconds=60)))
    receiver.waits_for(1)
    os.kill(courier, signal.SIGKILL)
    assert ended(courier) == signal.SIGKILL
    assert (states(), claim(8, at=timezone.now())) == ([State.PENDING] * 2, [])
    type(webhook).objects.update(url=f"{receiver.url}/hook")
    carries(at=timezone.now() + LEASE)
    assert [told.json["type"] for told in receiver.told] == [
        *["conversation.opened"] * 2,
        "message.posted",
    ]
    first, again, _message = receiver.told
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    assert states() == [State.SENT] * 2


@pytest.mark.django_db(transaction=True)
def test_of_two_couriers_one_has_it(elena, marina, sergey, transactional_db):
    tells(elena)
    for visitor in (marina, sergey):
        writes(visitor, "Не приходит счёт")
    both = threading.Barrier(2)
    taken: list[int] = []

    def take():
        try:
            both.wait(10)
            taken.extend(one.delivery.pk for one in claim(8, at=timezone.now()))
        finally:
            connection.close()

    couriers = [threading.Thread(target=take) for _number in range(2)]
    for courier in couriers:
        courier.start()
    for courier in couriers:
        courier.join()
    assert len(taken) == len(set(taken)) == 2
