"""Which of the other side's messages sockets were handed, told to that side every so often."""

import asyncio
from collections.abc import Callable
from typing import Any

TOLD_EVERY = 0.2  # seconds


class DeliveredMarks:
    """Of all sockets of a process, told together: a mark of each costs as much as a message."""

    def __init__(self) -> None:
        self._noted: dict[tuple[Callable[..., None], tuple[Any, ...]], int] = {}

    def note(self, tell: Callable[..., None], *whose: Any, seq: int) -> None:
        """To be told by `tell(*whose, seq)`, once of the last number that any socket notes."""
        if not self._noted:
            asyncio.get_running_loop().call_later(TOLD_EVERY, self._tell)
        self._noted[tell, whose] = max(seq, self._noted.get((tell, whose), 0))

    def _tell(self) -> None:
        noted, self._noted = self._noted, {}
        for (tell, whose), seq in noted.items():
            tell(*whose, seq)


class Handed:
    """What one socket was handed of one conversation.

    Of one's own message nobody needs to be told, unless something before it was not told of.
    """

    def __init__(self) -> None:
        self.is_owed = True

    def is_news(self, *, by_them: bool) -> bool:
        """Whether the other side is to be told of an entry, which then tells of all before it."""
        is_news = by_them or self.is_owed
        self.is_owed = False
        return is_news
