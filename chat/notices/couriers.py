"""The couriers of notices: sealed, to the services of browsers (chat.couriers)."""

import hashlib
import json
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from chat.couriers import Couriers
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
from chat.webhooks.addresses import read_target
from chat.webhooks.dialling import Answer, post


def make_push_round() -> None:
    """Tell what there is to tell; nothing goes anywhere where the administrator has not said so."""
    if notice_rules().pushes:
        forget_notices(at=timezone.now())
        COURIERS.make_round()


def _claim(most: int) -> list[PushDelivery]:
    at = timezone.now()
    spread(at=at)
    return claim(most, at=at)


def carry(delivery: PushDelivery) -> Answer | None:
    """None where it concerns nobody there any more."""
    rules, at = notice_rules(), timezone.now()
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


COURIERS = Couriers(name="notices", count=8, claim=_claim, carry=carry, note_broken=drop)
