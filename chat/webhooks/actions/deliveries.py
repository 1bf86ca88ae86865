"""Sending, as the database knows it: who is at which delivery, what came of it, what comes again
(chat.actions.outbox, docs/webhooks.md).
"""

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from chat.actions.locks import lock_delivery, lock_due_deliveries
from chat.actions.outbox import DAY, renew, settle, take
from chat.models import Webhook, WebhookAttempt, WebhookDelivery
from chat.models.outbox import free_at
from chat.models.webhooks import WebhookDeliveryQuerySet
from chat.webhooks import kinds
from chat.webhooks.dialling import Answer
from chat.webhooks.errors import NoSuchDelivery, StillPending
from chat.webhooks.sending import Sent
from operators.prepared import Prepared

logger = logging.getLogger("sphaera_support.webhooks")

State = WebhookDelivery.State
# Longer than a courier takes at most (chat.webhooks.dialling.TOTAL), looking up a name included.
LEASE = timedelta(seconds=60)
# At one webhook at once; of one that fails, one, so that it takes nobody's place.
MOST_AT_ONCE = 4
GONE = 410  # says a receiver that wants to be told nothing any more
KEPT_FOR = timedelta(days=14)
MOST_RESENT = 10_000


@dataclass(frozen=True)
class Claim:
    """A delivery that this courier alone has, for as long as a lease lasts."""

    delivery: WebhookDelivery
    webhook: Webhook
    lease: uuid.UUID


def claim(most: int, *, at: datetime) -> list[Claim]:
    """What is to be sent now; those that work first, and each only so many at once."""
    claims: list[Claim] = []
    for webhook in _waiting.all(at=at):
        if len(claims) == most:
            break
        claims += _claim_of(webhook, most - len(claims), at=at)
    return claims


def is_any_due(*, at: datetime) -> bool:
    return bool(_waiting.all(at=at))


def _waiting_at(at: datetime) -> QuerySet[Webhook]:
    due = WebhookDelivery.objects.pending().filter(webhook=OuterRef("pk"), next_at__lte=at)
    active = Webhook.objects.active().filter(Exists(due))
    return active.order_by(F("failing_since").desc(nulls_first=True), "pk")


_waiting = Prepared(_waiting_at)


def _claim_of(webhook: Webhook, most: int, *, at: datetime) -> list[Claim]:
    with transaction.atomic():
        limit = 1 if webhook.failing_since else MOST_AT_ONCE
        room = limit - webhook.deliveries.under_way(at).count()
        if room <= 0:
            return []
        due = lock_due_deliveries(webhook, min(room, most), at=at)
        held = WebhookDelivery.objects.filter(pk__in=[one.pk for one in due])
        lease = take(held, LEASE, at=at)
    return [Claim(delivery, webhook, lease) for delivery in due]


def note_answer(claimed: Claim, sent: Sent | None, answer: Answer, *, at: datetime) -> None:
    """What came of it, or that it could not even be written (no `sent`); nothing of a courier whose
    delivery another has by now.
    """
    with transaction.atomic():
        delivery = lock_delivery(claimed.delivery.pk)
        if delivery is None or delivery.lease != claimed.lease:
            return
        _keep_attempt(delivery, sent, answer, at=at)
        # A test is tried once.
        is_final = delivery.kind == kinds.TEST
        settle(delivery, has_arrived=answer.has_arrived, is_final=is_final, at=at)
        delivery.save()
        if delivery.kind != kinds.TEST:
            _judge(delivery.webhook, answer, at=at)


def _keep_attempt(
    delivery: WebhookDelivery, sent: Sent | None, answer: Answer, *, at: datetime
) -> None:
    WebhookAttempt.objects.create(
        delivery=delivery,
        at=at,
        milliseconds=int(answer.seconds * 1000),
        status=answer.status,
        error=answer.error[:300],
        request=sent.told() if sent else "",
        answer=sent.cleaned(answer.text) if sent else "",
    )


def _judge(webhook: Webhook, answer: Answer, *, at: datetime) -> None:
    """One to which nothing has arrived for a day rests until an administrator looks at it."""
    if answer.has_arrived:
        if webhook.failing_since is not None:
            Webhook.objects.filter(pk=webhook.pk).update(failing_since=None)
        return
    since = webhook.failing_since or at
    Webhook.objects.filter(pk=webhook.pk, failing_since=None).update(failing_since=at)
    if at - since >= DAY or answer.status == GONE:
        active = Webhook.objects.active().filter(pk=webhook.pk)
        if active.update(is_active=False, paused_at=at, version=F("version") + 1):
            logger.warning("Webhook %d rests: nothing arrived there for a day", webhook.pk)


def send_again(delivery_id: int, *, at: datetime) -> None:
    """By hand, under the same event id. Raises NoSuchDelivery or StillPending."""
    with transaction.atomic():
        delivery = lock_delivery(delivery_id)
        if delivery is None:
            raise NoSuchDelivery
        if delivery.state == State.PENDING and delivery.leased_until and delivery.leased_until > at:
            raise StillPending
        renew(WebhookDelivery.objects.filter(pk=delivery.pk), at=at)


def send_all_again(found: WebhookDeliveryQuerySet, *, at: datetime) -> int:
    """Those that a filter names and that nobody is sending; how many they are."""
    with transaction.atomic():
        free = found.filter(~Q(state=State.PENDING) | free_at(at))
        keys = list(free.order_by("pk").values_list("pk", flat=True)[:MOST_RESENT])
        return renew(WebhookDelivery.objects.filter(pk__in=keys), at=at)


def begin_test(webhook: Webhook, data: dict[str, Any], *, at: datetime) -> Claim:
    """A delivery of its own, which the caller sends at once; in the log like any other."""
    lease = uuid.uuid4()
    delivery = WebhookDelivery.objects.create(
        webhook=webhook,
        kind=kinds.TEST,
        stream=f"test.{lease.hex[:20]}",
        data=data,
        at=at,
        next_at=at,
        begun_at=at,
        lease=lease,
        leased_until=at + LEASE,
    )
    return Claim(delivery, webhook, lease)


def forget_deliveries(*, at: datetime) -> int:
    """What is older than they are kept for, also where a webhook that is off holds it up; but not
    what was sent again lately.
    """
    limit = at - KEPT_FOR
    old = WebhookDelivery.objects.filter(at__lt=limit, begun_at__lt=limit)
    keys = list(old.order_by("pk").values_list("pk", flat=True)[:5000])
    with transaction.atomic():
        WebhookDelivery.objects.filter(pk__in=keys).delete()
    return len(keys)
