"""Couriers: a few threads that carry what the outbox holds, beside the chat and never in its way.

One round at a time in the whole installation; in production a task of a worker. Where tasks run in
the thread of the beat, a round has a thread of its own, since others wait for that one.
"""

import logging
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.webhooks import dialling
from chat.webhooks.actions.deliveries import Claim, claim, note_answer
from chat.webhooks.sending import request_of

logger = logging.getLogger("sphaera_support.webhooks")

COURIERS = 8
NOT_WRITTEN = _("Событие не удалось отправить: подробности в журнале сервера.")
ROUND = timedelta(seconds=20)  # at a stretch, while there is something to carry
_ROUND_KEY = "webhook-round"
# A round that died is believed to be one for so long.
_ROUND_VALID = 2 * ROUND.total_seconds()


def make_round() -> None:
    """Carry what is due; nothing while another round goes on."""
    if not cache.add(_ROUND_KEY, 1, _ROUND_VALID):
        return
    if settings.CELERY_TASK_ALWAYS_EAGER:
        threading.Thread(target=_go_round, name="webhooks", daemon=True).start()
    else:
        _go_round()


def _go_round() -> None:
    try:
        carry_for(ROUND)
    except Exception:
        logger.exception("The round of the webhooks broke off")
    finally:
        cache.delete(_ROUND_KEY)
        if threading.current_thread() is not threading.main_thread():
            connection.close()


def carry_for(span: timedelta) -> None:
    """All that is due, several at once, until nothing is or the time is over."""
    ends = time.monotonic() + span.total_seconds()
    under_way: set[Future[None]] = set()
    with ThreadPoolExecutor(COURIERS, "courier") as couriers:
        while True:
            if time.monotonic() < ends and len(under_way) < COURIERS:
                found = claim(COURIERS - len(under_way), at=timezone.now())
                under_way |= {couriers.submit(_carry_in_thread, one) for one in found}
            if not under_way:
                return
            under_way -= wait(under_way, timeout=1, return_when=FIRST_COMPLETED).done


def _carry_in_thread(claimed: Claim) -> None:
    try:
        carry(claimed)
    except Exception:
        # Noted like any failure: it is tried again, and does not stand before others for ever.
        logger.exception("Webhook delivery %d was not carried", claimed.delivery.pk)
        failed = dialling.Answer(error=str(NOT_WRITTEN))
        note_answer(claimed, None, failed, at=timezone.now())
    finally:
        connection.close()


def carry(claimed: Claim) -> dialling.Answer:
    """Send it, and note what came of it."""
    sent = request_of(claimed.webhook, claimed.delivery, at=timezone.now())
    answer = dialling.post(sent.url, sent.body, sent.headers, settings.WEBHOOK_NETWORKS)
    note_answer(claimed, sent, answer, at=timezone.now())
    return answer
