"""Delivery by log and cursor: how one socket follows one conversation.

The layer may drop, double and reorder what it carries; the log does not. A pushed entry that is
next is forwarded as it came; anything else makes the socket read the log from its cursor.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any, NamedTuple

import msgspec

logger = logging.getLogger(__name__)


class Entry(NamedTuple):
    """A message as one side sees it: its number there, its frame, its number on the other side, and
    whether it was written there.
    """

    seq: int
    frame: str
    theirs: int | None
    by_them: bool = False


def entry_of(push: Mapping[str, Any]) -> Entry:
    """What a push carries (chat.broadcasts.messages)."""
    return Entry(push["seq"], push["frame"], push["theirs"], push["by_them"])


class Page(NamedTuple):
    """What follows a number, as far as one page reaches; and whether there is more."""

    entries: Sequence[Entry]
    more: bool


# Reads a page of entries beyond a number.
Read = Callable[[int], Awaitable[Page]]
Emit = Callable[[Entry], Awaitable[None]]

PAGE = 200  # entries read from the log at a time
PAGE_BYTES = 256 * 1024  # of their frames; a page has one entry more where that one passes it
MOST_HELD = 500  # entries kept while the log is read; with more to come it is read again
ON_ITS_WAY = 0.2  # seconds a committed entry may still be travelling


def fitting(entries: Iterable[Entry], room: int = PAGE_BYTES) -> list[Entry]:
    """The first of these, up to the one with which `room` bytes are full."""
    taken: list[Entry] = []
    for entry in entries:
        taken.append(entry)
        room -= len(entry.frame.encode())
        if room <= 0:
            break
    return taken


def first_that_fit(frames: Iterable[dict[str, Any]]) -> list[msgspec.Raw]:
    """The first of these frames, encoded for the inside of another, that a page has room for."""
    taken: list[msgspec.Raw] = []
    room = PAGE_BYTES
    for frame in frames:
        encoded = msgspec.json.encode(frame)
        room -= len(encoded)
        if room < 0:
            break
        taken.append(msgspec.Raw(encoded))
    return taken


class Cursor:
    """`position` is the last number handed to the client; everything up to it was.

    A page is read and emitted in a `turn`, which the cursors of one socket share.
    """

    def __init__(
        self,
        position: int,
        read: Read,
        emit: Emit,
        turn: AbstractAsyncContextManager[object] | None = None,
    ) -> None:
        self.position = position
        self._read = read
        self._emit = emit
        self._turn = turn or nullcontext()
        self._held: dict[int, Entry] = {}
        self._rung = self._is_stopped = False
        self._reading: asyncio.Task[None] | None = None

    def stop(self) -> None:
        """Nothing more is handed on, not even what is being read at the moment."""
        self._is_stopped = True

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
        if self._reading is None and not self._is_stopped:
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
            while self._rung and not self._is_stopped:
                self._rung = False
                async with self._turn:
                    page = await self._read(self.position)
                    for entry in page.entries:
                        if entry.seq > self.position:
                            await self._advance(entry)
                # Where the log ended, what was written since came by the layer.
                self._rung |= page.more
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
        if self._is_stopped:
            return
        self.position = entry.seq
        await self._emit(entry)


def _log_failure(reading: "asyncio.Task[None]") -> None:
    """The pulse will ring again."""
    if not reading.cancelled() and (error := reading.exception()) is not None:
        logger.warning("reading the log: %s: %s", type(error).__name__, error)
