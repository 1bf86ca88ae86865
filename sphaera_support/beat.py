"""celery.beat as it runs in a thread of the embedded process, without what it does for a broker.

By itself it comes to each task 10 ms early and then asks a thousand times whether it is time, and
lays out a message for a worker that is not there: more than all the tasks do while nothing happens.
"""

import logging
from typing import Any

from celery.beat import Scheduler

logger = logging.getLogger(__name__)


class EmbeddedScheduler(Scheduler):
    """One task after the other, in the thread of the beat."""

    def adjust(self, n: float, drift: float = 0.0) -> float:
        return n + drift

    def schedules_equal(self, old: Any, new: Any) -> bool:
        """Nobody changes it."""
        return old is not None and len(old) == len(new)

    def apply_entry(self, entry: Any, producer: object = None) -> None:
        try:
            self.app.tasks[entry.task](*entry.args, **entry.kwargs)
        except Exception:
            logger.exception("%s failed", entry.task)
