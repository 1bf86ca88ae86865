"""The collector of cycles, kept from looking at what lives for long.

By itself Python looks at everything alive each time that has grown by a quarter: with 5,000 windows
open nobody is answered for half a second, or a whole one.
"""

import gc
import sys
import time

SWEEP_EVERY = 2.0  # seconds
# Between two sweeps Python looks at what is new by itself after so many of it (and hardly ever at
# more): after 700, as it would, it looks at all that a crowd brings again and again.
YOUNG = (50_000, 20, 1000)
WEIGH_EVERY = 60.0  # seconds
# Blocks of memory beside those left by the last look at everything, after which there is another.
MOST_GROWTH = 1.5
LEAST_GROWTH = 500_000


class Sweeper:
    """Looks at what is new, and sets what is still alive apart.

    What is set apart and dies in a cycle stays until everything is looked at again: memory may grow
    by a half for that, and while it does not grow nothing stops.
    """

    def __init__(self) -> None:
        gc.set_threshold(*YOUNG)
        self._kept = 0
        self._weigh_at = 0.0

    def sweep(self, now: float | None = None) -> None:
        gc.collect()
        gc.freeze()
        now = time.monotonic() if now is None else now
        if now >= self._weigh_at:
            self._weigh_at = now + WEIGH_EVERY
            self._weigh()

    def _weigh(self) -> None:
        # Counting what was set apart would itself take a tenth of a second.
        if self._kept and sys.getallocatedblocks() <= self._kept * MOST_GROWTH + LEAST_GROWTH:
            return
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        self._kept = sys.getallocatedblocks()
