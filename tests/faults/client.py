"""The reference client of the wire: outbox in order, one message in flight, cursors with resync."""

import asyncio
import uuid
from abc import abstractmethod
from collections import defaultdict, deque
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from tests.faults.connection import RETRIED, RETRY_SECONDS, Connection, Frame, Refused
from tests.faults.history import History, digest


@dataclass
class Entry:
    """A message of the outbox; it stays at the head until the server has answered it."""

    conv: str
    text: str
    note: bool = False
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


class Client(Connection):
    """One person on the wire; what they see is noted as `heard`."""

    heard = "recv"

    def __init__(self, url: str, history: History, *, origin: str, cookie: str = "") -> None:
        super().__init__(url, history, origin=origin, cookie=cookie)
        self.outbox: deque[Entry] = deque()
        self.cursors: dict[str, int] = defaultdict(int)
        self.states: dict[str, str] = {}
        self._syncing: set[str] = set()
        self._written = asyncio.Event()

    @abstractmethod
    def message(self, entry: Entry) -> Frame:
        """The entry as this kind of person sends it."""

    def duties(self) -> list[Coroutine[Any, Any, None]]:
        return [*super().duties(), self._flush()]

    # The outbox.

    def compose(self, entry: Entry) -> None:
        self.outbox.append(entry)
        self._written.set()

    async def _flush(self) -> None:
        while True:
            while not self.outbox:
                self._written.clear()
                await self._written.wait()
            await self._deliver(self.outbox[0])

    async def _deliver(self, entry: Entry) -> None:
        self.history.write(
            "send", conv=entry.conv, id=entry.id, hash=digest(entry.text), note=entry.note
        )
        try:
            ack = await self.request(self.message(entry))
        except Refused as refusal:
            if refusal.code in RETRIED:
                self.history.write("retry", id=entry.id, code=refusal.code)
                await asyncio.sleep(RETRY_SECONDS)
                return
            self.history.write("nack", conv=entry.conv, id=entry.id, code=refusal.code)
            self.refused(entry)
        else:
            conv = ack.get("conversation", entry.conv)
            self.history.write("ack", conv=conv, id=entry.id, seq=ack["seq"])
            await self.stored(entry, ack)
        self.outbox.popleft()

    async def stored(self, entry: Entry, ack: Frame) -> None:
        """The server has it."""

    def refused(self, entry: Entry) -> None:
        """The server will not have this message."""

    # The stream.

    def greeted(self, welcome: Frame) -> None:
        self._syncing.clear()
        for message in welcome["messages"]:
            self.take(message)
        for frame in self.named_in(welcome):
            self.conversation(frame)
            if self.follows(frame["id"]) and frame["seq"] > self.cursors[frame["id"]]:
                self.resync(frame["id"], frame["seq"])

    @abstractmethod
    def named_in(self, welcome: Frame) -> list[Frame]:
        """The conversations of a welcome."""

    def pushed(self, frame: Frame) -> None:
        if frame["type"] in ("message", "amended"):
            self.take(frame)
        elif frame["type"] == "conversation":
            self.conversation(frame)

    def take(self, message: Frame) -> None:
        """Pass on what comes next; ask for what is missing; drop what is already known."""
        conv, seq = message["conversation"], message["seq"]
        if seq == self.cursors[conv] + 1:
            self.cursors[conv] = seq
            self.note_down(self.heard, message)
        elif seq <= self.cursors[conv]:
            if self.heard == "recv":
                self.note_down("again", message)
        elif conv not in self._syncing:
            self.note_down("gap", message)
            self.resync(conv, seq)

    def note_down(self, ev: str, message: Frame) -> None:
        self.history.write(
            ev,
            conv=message["conversation"],
            id=message["id"],
            seq=message["seq"],
            hash=digest(message["text"]),
            note=message.get("kind") == "note",
            of=message.get("message", ""),
        )

    def conversation(self, frame: Frame) -> None:
        self.states[frame["id"]] = frame["state"]

    def follows(self, conv: str) -> bool:
        return True

    def resync(self, conv: str, target: int) -> None:
        if self._live_tasks and conv not in self._syncing:
            self._syncing.add(conv)
            self._live_tasks.create_task(self.catch_up(conv, target))

    async def catch_up(self, conv: str, target: float) -> None:
        """Read the log page by page up to `target`, or to its end."""
        try:
            before = -1
            while before < self.cursors[conv] < target:
                before = self.cursors[conv]
                for message in (await self.read_log(conv, before))["messages"]:
                    self.take(message)
        except Refused as refusal:
            self.history.write("refused", conv=conv, code=refusal.code)
        finally:
            self._syncing.discard(conv)

    async def read_log(self, conv: str, after: int) -> Frame:
        return await self.request(
            {"type": "sync", "id": str(uuid.uuid4()), "conversation": conv, "after": after}
        )
