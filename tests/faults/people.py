"""The cast: visitors, who open conversations, and operators, who accept them."""

import asyncio
import contextlib
import math
import random
import uuid
from collections.abc import Coroutine, Iterable
from typing import Any

from tests.faults.client import Client, Entry
from tests.faults.connection import DROPPED, RETRIED, RETRY_SECONDS, Frame, Refused
from tests.faults.history import History, digest

LOOK_EVERY_SECONDS = 0.1
CORRECTED_SHARE = 0.15  # of an operator's messages
COLD_SECONDS = 60.0


class Visitor(Client):
    """Knows the latest conversation as the one that `after` and `sync` speak of."""

    def __init__(self, url: str, history: History, *, origin: str, token: str) -> None:
        super().__init__(url, history, origin=origin)
        self.token = token
        self.visit: str | None = None
        self.current = ""

    def hello(self) -> Frame:
        return {
            "type": "hello",
            "token": self.token,
            "visit": self.visit,
            "page": {"url": "http://127.0.0.1/", "title": "Проверка", "referrer": ""},
            "screen": "1920x1080",
            "timezone": "Europe/Moscow",
            "language": "ru",
            "conversation": self.current or None,
            "after": self.cursors[self.current] if self.current else 0,
        }

    def greeted(self, welcome: Frame) -> None:
        self.visit = welcome["visit"]
        super().greeted(welcome)

    def named_in(self, welcome: Frame) -> list[Frame]:
        return [welcome["conversation"]] if welcome["conversation"] else []

    def message(self, entry: Entry) -> Frame:
        return {"type": "message", "id": entry.id, "text": entry.text, "files": []}

    def conversation(self, frame: Frame) -> None:
        self.current = frame["id"]
        super().conversation(frame)

    async def end(self) -> None:
        """End the open conversation; one that is closed already is as good."""
        conv = self.current
        self.history.write("ending", conv=conv)
        with contextlib.suppress(Refused):
            await self.ask({"type": "end", "id": str(uuid.uuid4())})
        self.history.write("ended", conv=conv)


class Operator(Client):
    """Accepts a waiting conversation whenever there is none in hand."""

    def __init__(self, url: str, history: History, *, origin: str, cookie: str) -> None:
        super().__init__(url, history, origin=origin, cookie=cookie)
        self.held: set[str] = set()  # ever accepted: followed to the end
        self.mine: set[str] = set()  # accepted, and not ended since
        self.doubtful: set[str] = set()  # perhaps accepted: the connection broke before the answer

    def hello(self) -> Frame:
        return {"type": "hello", "after": {conv: self.cursors[conv] for conv in self.held}}

    def message(self, entry: Entry) -> Frame:
        return {
            "type": "message",
            "id": entry.id,
            "conversation": entry.conv,
            "text": entry.text,
            "files": [],
            "note": entry.note,
        }

    def named_in(self, welcome: Frame) -> list[Frame]:
        conversations: list[Frame] = welcome["conversations"]
        return conversations

    def conversation(self, frame: Frame) -> None:
        super().conversation(frame)
        if frame["state"] != "active":
            self.mine.discard(frame["id"])

    def follows(self, conv: str) -> bool:
        return conv in self.held

    def take(self, message: Frame) -> None:
        if self.follows(message["conversation"]):
            super().take(message)
        else:
            self.note_down("glimpse", message)

    async def stored(self, entry: Entry, ack: Frame) -> None:
        """Some of it is put into other words at once, asked for until there is an answer."""
        if random.random() >= CORRECTED_SHARE:
            return
        text = f"{entry.text}, вернее"
        self.history.write("correcting", conv=entry.conv, hash=digest(text), of=entry.id)
        frame = {"type": "correct", "conversation": entry.conv, "seq": ack["seq"], "text": text}
        while True:
            try:
                await self.request({**frame, "id": str(uuid.uuid4())})
            except Refused as refusal:
                if refusal.code not in RETRIED:
                    return  # closed by the visitor meanwhile, or no longer fresh
                await asyncio.sleep(RETRY_SECONDS)
            else:
                self.history.write("corrected", conv=entry.conv, hash=digest(text), of=entry.id)
                return

    def refused(self, entry: Entry) -> None:
        self.mine.discard(entry.conv)

    def duties(self) -> list[Coroutine[Any, Any, None]]:
        return [*super().duties(), self.look_for_work()]

    async def look_for_work(self) -> None:
        while True:
            await asyncio.sleep(random.uniform(0, LOOK_EVERY_SECONDS))
            waiting = {conv for conv, state in self.states.items() if state == "waiting"}
            if not self.mine and (open_to_us := waiting | self.doubtful):
                await self.accept(random.choice(sorted(open_to_us)))

    async def accept(self, conv: str) -> None:
        if conv not in self.doubtful:
            self.history.write("accepting", conv=conv)
        self.doubtful.add(conv)
        try:
            await self.request({"type": "accept", "id": str(uuid.uuid4()), "conversation": conv})
        except Refused as refusal:
            self.history.write("refused", conv=conv, code=refusal.code)
            if refusal.code in RETRIED:
                return  # still in doubt: asked again at the next look
            self.states[conv] = refusal.code
        else:
            self.history.write("accepted", conv=conv)
            self.states[conv] = "active"
            self.held.add(conv)
            self.mine.add(conv)
            self.resync(conv, self.cursors[conv] + 1)
        self.doubtful.discard(conv)


class Bystander(Operator):
    """Signed in and connected, of a level that was given nothing: has nothing to see."""

    def duties(self) -> list[Coroutine[Any, Any, None]]:
        return Client.duties(self)


async def read_afresh(client: Client, convs: Iterable[str]) -> None:
    """A cold read: all of these conversations from 0 on, as this person's new device gets them."""
    client.heard, client.patience = "cold", COLD_SECONDS
    running = asyncio.create_task(client.run())
    try:
        async with asyncio.timeout(COLD_SECONDS):
            await client.online.wait()
            for conv in convs:
                await client.catch_up(conv, math.inf)
                client.history.write("cold_end", conv=conv)
    except DROPPED:
        client.history.write("refused", code="cold read")
    await client.stop()
    await running
