"""Our daphne: pauses clients that send too fast, leaves those that read too slowly, and says
goodbye before it goes.
"""

import asyncio
import io
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import autobahn.websocket.protocol
import daphne.http_protocol
from daphne.server import Server
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from twisted.internet import defer, interfaces, reactor
from twisted.internet.task import LoopingCall
from zope.interface import implementer  # type: ignore[import-untyped]

from chat.sockets.hub import current_hub
from sphaera_support.bodies import Body
from sphaera_support.garbage import SWEEP_EVERY, Sweeper
from sphaera_support.requests import SupportRequest
from sphaera_support.short_frames import read_text, text_frame

logger = logging.getLogger(__name__)

MAX_QUEUED = 32  # frames of one socket waiting for us before its TCP stream is paused
MAX_QUEUED_BYTES = 64 * 1024  # likewise
MAX_BEFORE_HELLO = 64 * 1024  # bytes from nobody knows whom
MAX_MESSAGE = 256 * 1024  # bytes; what is above chat.sockets.base.MAX_FRAME is told so
FRAME_COST = 256  # bytes that a frame or fragment counts for beside what is in it
MAX_UNSENT = 1024 * 1024  # bytes a client may leave unread before it is cut off
READS_WITHIN = 60.0  # seconds it may take a client to read a page
SILENT = 5.0  # seconds after which a peer is asked for a sign of life
CALM = (
    25.0  # the same of one who merely has the window; static/js/shared/connection.js pings before
)
ANSWERS_WITHIN = 10.0  # seconds more, and it is gone
LOOK_EVERY = 2.0  # seconds in which all connections are looked at
LOOKS, LEAST_LOOKED_AT = 20, 100  # in so many parts at most, and no smaller ones
SPREAD_PER_SOCKET = 0.0015  # seconds between clients coming back after a restart


class PacedQueue(asyncio.Queue[dict[str, Any]]):
    """What a socket sent and the consumer has not taken; a full one stops the reading."""

    def __init__(self, socket: "SupportSocket") -> None:
        super().__init__()
        self._socket = socket
        self._bytes = 0
        self._is_awaited = False

    @property
    def is_idle(self) -> bool:
        """The consumer has taken all there was, and waits for more."""
        return self._is_awaited and self.empty()

    def put_nowait(self, item: dict[str, Any]) -> None:
        super().put_nowait(item)
        self._bytes += _size(item)
        if self.qsize() >= MAX_QUEUED or self._bytes >= MAX_QUEUED_BYTES:
            self._socket.pause()

    async def get(self) -> dict[str, Any]:
        self._is_awaited = True
        item = await super().get()
        self._is_awaited = False
        self._bytes -= _size(item)
        if self.qsize() <= MAX_QUEUED // 2 and self._bytes <= MAX_QUEUED_BYTES // 2:
            self._socket.resume()
        return item


def _size(item: dict[str, Any]) -> int:
    return len(item.get("text") or item.get("bytes") or "")


@implementer(interfaces.IPushProducer)
class Outflow:
    """Counts what is written while the client does not read."""

    def __init__(self) -> None:
        self.unsent = 0
        self.room = asyncio.Event()
        self.room.set()

    def wrote(self, count: int) -> None:
        if not self.room.is_set():
            self.unsent += count

    def pauseProducing(self) -> None:  # noqa: N802  Twisted's name; called again with every write
        self.room.clear()

    def resumeProducing(self) -> None:  # noqa: N802
        self.unsent = 0
        self.room.set()

    def stopProducing(self) -> None:  # noqa: N802
        self.resumeProducing()


class SupportSocket(WebSocketProtocol):
    """A WebSocket whose peer must read what it is sent, and is read no faster than it is served.

    To its consumer it is the `chat.sockets.turns.Line`.
    """

    is_paused = is_reading = False
    asked_after = SILENT  # seconds
    look_at = 0.0  # by the monotonic clock: before it there is nothing to look for
    answers: Callable[[str], bool] | None = None  # once somebody is known to be behind it
    takes_all = True
    heard_at = 0.0  # by the monotonic clock
    data: bytes  # that autobahn has not taken yet
    coming = 0  # what the message that is on its way costs; before the hello, all of them together

    def connectionMade(self) -> None:  # noqa: N802  Twisted's name
        self.outflow = Outflow()
        self.gathered: list[bytes] = []
        super().connectionMade()

    def onOpen(self) -> None:  # noqa: N802
        super().onOpen()
        # A transport has one producer. Until now it is the HTTP channel that the handshake came
        # by, and a second one is refused with an error that ends in a Deferred.
        self.transport.unregisterProducer()
        self.transport.registerProducer(self.outflow, True)

    def onClose(self, wasClean: bool, code: int, reason: str) -> None:  # noqa: N802, N803
        self.outflow.stopProducing()
        super().onClose(wasClean, code, reason)

    # What the peer sends

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        """Past autobahn's line for a log that nobody reads: it costs more than a small frame."""
        self.heard_at = time.monotonic()
        self.is_reading = True
        try:
            if not self._takes_alone(data):
                self._dataReceived(data)
        finally:
            self.is_reading = False
        if self.gathered:
            self._write()

    @property
    def is_calm(self) -> bool:
        return self.asked_after == CALM

    @is_calm.setter
    def is_calm(self, is_calm: bool) -> None:
        self.asked_after, self.look_at = CALM if is_calm else SILENT, 0.0

    def check_timeouts(self) -> None:
        """Whatever comes is a sign of life, so that none has to be timed."""
        if self.state != self.STATE_OPEN:
            super().check_timeouts()
            return
        silent = time.monotonic() - self.heard_at
        self.look_at = self.heard_at + self.asked_after
        if silent > self.asked_after + ANSWERS_WITHIN:
            self._drop("is silent")
        elif silent > self.asked_after:
            self.sendPing()

    def onMessageFrameBegin(self, length: int) -> None:  # noqa: N802
        super().onMessageFrameBegin(length)
        self.coming += FRAME_COST + length
        if self.coming > (MAX_MESSAGE if self.answers else MAX_BEFORE_HELLO):
            self._drop("sends too much")

    def onMessageEnd(self) -> None:  # noqa: N802
        super().onMessageEnd()
        if self.answers:
            self.coming = 0

    def processData(self) -> bool:  # noqa: N802
        """A single read may bring thousands of frames: those beyond a pause are left lying."""
        if self.is_paused:
            return False
        if self.answers and self._is_between:
            usual = read_text(self.data)
            if usual is not None:
                text, self.data = usual
                self._hear(text, self.answers)
                return bool(self.data)
        return bool(super().processData())

    def _takes_alone(self, data: bytes) -> bool:
        """One usual frame, and nothing before or behind it: past what autobahn does with bytes."""
        if not self.answers or self.data or self.is_paused or not self._is_between:
            return False
        usual = read_text(data)
        if usual is None or usual[1]:
            return False
        self._hear(usual[0], self.answers)
        return True

    @property
    def _is_between(self) -> bool:
        """Of messages."""
        is_between = self.current_frame is None and not self.inside_message
        return is_between and self.state == self.STATE_OPEN

    def _hear(self, text: str, answers: Callable[[str], bool]) -> None:
        """What can be answered at once is, where the consumer would take it at once."""
        if not (self.application_queue.is_idle and answers(text)) and not self.muted:
            self.application_queue.put_nowait({"type": "websocket.receive", "text": text})

    def pause(self) -> None:
        if not self.is_paused:
            self.is_paused = True
            self.transport.pauseProducing()

    def resume(self) -> None:
        if self.is_paused:
            self.is_paused = False
            self.transport.resumeProducing()
            self.consumeData()

    def greeted(self, answers: Callable[[str], bool]) -> None:
        self.answers = answers

    # What it is sent

    def send_text(self, text: str) -> None:
        """To one who is gone while we were answering: nothing; its consumer will be told."""
        if self.state == self.STATE_OPEN:
            self.sendData(text_frame(text))

    def sendData(self, data: bytes, sync: bool = False, chopsize: int | None = None) -> None:  # noqa: N802
        """All that is written comes here, the answers to the peer's pings too, and past autobahn's
        line for a log.
        """
        if not self.gathered and not self.is_reading:
            asyncio.get_running_loop().call_soon(self._write)
        self.gathered.append(data)
        self.outflow.wrote(len(data))
        if self.outflow.unsent > MAX_UNSENT:
            self._drop("does not read")

    def _write(self) -> None:
        """All of this turn of the loop, or of this reading, and straight away: Twisted would ask
        first whether it may, which costs as much as the writing. It does so for who has once not
        taken everything.
        """
        data, self.gathered = b"".join(self.gathered), []
        while data and self.takes_all and self.transport.connected:
            sent = self.transport.writeSomeData(data)
            self.takes_all = isinstance(sent, int) and sent > 0
            data = data[sent:] if self.takes_all else data
        if data:
            self.transport.write(data)

    def dropConnection(self, abort: bool = False) -> None:  # noqa: N802
        self._write()
        super().dropConnection(abort)

    async def room(self) -> None:
        try:
            async with asyncio.timeout(READS_WITHIN):
                await self.outflow.room.wait()
        except TimeoutError:
            self._drop("does not read")

    def serverClose(self, code: int | None = None) -> None:  # noqa: N802
        """With the protocol's own codes too (1012, 1013), which autobahn keeps to itself."""
        self.sendCloseFrame(code=code or 1000, isReply=False)

    def _drop(self, reason: str) -> None:
        """At once: a farewell would stand behind what is not read."""
        self.failedByMe, self.wasClean, self.wasNotCleanReason = True, False, reason
        self.dropConnection(abort=True)


class SupportServer(Server):
    def __init__(self, application: Any, *, host: str, port: int) -> None:
        self.where, self.refusal = f"[{host}]:{port}" if ":" in host else f"{host}:{port}", ""
        self._to_look_at: list[Any] = []
        self._is_anything_over = False
        address = host.replace(":", r"\:")
        super().__init__(
            application,
            endpoints=[f"tcp:port={port}:interface={address}:backlog=1024"],
            websocket_timeout=-1,
            # Autobahn's own limits would bind what we send, too.
            websocket_max_message_size=0,
            websocket_max_frame_size=0,
            http_timeout=120,
            application_close_timeout=10,
            server_name="",
            verbosity=1,
        )

    def run(self) -> None:
        # Daphne makes its factories itself and asks these two names for what they make.
        daphne.http_protocol.WebRequest = SupportRequest
        WebSocketFactory.protocol = SupportSocket
        # Each connection's settings are laid out for a log that nobody reads: a tenth of a return.
        autobahn.websocket.protocol.pformat = str  # type: ignore[attr-defined,assignment]
        super().run()

    def listen_success(self, port: Any) -> None:
        logger.info("Listening on http://%s", self.where)
        LoopingCall(Sweeper().sweep).start(SWEEP_EVERY)
        # As the loop runs: its pulse also notes that there is somebody who serves.
        reactor.callLater(0, current_hub)  # type: ignore[arg-type]

    def listen_error(self, failure: Any) -> None:
        self.refusal = f"Cannot listen on {self.where}: {_reason(failure.value)}"
        self.stop()

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        queue: Any
        if scope["type"] == "websocket":
            queue = PacedQueue(protocol)
        else:
            queue, protocol.content = Body(protocol.content), io.BytesIO()
        scope.setdefault("asgi", {"version": "3.0"})
        scope["line"] = protocol
        running = self.application(
            scope=scope, receive=queue.get, send=partial(self.handle_reply, protocol)
        )
        if protocol not in self.connections:
            running.close()
            return None
        instance = asyncio.ensure_future(running)
        instance.add_done_callback(self._note_end)
        self.connections[protocol]["application_instance"] = instance
        return queue

    def protocol_disconnected(self, protocol: Any) -> None:
        super().protocol_disconnected(protocol)
        self._is_anything_over = True

    def _note_end(self, _instance: "asyncio.Future[None]") -> None:
        self._is_anything_over = True

    def application_checker(self) -> None:
        """Daphne's look at all connections for what is over, when something is."""
        if not self._is_anything_over:
            reactor.callLater(1, self.application_checker)  # type: ignore[arg-type]
            return
        self._is_anything_over = False
        super().application_checker()
        # Whose application has not ended yet, though its peer is gone.
        if any("disconnected" in one for one in self.connections.values()):
            self._is_anything_over = True

    def timeout_checker(self) -> None:
        """Daphne's look at all connections, a part at a time: pings to all would hold others up."""
        now = time.monotonic()
        if not self._to_look_at:
            self._to_look_at = list(self.connections)
            self._parts = min(LOOKS, 1 + len(self._to_look_at) // LEAST_LOOKED_AT)
            self._part = -(-len(self._to_look_at) // self._parts)
        part, self._to_look_at = self._to_look_at[: self._part], self._to_look_at[self._part :]
        for protocol in part:
            if protocol.look_at <= now and protocol in self.connections:
                protocol.check_timeouts()
        asyncio.get_running_loop().call_later(LOOK_EVERY / self._parts, self.timeout_checker)

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        """A piece of an answer counts as sent when its reader has room for the next."""
        await super().handle_reply(protocol, message)
        if message.get("more_body"):
            await protocol.outflow.drained()

    def kill_all_applications(self) -> defer.Deferred[Any]:
        """Daphne's last act before exit: first the clients are told when to come back."""
        leaving = asyncio.ensure_future(self._leave())
        farewell = defer.Deferred.fromFuture(leaving)
        farewell.addErrback(lambda failure: logger.warning("drain: %s", failure.value))
        farewell.addCallback(lambda _result: super(SupportServer, self).kill_all_applications())
        return farewell

    async def _leave(self) -> None:
        for listener in self.listeners:
            port = getattr(listener, "result", None)
            if port is not None:
                port.stopListening()
        hub = current_hub()
        sockets = len(hub.visitors) + len(hub.operators)
        await hub.drain(spread_seconds=min(5.0, sockets * SPREAD_PER_SOCKET))
        # What was asked for is answered and the close frames are on their way.
        await asyncio.sleep(0.3)


def _reason(error: Exception) -> str:
    """Of Twisted's error, whose own words repeat the address."""
    cause = getattr(error, "socketError", error)
    return str(getattr(cause, "strerror", None) or cause)
