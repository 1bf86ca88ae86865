"""How much one person may ask for: a bucket of tokens that refills steadily."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Bucket:
    """`capacity` at once, `rate` a second in the long run."""

    capacity: float
    rate: float
    clock: Callable[[], float] = time.monotonic
    _level: float = field(init=False)
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        self._level, self._at = self.capacity, self.clock()

    @property
    def is_full(self) -> bool:
        return self._level + (self.clock() - self._at) * self.rate >= self.capacity

    def take(self, amount: float = 1) -> bool:
        now = self.clock()
        self._level = min(self.capacity, self._level + (now - self._at) * self.rate)
        self._at = now
        if self._level < amount:
            return False
        self._level -= amount
        return True


@dataclass
class Allowance:
    """What one signed person may send over all their sockets, and how many they may have.

    Generous against what people do (nobody types 60 messages a second), small against what a
    process can bear.
    """

    messages: Bucket
    frames: Bucket
    refused: Bucket
    sockets: int = 0

    @property
    def is_idle(self) -> bool:
        """Nothing is held against the person any more: reconnecting would change nothing."""
        buckets = (self.messages, self.frames, self.refused)
        return self.sockets <= 0 and all(bucket.is_full for bucket in buckets)


def visitor_allowance() -> Allowance:
    return Allowance(Bucket(300, 60), Bucket(600, 120), Bucket(300, 20))


def operator_allowance() -> Allowance:
    return Allowance(Bucket(600, 120), Bucket(1200, 240), Bucket(300, 20))


MAX_SOCKETS_PER_PERSON = 20
