"""Delivery by log and cursor: how one socket follows one conversation.

The layer may drop, double and reorder what it carries; the log does not. A pushed entry that is
next is forwarded as it came; anything else makes the socket read the log from its cursor.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

logger = logging.getLogger(__name__)


class Entry(NamedTuple):
    """A message as one side sees it: its number there, its frame, its number on the other side."""

    seq: int
    frame: str
    theirs: int | None


# Reads a page of entries beyond a number.
Read = Callable[[int], Awaitable[Sequence[Entry]]]
Emit = Callable[[Entry], Awaitable[None]]

PAGE = 200  # entries read from the log at a time
MOST_HELD = 500  # entries kept while the log is read; with more to come it is read again
ON_ITS_WAY = 0.2  # seconds a committed entry may still be travelling


class Cursor:
    """`position` is the last number handed to the client; everything up to it was."""

    def __init__(self, position: int, read: Read, emit: Emit, page: int = PAGE) -> None:
        self.position = position
        self._read = read
        self._emit = emit
        self._page = page
        self._held: dict[int, Entry] = {}
        self._rung = False
        self._reading: asyncio.Task[None] | None = None

    async def offer(self, entry: Entry) -> None:
        """An entry came from the layer. Never waits for the database."""
        if entry.seq <= self.position:
            return
        if self._reading is None and entry.seq == self.position + 1:
            await self._advance(entry)
        elif self._reading is not None and len(self._held) < MOST_HELD:
            self._held[entry.seq] = entry
        else:
            self.ring()

    def ring(self) -> None:
        """Look into the log, beside whatever goes on; rung while looking, look again."""
        self._rung = True
        if self._reading is None:
            self._reading = asyncio.ensure_future(self._read_on())
            self._reading.add_done_callback(_log_failure)

    async def expect(self, seq: int) -> None:
        """The log is known to reach `seq`: read it unless the layer brings it presently."""
        if seq > self.position:
            await asyncio.sleep(ON_ITS_WAY)
        if seq > self.position:
            self.ring()

    async def catch_up(self) -> None:
        """Return when what the log held has been emitted. Raises what reading raised."""
        self.ring()
        if self._reading is not None:
            await asyncio.shield(self._reading)

    async def _read_on(self) -> None:
        try:
            while self._rung:
                self._rung = False
                entries = await self._read(self.position)
                for entry in entries:
                    if entry.seq > self.position:
                        await self._advance(entry)
                # A short page ends the log; what was written since came by the layer.
                self._rung |= len(entries) >= self._page
                await self._emit_held()
        finally:
            self._reading = None
            self._held.clear()

    async def _emit_held(self) -> None:
        """What came while reading, as far as it follows on; beyond a gap the log is asked."""
        while (entry := self._held.pop(self.position + 1, None)) is not None:
            await self._advance(entry)
        self._rung |= any(seq > self.position for seq in self._held)
        self._held.clear()

    async def _advance(self, entry: Entry) -> None:
        self.position = entry.seq
        await self._emit(entry)


def _log_failure(reading: "asyncio.Task[None]") -> None:
    """The pulse will ring again."""
    if not reading.cancelled() and (error := reading.exception()) is not None:
        logger.warning("reading the log: %s: %s", type(error).__name__, error)
