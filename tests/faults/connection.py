"""A connection that is always made again: requests with answers, pings, jittered returns."""

import asyncio
import json
import random
import uuid
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage
from websockets.typing import Origin

from tests.faults.history import History

Frame = dict[str, Any]

FIRST_DELAY_SECONDS = 0.1
LONGEST_DELAY_SECONDS = 3.0
PING_EVERY_SECONDS = 2.0
SILENCE_SECONDS = 4.0  # longer than a frozen server stays frozen
ANSWER_SECONDS = 10.0
HELLO_SECONDS = 10.0
RETRY_SECONDS = 0.2
RETRIED = {"unavailable", "too_fast"}
DROPPED = (ConnectionClosed, InvalidHandshake, InvalidMessage, OSError, TimeoutError)


class Refused(Exception):
    """The server answered a request with an error frame."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(f"{frame['code']}: {frame['detail']}")
        self.code: str = frame["code"]


class Silent(ConnectionError):
    """The peer owes an answer for too long: the connection counts as dead."""


class Connection(ABC):
    """One person's socket; `run` goes on until `stop`, whatever happens to the server."""

    def __init__(self, url: str, history: History, *, origin: str, cookie: str = "") -> None:
        self.url = url
        self.history = history
        self.origin = Origin(origin)
        self.headers = {"Cookie": cookie} if cookie else {}
        self.online = asyncio.Event()
        self.stopping = False
        self.patience = SILENCE_SECONDS
        self._socket: ClientConnection | None = None
        self._answers: dict[str, asyncio.Future[Frame | None]] = {}  # None: it died first
        self._live_tasks: asyncio.TaskGroup | None = None
        self._told_to_wait: float | None = None

    # What each kind of person does in their own way.

    @abstractmethod
    def hello(self) -> Frame:
        """The first frame."""

    @abstractmethod
    def greeted(self, welcome: Frame) -> None:
        """The server knows who this is."""

    @abstractmethod
    def pushed(self, frame: Frame) -> None:
        """A frame that is not an answer."""

    def duties(self) -> list[Coroutine[Any, Any, None]]:
        return [self._read(), self._ping()]

    # What a test asks of a connection.

    async def ask(self, frame: Frame) -> Frame:
        """The answer to a request, however many connections it takes."""
        while True:
            await self.online.wait()
            try:
                return await self.request(frame)
            except DROPPED:
                await asyncio.sleep(RETRY_SECONDS)
            except Refused as refusal:
                if refusal.code not in RETRIED:
                    raise
                await asyncio.sleep(RETRY_SECONDS)

    async def stop(self) -> None:
        self.stopping = True
        if self._socket:
            await self._socket.close()

    # The life of a connection.

    async def run(self) -> None:
        delay = FIRST_DELAY_SECONDS
        while not self.stopping:
            try:
                await self._live()
            except* DROPPED:
                pass
            if self.online.is_set():
                delay = FIRST_DELAY_SECONDS
            await self._rest(delay)
            delay = min(2 * delay, LONGEST_DELAY_SECONDS)
        self.history.write("stopped")
        self.history.close()

    async def _live(self) -> None:
        self._told_to_wait = None
        async with connect(
            self.url,
            origin=self.origin,
            additional_headers=self.headers,
            compression=None,
            proxy=None,
            ping_interval=None,
            open_timeout=5,
            close_timeout=0.5,
            max_size=2**24,
        ) as self._socket:
            welcome = await self._greet()
            async with asyncio.TaskGroup() as self._live_tasks:
                self.greeted(welcome)
                for duty in self.duties():
                    self._live_tasks.create_task(duty)

    async def _greet(self) -> Frame:
        self.history.write("hello")
        await self._send(self.hello())
        async with asyncio.timeout(HELLO_SECONDS):
            while (frame := await self._receive())["type"] != "welcome":
                pass
        self.history.write("welcome")
        self.online.set()
        return frame

    async def _rest(self, delay: float) -> None:
        """Forget the dead connection and wait before the next."""
        if self._socket:
            self.history.write("disc", code=str(self._socket.close_code))
        self.online.clear()
        self._socket = self._live_tasks = None
        for answer in self._answers.values():
            if not answer.done():
                answer.set_result(None)
        self._answers.clear()
        if not self.stopping:
            wait = self._told_to_wait
            await asyncio.sleep(random.uniform(0, delay) if wait is None else wait)

    async def _read(self) -> None:
        while True:
            frame = await self._receive()
            if frame["type"] in ("ack", "error"):
                self._answered(frame)
            elif frame["type"] == "reconnect":
                self._told_to_wait = frame["after_ms"] / 1000
            else:
                self.pushed(frame)

    def _answered(self, frame: Frame) -> None:
        answer = self._answers.pop(frame.get("id") or "", None)
        if answer and not answer.done():
            answer.set_result(frame)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_EVERY_SECONDS)
            await self.request({"type": "ping", "id": str(uuid.uuid4())}, within=self.patience)

    async def request(self, frame: Frame, within: float = ANSWER_SECONDS) -> Frame:
        answer: asyncio.Future[Frame | None] = asyncio.get_running_loop().create_future()
        self._answers[frame["id"]] = answer
        try:
            await self._send(frame)
            async with asyncio.timeout(within):
                reply = await answer
        except TimeoutError:
            reply = None
        finally:
            self._answers.pop(frame["id"], None)
        if reply is None:
            raise Silent(frame["type"])
        if reply["type"] == "error":
            raise Refused(reply)
        return reply

    async def _send(self, frame: Frame) -> None:
        if self._socket is None:
            raise Silent("not connected")
        await self._socket.send(json.dumps(frame, ensure_ascii=False))

    async def _receive(self) -> Frame:
        assert self._socket is not None
        frame: Frame = json.loads(await self._socket.recv())
        return frame
