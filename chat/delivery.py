"""Delivery by log and cursor: how one socket follows one conversation.

The layer may drop, double and reorder what it carries; the log does not. A pushed entry that is
next is forwarded as it came; anything else makes the socket read the log from its cursor.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple


class Entry(NamedTuple):
    """A message as one side sees it: its number there, its frame, its number on the other side."""

    seq: int
    frame: str
    theirs: int | None


Read = Callable[[int], Awaitable[Sequence[Entry]]]
Emit = Callable[[Entry], Awaitable[None]]

MOST_HELD = 500  # entries kept while the log is read; with more to come it is read again
ON_ITS_WAY = 0.2  # seconds a committed entry may still be travelling


class Cursor:
    """`position` is the last number handed to the client; everything up to it was."""

    def __init__(self, position: int, read: Read, emit: Emit) -> None:
        self.position = position
        self._read = read
        self._emit = emit
        self._held: dict[int, Entry] = {}
        self._reading = False
        self._rung = False

    async def offer(self, entry: Entry) -> None:
        """An entry came from the layer."""
        if entry.seq <= self.position:
            return
        if self._reading and len(self._held) < MOST_HELD:
            self._held[entry.seq] = entry
        elif entry.seq == self.position + 1 and not self._reading:
            await self._advance(entry)
        else:
            await self.catch_up()

    async def expect(self, seq: int) -> None:
        """The log is known to reach `seq`: read it unless the layer brings it presently."""
        if seq > self.position:
            await asyncio.sleep(ON_ITS_WAY)
        if seq > self.position:
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
                            await self._advance(entry)
                await self._emit_held()
        finally:
            self._held.clear()
            self._reading = False

    async def _emit_held(self) -> None:
        """What came while reading, as far as it follows on; beyond a gap the log is asked."""
        while (entry := self._held.pop(self.position + 1, None)) is not None:
            await self._advance(entry)
        self._rung |= any(seq > self.position for seq in self._held)
        self._held.clear()

    async def _advance(self, entry: Entry) -> None:
        self.position = entry.seq
        await self._emit(entry)
