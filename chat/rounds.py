"""Rounds of couriers: a few threads that carry what an outbox holds, beside the chat and never in
its way.

Of each kind there is one round at a time in the whole installation; in production a task of a
worker. Where tasks run in the thread of the beat, a round has a thread of its own, since others
wait for that one.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta
from typing import TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import connection

logger = logging.getLogger("sphaera_support.rounds")

T = TypeVar("T")

COURIERS = 8
ROUND = timedelta(seconds=20)  # at a stretch, while there is something to carry
# A round that died is believed to be one for so long.
_VALID = 2 * ROUND.total_seconds()


def make_round(name: str, go: Callable[[], None]) -> None:
    """Go; nothing while another round of that name goes on."""
    if not cache.add(_key_of(name), 1, _VALID):
        return
    if settings.CELERY_TASK_ALWAYS_EAGER:
        threading.Thread(target=_go, args=(name, go), name=name, daemon=True).start()
    else:
        _go(name, go)


def _go(name: str, go: Callable[[], None]) -> None:
    try:
        go()
    except Exception:
        logger.exception("The round of the %s broke off", name)
    finally:
        cache.delete(_key_of(name))
        if threading.current_thread() is not threading.main_thread():
            connection.close()


def _key_of(name: str) -> str:
    return f"round-of-{name}"


def carry_for(
    span: timedelta, claim: Callable[[int], list[T]], carry: Callable[[T], object]
) -> None:
    """All that may be claimed, several at once, until nothing may or the time is over. What raises
    is logged, and left to its own lease.
    """
    ends = time.monotonic() + span.total_seconds()
    under_way: set[Future[None]] = set()
    with ThreadPoolExecutor(COURIERS, "courier") as couriers:
        while True:
            if time.monotonic() < ends and len(under_way) < COURIERS:
                found = claim(COURIERS - len(under_way))
                under_way |= {couriers.submit(_carry_in_thread, carry, one) for one in found}
            if not under_way:
                return
            under_way -= wait(under_way, timeout=1, return_when=FIRST_COMPLETED).done


def _carry_in_thread(carry: Callable[[T], object], one: T) -> None:
    try:
        carry(one)
    except Exception:
        logger.exception("A courier broke off")
    finally:
        connection.close()
