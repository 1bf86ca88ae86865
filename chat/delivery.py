"""Delivery by log and cursor: how one socket follows one conversation.

The layer may drop, double and reorder what it carries; the log does not. A pushed frame that is
next is forwarded as it came; anything else makes the socket read the log from its cursor.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple


class Entry(NamedTuple):
    """A message as one side sees it: its number there, its frame, its number on the other side."""

    seq: int
    frame: str
    theirs: int | None


Read = Callable[[int], Awaitable[Sequence[Entry]]]
Emit = Callable[[Entry], Awaitable[None]]


class Cursor:
    """`position` is the last number handed to the client; everything up to it was."""

    def __init__(self, position: int, read: Read, emit: Emit) -> None:
        self.position = position
        self._read = read
        self._emit = emit
        self._reading = False
        self._rung = False

    async def offer(self, entry: Entry) -> None:
        """A frame came from the layer."""
        if entry.seq <= self.position:
            return
        if entry.seq == self.position + 1 and not self._reading:
            self.position = entry.seq
            await self._emit(entry)
        else:
            await self.catch_up()

    async def catch_up(self) -> None:
        """Emit what the log holds beyond the cursor; a call during a call makes it look again."""
        self._rung = True
        if self._reading:
            return
        self._reading = True
        try:
            while self._rung:
                self._rung = False
                while entries := await self._read(self.position):
                    for entry in entries:
                        if entry.seq > self.position:
                            self.position = entry.seq
                            await self._emit(entry)
        finally:
            self._reading = False
