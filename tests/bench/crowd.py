"""The load: lean clients of the wire, many in one process, with one ledger of their waits."""

import asyncio
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

# The server admits 1,000 sockets of one address, so a crowd comes from many.
SOCKETS_PER_ADDRESS = 800
ANSWER_SECONDS = 30.0
BEAT_SECONDS = 5.0
ENDED = (ConnectionClosed, OSError, TimeoutError)


class Inbound(msgspec.Struct):
    """What the load needs of a frame."""

    type: str
    id: str | None = None
    code: str | None = None
    state: str | None = None
    visit: str | None = None
    conversation: object = None
    conversations: list["Inbound"] = []
    messages: list["Inbound"] = []


decode = msgspec.json.Decoder(Inbound).decode


@dataclass
class Ledger:
    """When each message was sent; how long acks and deliveries to operators took, in seconds."""

    sent: dict[str, float] = field(default_factory=dict)  # until delivered
    unanswered: dict[str, float] = field(default_factory=dict)
    acks: list[float] = field(default_factory=list)
    deliveries: list[float] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)

    def posted(self, id: str) -> None:
        self.sent[id] = self.unanswered[id] = time.perf_counter()

    def acknowledged(self, id: str) -> None:
        if id in self.unanswered:
            self.acks.append(time.perf_counter() - self.unanswered.pop(id))

    def delivered(self, id: str | None) -> None:
        if id in self.sent:
            self.deliveries.append(time.perf_counter() - self.sent.pop(id))

    def blame(self, code: str) -> None:
        self.errors[code] = self.errors.get(code, 0) + 1

    def clear(self) -> None:
        self.sent.clear()
        self.unanswered.clear()
        self.acks.clear()
        self.deliveries.clear()


class Socket:
    """One connection; its reader answers whoever waits for an id."""

    def __init__(
        self, ledger: Ledger, connection: ClientConnection, visit: str | None = None
    ) -> None:
        self.ledger = ledger
        self.connection = connection
        self.visit = visit
        self.answers: dict[str, asyncio.Future[Inbound]] = {}
        self.reader = asyncio.create_task(self._read())

    async def send(self, frame: str) -> None:
        await self.connection.send(frame)

    async def ask(self, kind: str, **fields: object) -> Inbound:
        id = str(uuid.uuid4())
        answer = asyncio.get_running_loop().create_future()
        self.answers[id] = answer
        await self.send(dumps({"type": kind, "id": id, **fields}))
        async with asyncio.timeout(ANSWER_SECONDS):
            reply: Inbound = await answer
        return reply

    async def close(self) -> None:
        self.reader.cancel()
        await self.connection.close()

    async def _read(self) -> None:
        try:
            while True:
                self.heard(decode(await self.connection.recv()))
        except ENDED:
            return

    def heard(self, frame: Inbound) -> None:
        if frame.type == "error":
            self.ledger.blame(frame.code or "")
        if frame.type in ("ack", "error") and (answer := self.answers.pop(frame.id or "", None)):
            answer.set_result(frame)


class Visitor(Socket):
    """Sends texts and counts its acks."""

    def post(self) -> tuple[str, str]:
        """A fresh message: its id and its frame."""
        id = str(uuid.uuid4())
        text = f"Не открывается отчёт за квартал, {id[:8]}"
        return id, dumps({"type": "message", "id": id, "text": text, "files": []})

    async def say(self) -> str:
        """Post and wait for the ack; the conversation it is in."""
        id, frame = self.post()
        answer = asyncio.get_running_loop().create_future()
        self.answers[id] = answer
        self.ledger.posted(id)
        await self.send(frame)
        async with asyncio.timeout(ANSWER_SECONDS):
            return str((await answer).conversation)

    async def post_only(self) -> None:
        id, frame = self.post()
        self.ledger.posted(id)
        await self.send(frame)

    def heard(self, frame: Inbound) -> None:
        if frame.type == "ack" and frame.id:
            self.ledger.acknowledged(frame.id)
        super().heard(frame)


class Operator(Socket):
    """Sees what visitors sent; knows which conversations wait; pings, or would count as gone."""

    def __init__(self, ledger: Ledger, connection: ClientConnection) -> None:
        super().__init__(ledger, connection)
        self.waiting: set[str] = set()
        self._news = asyncio.Event()
        self.heart = asyncio.create_task(self._beat())

    async def close(self) -> None:
        self.heart.cancel()
        await super().close()

    async def sees_waiting(self, conv: str) -> None:
        while conv not in self.waiting:
            self._news.clear()
            await self._news.wait()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            await self.ask("ping")

    def heard(self, frame: Inbound) -> None:
        if frame.type == "message":
            self.ledger.delivered(frame.id)
        for conversation in (frame, *frame.conversations):
            if conversation.state and conversation.id:
                self._note_state(conversation.id, conversation.state)
        super().heard(frame)

    def _note_state(self, conv: str, state: str) -> None:
        if state == "waiting":
            self.waiting.add(conv)
            self._news.set()
        else:
            self.waiting.discard(conv)


def dumps(frame: dict[str, object]) -> str:
    return msgspec.json.encode(frame).decode()


def addresses(count: int) -> Iterable[str]:
    """A loopback address for each of so many sockets."""
    return (f"127.0.0.{2 + number // SOCKETS_PER_ADDRESS}" for number in range(count))


async def dial(
    url: str, hello: dict[str, object], *, origin: str, cookie: str = "", address: str
) -> tuple[ClientConnection, Inbound]:
    """A greeted connection and its welcome."""
    connection = await connect(
        url,
        origin=Origin(origin),
        additional_headers={"Cookie": cookie} if cookie else {},
        compression=None,
        proxy=None,
        ping_interval=None,
        open_timeout=ANSWER_SECONDS,
        close_timeout=1,
        max_size=2**24,
        local_addr=(address, 0),
    )
    await connection.send(dumps(hello))
    async with asyncio.timeout(ANSWER_SECONDS):
        while (frame := decode(await connection.recv())).type != "welcome":
            pass
    return connection, frame
