"""Couriers of notices: sealed, to the services of browsers (chat.rounds)."""

import hashlib
import json
from datetime import datetime
from functools import partial

from django.conf import settings
from django.utils import timezone

from chat.models import NoticeRules, PushDelivery
from chat.notices.actions.deliveries import (
    WORTH,
    claim,
    drop,
    forget_notices,
    note_answer,
    spread,
)
from chat.notices.audience import listening
from chat.notices.rules import notice_rules
from chat.notices.sealing import decoded, seal
from chat.notices.vapid import authorization
from chat.notices.words import words_of
from chat.rounds import ROUND, carry_for, make_round
from chat.webhooks.addresses import read_target
from chat.webhooks.dialling import Answer, post


def make_push_round() -> None:
    """Tell what there is to tell; nothing goes anywhere where the administrator has not said so."""
    if notice_rules().pushes:
        make_round("notices", _go_round)


def _go_round() -> None:
    at = timezone.now()
    forget_notices(at=at)
    spread(at=at)
    carry_for(ROUND, lambda most: claim(most, at=timezone.now()), partial(carry, notice_rules()))


def carry(rules: NoticeRules, delivery: PushDelivery) -> Answer | None:
    """None where it concerns nobody there any more."""
    at = timezone.now()
    concerned = listening(delivery.notice, at=at).filter(pk=delivery.subscription_id)
    if not rules.pushes or not concerned.exists():
        drop(delivery)
        return None
    answer = _send(rules, delivery, at=at)
    note_answer(delivery, answer, at=timezone.now())
    return answer


def _send(rules: NoticeRules, delivery: PushDelivery, *, at: datetime) -> Answer:
    subscription = delivery.subscription
    said = words_of(delivery.notice, hides_text=rules.hides_text)
    text = json.dumps(said, ensure_ascii=False).encode()
    sealed = seal(text, decoded(subscription.public_key), decoded(subscription.secret))
    origin = read_target(subscription.endpoint).origin
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(int(WORTH.total_seconds())),
        "Urgency": "high",
        # Of what a browser that is away is told later, the last of each conversation.
        "Topic": hashlib.sha256(said["tag"].encode()).hexdigest()[:32],
        "Authorization": authorization(rules.push_key, origin, at=at),
    }
    return post(subscription.endpoint, sealed, headers, settings.PUSH_NETWORKS)
