"""Our daphne: pauses clients that send too fast, leaves those that read too slowly, and says
goodbye before it goes.
"""

import asyncio
import logging
from functools import partial
from typing import Any

import daphne.http_protocol
from autobahn.exception import Disconnected
from daphne.http_protocol import WebRequest
from daphne.server import Server
from daphne.ws_protocol import WebSocketFactory, WebSocketProtocol
from django.conf import settings
from twisted.internet import defer, interfaces
from zope.interface import implementer  # type: ignore[import-untyped]

from chat.hub import current_hub

logger = logging.getLogger(__name__)

MAX_QUEUED = 32  # frames of one socket waiting for us before its TCP stream is paused
MAX_UNSENT = 1024 * 1024  # bytes a client may leave unread before it is sent away with 1013
MAX_BODY = settings.MAX_FILE_SIZE + 64 * 1024  # a file and what multipart puts around it
TOO_LARGE = b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
SPREAD_PER_SOCKET = 0.0015  # seconds between clients coming back after a restart


class PacedQueue(asyncio.Queue[dict[str, Any]]):
    """What a socket sent and the consumer has not taken; a full one stops the reading."""

    def __init__(self, transport: Any) -> None:
        super().__init__()
        self._transport = transport
        self._is_paused = False

    def put_nowait(self, item: dict[str, Any]) -> None:
        super().put_nowait(item)
        if self.qsize() >= MAX_QUEUED and not self._is_paused:
            self._is_paused = True
            self._transport.pauseProducing()

    async def get(self) -> dict[str, Any]:
        item = await super().get()
        if self._is_paused and self.qsize() <= MAX_QUEUED // 2:
            self._is_paused = False
            self._transport.resumeProducing()
        return item


@implementer(interfaces.IPushProducer)
class Outflow:
    """Counts what is written while the client does not read."""

    def __init__(self) -> None:
        self.is_stalled = False
        self.unsent = 0

    def pauseProducing(self) -> None:  # noqa: N802  Twisted's name
        self.is_stalled, self.unsent = True, 0

    def resumeProducing(self) -> None:  # noqa: N802
        self.is_stalled = False

    def stopProducing(self) -> None:  # noqa: N802
        self.is_stalled = False


class SupportSocket(WebSocketProtocol):
    """A WebSocket whose peer must read what it is sent."""

    def onOpen(self) -> None:  # noqa: N802
        super().onOpen()
        self.outflow = Outflow()
        self.transport.registerProducer(self.outflow, True)

    def serverSend(self, content: str, binary: bool = False) -> None:  # noqa: N802
        try:
            super().serverSend(content, binary)
        except Disconnected:
            return  # gone while we were answering; the consumer is told by its queue
        outflow = getattr(self, "outflow", None)
        if outflow is not None and outflow.is_stalled:
            outflow.unsent += len(content)
            if outflow.unsent > MAX_UNSENT:
                self.serverClose(code=1013)
                self.dropConnection(abort=True)

    def serverClose(self, code: int | None = None) -> None:  # noqa: N802
        """With the protocol's own codes too (1012, 1013), which autobahn keeps to itself."""
        self.sendCloseFrame(code=code or 1000, isReply=False)


class SupportRequest(WebRequest):
    """Refuses a body that is too large before any of it is stored."""

    received = 0

    def process(self) -> Any:
        # Ours use neither, and daphne fails at what in them is not ASCII.
        for name in (b"daphne-root-path", b"sec-websocket-protocol"):
            self.requestHeaders.removeHeader(name)
        return super().process()

    def gotLength(self, length: int | None) -> None:  # noqa: N802  Twisted's name
        if length is not None and length > MAX_BODY:
            super().gotLength(0)
            self.channel.transport.write(TOO_LARGE)
            self.channel.loseConnection()
        else:
            super().gotLength(length)

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        self.received += len(data)
        if self.received > MAX_BODY:
            self.channel.forceAbortClient()
        else:
            super().handleContentChunk(data)


class SupportServer(Server):
    def __init__(self, application: Any, *, host: str, port: int) -> None:
        self.where, self.refusal = f"[{host}]:{port}" if ":" in host else f"{host}:{port}", ""
        address = host.replace(":", r"\:")
        super().__init__(
            application,
            endpoints=[f"tcp:port={port}:interface={address}:backlog=1024"],
            ping_interval=5,
            ping_timeout=10,
            websocket_timeout=-1,
            websocket_max_message_size=2 * 1024 * 1024,
            websocket_max_frame_size=2 * 1024 * 1024,
            http_timeout=120,
            application_close_timeout=10,
            server_name="",
            verbosity=1,
        )

    def run(self) -> None:
        # Daphne makes its factories itself and asks these two names for what they make.
        daphne.http_protocol.WebRequest = SupportRequest
        WebSocketFactory.protocol = SupportSocket
        super().run()

    def listen_success(self, port: Any) -> None:
        logger.info("Listening on http://%s", self.where)

    def listen_error(self, failure: Any) -> None:
        self.refusal = f"Cannot listen on {self.where}: {_reason(failure.value)}"
        self.stop()

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if scope["type"] != "websocket":
            return super().create_application(protocol, scope)
        queue = PacedQueue(protocol.transport)
        scope.setdefault("asgi", {"version": "3.0"})
        running = self.application(
            scope=scope, receive=queue.get, send=partial(self.handle_reply, protocol)
        )
        if protocol not in self.connections:
            running.close()
            return None
        self.connections[protocol]["application_instance"] = asyncio.ensure_future(running)
        return queue

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
