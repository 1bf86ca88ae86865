"""Notices on their way: to which browsers each goes, who is at it, what came of it.

At most a hint: the message itself goes by the log. What is older than `WORTH` interests nobody.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from chat.actions.locks import lock_due_pushes, lock_unspread_notices
from chat.models import PushDelivery, PushNotice
from chat.notices.audience import listening
from chat.webhooks.dialling import Answer

logger = logging.getLogger("sphaera_support.notices")

WORTH = timedelta(minutes=2)
# Longer than a courier takes at most (chat.webhooks.dialling.TOTAL).
LEASE = timedelta(seconds=30)
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 40))
AT_ONCE = 200
# What a service says of a browser that wants to be told nothing any more, or asked somebody else
# to tell it: an installation with another key.
GONE = {403, 404, 410}
PASSES = {408, 425, 429}  # of the refusals, those that are about the moment


def spread(*, at: datetime) -> int:
    """A delivery for each browser of each whom a notice concerns; how many they are. Of several of
    one kind about one conversation the last goes.
    """
    with transaction.atomic():
        notices = lock_unspread_notices(AT_ONCE)
        last = {(one.kind, one.conversation_id, one.chat_id): one for one in notices}
        made = [
            PushDelivery(notice=notice, subscription=subscription, next_at=at)
            for notice in last.values()
            if at - notice.at < WORTH
            for subscription in listening(notice, at=at)
        ]
        PushDelivery.objects.bulk_create(made)
        spread = PushNotice.objects.filter(pk__in=[notice.pk for notice in notices])
        spread.update(spread_at=at)
    return len(made)


def claim(most: int, *, at: datetime) -> list[PushDelivery]:
    """What is to go now, for as long as a lease lasts."""
    with transaction.atomic():
        due = lock_due_pushes(most, at=at)
        held = PushDelivery.objects.filter(pk__in=[one.pk for one in due])
        held.update(leased_until=at + LEASE)
    return due


def note_answer(delivery: PushDelivery, answer: Answer, *, at: datetime) -> None:
    """Gone where it arrived, or never will; with its browser's wish where that is gone itself."""
    if answer.status in GONE:
        delivery.subscription.delete()
    elif _is_worth_another(delivery, answer, at=at):
        pause = PAUSES[delivery.tries]
        again = PushDelivery.objects.filter(pk=delivery.pk)
        again.update(tries=delivery.tries + 1, next_at=at + pause, leased_until=None)
    else:
        drop(delivery)


def _is_worth_another(delivery: PushDelivery, answer: Answer, *, at: datetime) -> bool:
    if answer.has_arrived:
        return False
    status = answer.status
    if status is not None and 400 <= status < 500 and status not in PASSES:
        logger.warning("A push service answered %d", status)
        return False
    return delivery.tries < len(PAUSES) and at < delivery.notice.at + WORTH


def drop(delivery: PushDelivery) -> None:
    PushDelivery.objects.filter(pk=delivery.pk).delete()


def forget_notices(*, at: datetime) -> None:
    """With what is left of their deliveries."""
    PushNotice.objects.filter(at__lt=at - 2 * WORTH).delete()
