"""Sockets driven from ordinary, synchronous tests.

As in the server, the sockets live in an event loop of their own thread, and what a test does to
the database or by HTTP happens beside it. Everything that a socket is sent is recorded.
"""

import asyncio
import json
import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import Any

import pytest
import uvloop
from channels.layers import channel_layers, get_channel_layer
from django.test import Client

from chat import streams
from chat.models import Visitor
from chat.sockets import layers
from chat.sockets.hub import Hub, current_hub
from operators.models import Account
from sphaera_support.asgi import application
from tests.cast import ORIGIN, browser_of, token

PATIENCE = 10.0  # seconds a test waits for what must come
LAYER_PATIENCE = 1.0  # and for what a layer made to lose things may have lost
OWN_LOGGERS = ("chat", "departments", "operators", "reports", "sphaera_support")

Frame = dict[str, Any]


class Wire:
    """One socket as its client sees it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, scope: dict[str, Any]) -> None:
        self.frames: list[Frame] = []
        self.raw: list[str] = []
        self.is_accepted = False
        self.close_code: int | None = None
        self.welcome: Frame = {}
        self._taken: set[int] = set()
        self._news = threading.Condition()
        self._loop = loop
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._put({"type": "websocket.connect"})
        self._running: Future[None] = asyncio.run_coroutine_threadsafe(self._live(scope), loop)
        self._wait(lambda: self.is_accepted or self.close_code is not None)

    async def _live(self, scope: dict[str, Any]) -> None:
        await application(scope, self._inbox.get, self._sent)

    async def _sent(self, event: dict[str, Any]) -> None:
        with self._news:
            match event["type"]:
                case "websocket.accept":
                    self.is_accepted = True
                case "websocket.close":
                    self.close_code = event.get("code", 1000)
                case "websocket.send":
                    self.raw.append(event["text"])
                    self.frames.append(json.loads(event["text"], parse_constant=_refuse))
            self._news.notify_all()

    def _put(self, event: dict[str, Any]) -> None:
        self._loop.call_soon_threadsafe(self._inbox.put_nowait, event)

    def _wait(self, is_there: Callable[[], object], within: float = PATIENCE) -> None:
        with self._news:
            if not self._news.wait_for(is_there, within):
                pytest.fail(f"It did not come. Closed: {self.close_code}. Came: {self.frames}")

    # What the client sends

    def send_raw(self, text: str) -> None:
        self._put({"type": "websocket.receive", "text": text})

    def send_bytes(self, content: bytes) -> None:
        self._put({"type": "websocket.receive", "bytes": content})

    def say(self, kind: str, /, **fields: Any) -> None:
        self.send_raw(json.dumps({"type": kind, **fields}))

    def ask(self, kind: str, /, **fields: Any) -> Frame:
        """Send a frame with an id; its only answer, `ack` or `error`."""
        fields.setdefault("id", str(uuid.uuid4()))
        self.say(kind, **fields)
        return self.answer(fields["id"])

    def answer(self, frame_id: str) -> Frame:
        answers: list[Frame] = []

        def is_there() -> bool:
            answers[:] = [
                frame
                for frame in self.frames
                if frame.get("id") == frame_id and frame["type"] in ("ack", "error")
            ]
            return bool(answers)

        self._wait(is_there)
        return answers[-1]

    def disconnect(self) -> None:
        """The tab is closed or the line is cut; returns when the server has noticed."""
        self._put({"type": "websocket.disconnect", "code": 1005})
        self._running.result(PATIENCE)

    # What it is sent

    def expect(self, kind: str, /, *, within: float = PATIENCE, **fields: Any) -> Frame:
        """The first frame like this that no expectation has taken yet."""
        found: list[int] = []

        def is_there() -> bool:
            wanted = {"type": kind} | fields
            found[:] = [
                index
                for index, frame in enumerate(self.frames)
                if index not in self._taken and wanted.items() <= frame.items()
            ]
            return bool(found)

        self._wait(is_there, within)
        self._taken.add(found[0])
        return self.frames[found[0]]

    def by_pulse(self, kind: str, /, **fields: Any) -> Frame:
        """Like `expect`, after a beat: for what no doorbell brings."""
        self._beat()
        return self.expect(kind, **fields)

    def closing(self, within: float = PATIENCE) -> int:
        """The code with which the server closes."""
        self._wait(lambda: self.close_code is not None, within)
        assert self.close_code is not None
        return self.close_code

    def settle(self) -> None:
        """Wait until all that is under way has arrived: what the layer carries over two hops and a
        queue, a beat of the pulse that tells what came of it, and what the sockets do beside.
        """
        self._pass_layer()
        self._beat()
        time.sleep(0.25)
        self._pass_layer()
        if self.close_code is None and self.is_accepted:
            self.ask("ping")
        asyncio.run_coroutine_threadsafe(_at_rest(), self._loop).result(2 * PATIENCE)

    def _pass_layer(self) -> None:
        asyncio.run_coroutine_threadsafe(_pass_layer(), self._loop).result(PATIENCE)

    def _beat(self) -> None:
        asyncio.run_coroutine_threadsafe(beat(), self._loop).result(PATIENCE)

    def of(self, kind: str) -> list[Frame]:
        return [frame for frame in self.frames if frame["type"] == kind]

    def log(self) -> list[tuple[int, str]]:
        """The messages handed over, by the welcome and since, as (number, text)."""
        return [(entry["seq"], entry["text"]) for entry in self.entries("message")]

    def entries(self, *kinds: str) -> list[Frame]:
        """What was handed over of the log, by the welcome and since: `message`, `amended`."""
        given = [*self.welcome.get("messages", []), *self.frames]
        return [frame for frame in given if frame["type"] in kinds]

    def forget(self) -> None:
        """Begin a new record."""
        self.settle()
        with self._news:
            self.frames.clear()
            self.raw.clear()
            self._taken.clear()

    def end(self) -> None:
        if not self._running.done():
            self.disconnect()
        self._running.result(PATIENCE)


class Wires:
    """All sockets of a test, and the loop that carries them."""

    def __init__(self) -> None:
        streams._silent_until = 0.0  # whatever another test did to the layer
        self.loop = uvloop.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.opened: list[Wire] = []

    def open(
        self,
        path: str,
        *,
        origin: str | None = ORIGIN,
        cookies: Client | None = None,
        address: str = "127.0.0.1",
        agent: bytes = b"Tests",
    ) -> Wire:
        """A socket before its first frame."""
        headers = [(b"user-agent", agent), (b"host", b"127.0.0.1:8000")]
        if origin is not None:
            headers.append((b"origin", origin.encode("latin1")))
        if cookies is not None:
            pairs = "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.cookies.items())
            headers.append((b"cookie", pairs.encode("latin1")))
        scope = {
            "type": "websocket",
            "path": path,
            "headers": headers,
            "client": (address, 50_000),
            "query_string": b"",
            "subprotocols": [],
        }
        wire = Wire(self.loop, scope)
        self.opened.append(wire)
        return wire

    def visitor(self, visitor: Visitor, **hello: Any) -> Wire:
        """A tab of the visitor's, greeted."""
        wire = self.open(f"/ws/visitor/{visitor.site.key}/")
        wire.say("hello", **({"token": token(visitor)} | hello))
        wire.welcome = wire.expect("welcome")
        return wire

    def operator(self, account: Account, *, browser: Client | None = None, **hello: Any) -> Wire:
        """A tab with the zone, greeted."""
        wire = self.open("/ws/operator/", cookies=browser or browser_of(account))
        wire.say("hello", **hello)
        wire.welcome = wire.expect("welcome")
        return wire

    def hub(self) -> Hub:
        """The hub of these sockets."""

        async def found() -> Hub:
            return current_hub()

        return asyncio.run_coroutine_threadsafe(found(), self.loop).result(PATIENCE)

    def beat(self, times: int = 1) -> None:
        """The pulse, for a test that would have to wait for it."""
        for _time in range(times):
            self.run(beat())

    def until(self, is_so: Callable[[], object]) -> None:
        """Wait for what the sockets do to the database beside the test."""
        deadline = time.monotonic() + PATIENCE
        while not is_so():
            if time.monotonic() > deadline:
                pytest.fail("It did not happen.")
            time.sleep(0.05)

    def run(self, work: Any) -> Any:
        """Run a coroutine where the sockets are."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(PATIENCE)

    def close(self) -> None:
        try:
            for wire in self.opened:
                wire.end()
        finally:
            asyncio.run_coroutine_threadsafe(_end_tasks(), self.loop).result(PATIENCE)
            streams.close_database_threads()
            self.loop.call_soon_threadsafe(self.loop.stop)
            self.thread.join(PATIENCE)
            self.loop.close()
            channel_layers.backends.clear()


async def beat() -> None:
    """Every step of the pulse, whether it is time or not, and what they set off."""
    hub = current_hub()
    under_way = set(hub._tasks)
    for step in hub._steps:
        step.due = 0.0
    await hub.beat(time.monotonic())
    await asyncio.gather(*(hub._tasks - under_way), return_exceptions=True)


class _Marker:
    """A socket that only notes that it was told something."""

    def __init__(self) -> None:
        self.is_told = asyncio.Event()

    async def pushed(self, _message: streams.Push) -> None:
        self.is_told.set()


async def _pass_layer() -> None:
    """What was pushed before this has been handed on to the sockets, or is lost."""
    hub, marker, group = current_hub(), _Marker(), f"marker.{uuid.uuid4()}"
    hub.join(group, marker)  # type: ignore[arg-type]
    try:
        await streams.send_all([{"group": group}])
        async with asyncio.timeout(LAYER_PATIENCE):
            await marker.is_told.wait()
    except TimeoutError:
        pass  # a test of a layer that loses
    finally:
        hub.leave(group, marker)  # type: ignore[arg-type]


async def _at_rest() -> None:
    """What the hub spawned has ended, but for its listening and its pulse."""
    lasting = {"_listen", "_keep_beating"}
    while beside := {task for task in current_hub()._tasks if _work_of(task) not in lasting}:
        await asyncio.wait(beside)


def _work_of(task: asyncio.Task[None]) -> str:
    return getattr(task.get_coro(), "__name__", "")


async def _end_tasks() -> None:
    """The hub's listening and beating, and what it spawned, end with the test."""
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await get_channel_layer().flush()


def _refuse(constant: str) -> None:
    raise AssertionError(f"{constant} breaks JSON.parse in a browser")


@pytest.fixture
def wires(transactional_db, monkeypatch, caplog) -> Iterator[Wires]:
    """Sockets for this test, which also fails when the server complained in its log."""
    # Redis is asked to carry each message, as where there are several processes.
    monkeypatch.setattr(layers, "ALONE_FOR", 0.0)
    wires = Wires()
    yield wires
    wires.close()
    if complaints := complaints_in(caplog):
        pytest.fail("The server complained:\n" + "\n".join(complaints), pytrace=False)


def complaints_in(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Errors of anybody and warnings of ours."""
    return [
        f"{record.name}: {record.getMessage()}"
        for record in caplog.get_records("call")
        if record.levelno >= logging.ERROR
        or (record.levelno == logging.WARNING and record.name.split(".")[0] in OWN_LOGGERS)
    ]
