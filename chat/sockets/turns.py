"""When a socket may be given another page of history: after its peer has read the last one."""

import asyncio
from collections.abc import Callable
from typing import Protocol


class Line(Protocol):
    """What a consumer knows of the connection under it (sphaera_support.server)."""

    is_calm: bool  # nobody talks over it so far: its peer gives signs of life more seldom

    def greeted(self, answers: Callable[[str], bool]) -> None:
        """Somebody is known to be behind the socket: it may send longer frames.

        `answers` is asked with a frame while its consumer waits for one: whether it has been
        answered by that.
        """

    def send_text(self, text: str) -> None:
        """At once, in its order."""

    async def room(self) -> None:
        """Return when the peer has read what it was sent, or is gone."""


class Turns:
    """One page at a time, whichever of the socket's cursors it is for.

    So what waits unread for a socket is a page at most, beside what happens meanwhile.
    """

    def __init__(self, line: Line | None = None) -> None:
        self._line = line
        self._lock = asyncio.Lock()

    async def __aenter__(self) -> None:
        await self._lock.acquire()
        try:
            if self._line is not None:
                await self._line.room()
        except BaseException:
            self._lock.release()
            raise

    async def __aexit__(self, *_error: object) -> None:
        self._lock.release()
