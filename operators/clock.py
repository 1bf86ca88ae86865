"""The time of this process: a clock that counts on evenly, whatever the machine's clock does.

Leases, offers and promises are spans between instants that were written at different moments. Where
the clock of a machine is set in between, they would end at once or last for hours. So a process
that serves counts with the monotonic clock, and follows a reference: PostgreSQL's clock, one for
all processes, or with SQLite the machine's. A small difference is made up for slowly, a jump is
followed only when it has stayed.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import timezone

STEP = 1.0  # seconds: a larger difference is a jump
BELIEVED_AFTER = 20.0  # seconds for which a jump has to stay
SLEW = 0.05  # seconds of difference made up for at once
# So much may the clocks of two processes differ; what lies further in the future than a span
# allows was written by a clock that was set back since.
SLACK = timedelta(seconds=5)

Reading = tuple[datetime, float]  # what the reference showed, and the monotonic clock just then


class SteadyClock:
    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._ahead = time.time() - ticks()
        self._is_set = False
        self._jumped_at: float | None = None

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._ahead + self._ticks(), UTC)

    def follow(self, shown: datetime, ticks: float) -> bool:
        """Compare with the reference; True when this clock was set, and spans are not what they
        were.
        """
        difference = shown.timestamp() - ticks - self._ahead
        if abs(difference) < STEP:
            self._jumped_at, self._is_set = None, True
            self._ahead += max(-SLEW, min(SLEW, difference))
            return False
        if self._jumped_at is None:
            self._jumped_at = ticks
        if self._is_set and ticks - self._jumped_at < BELIEVED_AFTER:
            return False
        self._ahead += difference
        self._jumped_at, self._is_set = None, True
        return True


steady = SteadyClock()


def begin() -> None:
    """From now on whoever asks for the time, sessions of Django's included, is told this one."""
    timezone.now = steady.now


def read_reference() -> Reading | None:
    """None when the answer took too long to say anything."""
    if connection.vendor != "postgresql":
        return datetime.now(UTC), time.monotonic()
    with connection.cursor() as cursor:
        asked = time.monotonic()
        cursor.execute("SELECT clock_timestamp()")
        ((shown,),) = cursor.fetchall()
        answered = time.monotonic()
    return (shown, (asked + answered) / 2) if answered - asked < STEP / 2 else None
