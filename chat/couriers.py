"""Couriers: a few threads that carry what an outbox holds, beside the chat and never in its way.

One round of an outbox at a time in the whole installation; in production a task of a worker. Where
tasks run in the thread of the beat, a round has a thread of its own, since others wait for that
one.
"""

import logging
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.db import connection

logger = logging.getLogger("sphaera_support.outbox")

T = TypeVar("T")

ROUND = timedelta(seconds=20)  # at a stretch, while there is something to carry
# A round that died is believed to be one for so long.
_VALID = 2 * ROUND.total_seconds()


@dataclass(frozen=True)
class Couriers(Generic[T]):
    """`claim` takes at most so many; `carry` sends one and notes what came of it; where that breaks
    off, `note_broken` notes it like any failure, so that it does not stand before others for ever.
    `is_any_due` is asked before a round is begun for nothing.
    """

    name: str
    count: int
    claim: Callable[[int], Sequence[T]]
    carry: Callable[[T], object]
    note_broken: Callable[[T], object]
    is_any_due: Callable[[], bool] = lambda: True

    @property
    def _key(self) -> str:
        return f"{self.name}-round"

    def make_round(self) -> None:
        """Carry what is due; nothing while another round goes on."""
        if not self.is_any_due() or not cache.add(self._key, 1, _VALID):
            return
        if settings.CELERY_TASK_ALWAYS_EAGER:
            threading.Thread(target=self._go_round, name=self.name, daemon=True).start()
        else:
            self._go_round()

    def _go_round(self) -> None:
        try:
            self.carry_for(ROUND)
        except Exception:
            logger.exception("A round broke off: %s", self.name)
        finally:
            cache.delete(self._key)
            if threading.current_thread() is not threading.main_thread():
                connection.close()

    def carry_for(self, span: timedelta) -> None:
        """All that is due, several at once, until nothing is or the time is over."""
        ends = time.monotonic() + span.total_seconds()
        under_way: set[Future[None]] = set()
        with ThreadPoolExecutor(self.count, self.name) as couriers:
            while True:
                if time.monotonic() < ends and len(under_way) < self.count:
                    found = self.claim(self.count - len(under_way))
                    under_way |= {couriers.submit(self._attempt_in_thread, one) for one in found}
                if not under_way:
                    return
                under_way -= wait(under_way, timeout=1, return_when=FIRST_COMPLETED).done

    def _attempt_in_thread(self, claimed: T) -> None:
        try:
            self.attempt(claimed)
        finally:
            connection.close()

    def attempt(self, claimed: T) -> None:
        try:
            self.carry(claimed)
        except Exception as error:
            # Where, and not its words: they may repeat what is sent.
            where = "".join(traceback.format_tb(error.__traceback__))
            logger.error("%s: not carried, %s\n%s", self.name, type(error).__name__, where)
            self.note_broken(claimed)
