"""How much may be asked for: a bucket of tokens that refills steadily."""

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

    def put_back(self, amount: float) -> None:
        """What was taken too much; less than nothing for what was taken too little."""
        self._level += amount

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
