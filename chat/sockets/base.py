"""What both sockets share: admission, the receive loop, answers, limits, the end."""

import asyncio
import logging
import re
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from channels.consumer import AsyncConsumer
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils.translation import gettext as _

from chat.actions.errors import Refusal
from chat.sockets.delivery import Entry, Page
from chat.sockets.frames import Frame, Ping, encode, id_of
from chat.sockets.hub import Hub, current_hub
from chat.sockets.limits import LEAST_READ, MAX_SOCKETS_PER_PERSON, Allowance, visitor_allowance
from chat.sockets.turns import Line, Turns
from chat.streams import in_database

logger = logging.getLogger(__name__)

HELLO_WITHIN = 10.0  # seconds
MAX_FRAME = 64 * 1024  # bytes

NOT_SIGNED_IN, FORBIDDEN, TAKEN, ANOTHER_ACCOUNT, FLOOD = 4401, 4403, 4409, 4410, 4429
RESTART, UNAVAILABLE = 1012, 1013
# As our own scripts write it.
PING = re.compile(
    r'\{"type":"ping","id":"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"\}'
)


class SocketConsumer(AsyncConsumer, ABC):
    """One frame at a time, in order, straight from the server's queue.

    The stock dispatcher makes two tasks and a thread hop of every event; here the hub calls the
    socket directly and all database work goes through chat.streams.in_database, and usual
    messages through the gatherer.
    """

    decoder: ClassVar[msgspec.json.Decoder[Any]]
    hello_type: ClassVar[type[Frame]]
    handlers: ClassVar[dict[type[Frame], str]]
    # What a frame counts beyond one: a change of a row costs more than a word passed on.
    weights: ClassVar[dict[type[Frame], int]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = ""
        # Until somebody is known to be behind the socket, it has an allowance of its own.
        self.allowance = visitor_allowance()
        self.is_closed = False
        self.line: Line | None = None
        self.turns = Turns()

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        self.scope = scope
        self._transmit = send
        self.hub: Hub = current_hub()
        self.address = (scope.get("client") or ("",))[0]
        self.line = scope.get("line")
        self.turns = Turns(self.line)
        await receive()  # websocket.connect
        is_welcome = self.is_own_origin()
        if not is_welcome and self.origin_required:
            await send({"type": "websocket.close"})  # before acceptance: HTTP 403
            return
        await send({"type": "websocket.accept"})
        if not is_welcome:
            await self.close(FORBIDDEN)
            return
        self.hub.addresses[self.address] += 1
        try:
            await self._converse(receive)
        finally:
            self.is_closed = True
            self._uncount()
            await self.left()

    async def _converse(self, receive: Callable[[], Awaitable[dict[str, Any]]]) -> None:
        if self.hub.draining:
            await self.close(RESTART)
        elif self.hub.addresses[self.address] > settings.SOCKETS_PER_ADDRESS:
            await self.close(FLOOD)
        is_greeted, deadline = False, asyncio.get_running_loop().time() + HELLO_WITHIN
        while not self.is_closed and not is_greeted:
            try:
                async with asyncio.timeout_at(deadline):
                    event = await receive()
            except TimeoutError:
                await self.close(NOT_SIGNED_IN)
            else:
                is_greeted = await self._greeted(event)
        while not self.is_closed:
            event = await receive()
            if event["type"] == "websocket.disconnect":
                return
            await self._take(event)

    async def _greeted(self, event: dict[str, Any]) -> bool:
        """Take the first frame; whatever is not a hello is answered and waited past."""
        if event["type"] == "websocket.disconnect":
            self.is_closed = True
            return True
        frame = await self._decoded(event)
        if isinstance(frame, self.hello_type):
            try:
                await self.hello(frame)
            except (DatabaseError, InterfaceError):
                logger.warning("hello: the database does not answer")
                await self.close(UNAVAILABLE)
            except Exception:
                logger.exception("hello failed")
                await self.close(UNAVAILABLE)
            return True
        if frame is not None:
            await self.error("forbidden", _("Сначала нужно представиться."), frame)
        return False

    async def _take(self, event: dict[str, Any]) -> None:
        if not self.allowance.frames.take():
            await self._too_fast(None)
            return
        frame = await self._decoded(event)
        if frame is None:
            return
        weight = self.weights.get(type(frame), 0)
        if weight and not self.allowance.frames.take(weight):
            await self._too_fast(frame)
            return
        try:
            self.heard()
            await self._handle(frame)
        except Refusal as refusal:
            await self.error(refusal.code, refusal.detail, frame, **refusal.named)
        except (DatabaseError, InterfaceError) as error:
            logger.warning("%s: %s", type(frame).__name__, type(error).__name__)
            await self.error("unavailable", _("Не получилось сохранить. Пробуем снова."), frame)
        except Exception:
            logger.exception("%s failed", type(frame).__name__)
            await self.error("unavailable", _("Не получилось. Попробуйте ещё раз."), frame)

    async def _handle(self, frame: Frame) -> None:
        handler = self.handlers.get(type(frame))
        if isinstance(frame, Ping):
            await self.ack(frame.id)
        elif handler is None:
            await self.error("invalid", _("Такой кадр здесь не ждут."), frame)
        else:
            await getattr(self, handler)(frame)

    async def _decoded(self, event: dict[str, Any]) -> Frame | None:
        """The frame, or None after the error was answered."""
        raw = event.get("text")
        if raw is None:
            await self._answer_error("invalid", _("Двоичные кадры не принимаются."), None)
            return None
        if len(raw) > MAX_FRAME or len(raw.encode()) > MAX_FRAME:
            await self._answer_error("too_large", _("Кадр больше 64 КБ."), id_of(raw))
            return None
        try:
            frame: Frame = self.decoder.decode(raw)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            await self._answer_error("invalid", _("Кадр не разобран."), id_of(raw))
            return None
        return frame

    async def _too_fast(self, frame: Frame | None) -> None:
        await self.error("too_fast", _("Слишком часто. Подождите немного."), frame)

    async def may_write(self, frame: Frame) -> bool:
        """Whether one more message fits the person's allowance; says so when not."""
        if self.allowance.messages.take():
            return True
        await self._too_fast(frame)
        return False

    async def may_arrive(self) -> bool:
        """Whether one more hello fits the person's allowance; ends the connection when not."""
        if self.allowance.arrivals.take() and self.allowance.reading.take(LEAST_READ):
            return True
        await self._too_fast(None)
        await self.close(FLOOD)
        return False

    async def read_log(self, frame: Frame, read: Callable[..., Page], *args: Any) -> Page | None:
        """What `read` finds, weighed by its size; None after it was refused as too much."""
        async with self.allowance.turn:
            if not self.allowance.reading.take(LEAST_READ):
                await self._too_fast(frame)
                return None
            page: Page = await in_database(read, *args)
            self.was_read(page.entries)
        return page

    def was_read(self, entries: Iterable[Entry]) -> None:
        """Count what was known only afterwards; the next read may have to wait for it."""
        self.allowance.reading.put_back(-sum(len(entry.frame) for entry in entries))

    # Answers

    async def send(self, frame: str) -> None:
        if self.is_closed:
            return
        if self.line is None:
            await self._transmit({"type": "websocket.send", "text": frame})
        else:
            self.line.send_text(frame)

    async def ack(self, frame_id: UUID | None, **fields: Any) -> None:
        await self.send(_acknowledged(frame_id, **fields))

    async def ack_page(self, frame_id: UUID, page: Page) -> None:
        messages = [msgspec.Raw(entry.frame.encode()) for entry in page.entries]
        await self.ack(frame_id, messages=messages)

    async def error(self, code: str, detail: str, frame: Frame | None, **named: object) -> None:
        frame_id = getattr(frame, "id", None)
        await self._answer_error(code, detail, str(frame_id) if frame_id else None, **named)

    async def _answer_error(
        self, code: str, detail: str, frame_id: str | None, **named: object
    ) -> None:
        if not self.allowance.refused.take():
            await self.close(FLOOD)
            return
        identified = {"id": frame_id} if frame_id else {}
        error = {"type": "error", **identified, "code": code, "detail": detail}
        await self.send(encode({**error, **named}))

    async def close(self, code: int) -> None:
        if not self.is_closed:
            self.is_closed = True
            await self._transmit({"type": "websocket.close", "code": code})

    async def drained(self, after_ms: int) -> None:
        await self.send(encode({"type": "reconnect", "after_ms": after_ms}))
        await self.close(RESTART)

    # Admission

    def is_own_origin(self) -> bool:
        """An exact origin of ours, or none where `origin_required` is not set."""
        origins = [value for name, value in self.scope["headers"] if name == b"origin"]
        if not origins:
            return not self.origin_required
        return origins[0].decode("latin1") in settings.PUBLIC_ORIGINS

    origin_required: ClassVar[bool] = True

    def _uncount(self) -> None:
        self.hub.addresses[self.address] -= 1
        if not self.hub.addresses[self.address]:
            del self.hub.addresses[self.address]
        self.allowance.sockets -= 1

    def claim(self, person: str, fresh: Callable[[], Allowance]) -> bool:
        """Count this socket to a person; False when they have too many."""
        allowance = self.hub.allowances.setdefault(person, fresh())
        if allowance.sockets >= MAX_SOCKETS_PER_PERSON:
            return False
        allowance.sockets += 1
        self.person, self.allowance = person, allowance
        if self.line is not None:
            self.line.greeted(partial(self._answered_at_once, self.line))
        return True

    def _answered_at_once(self, line: Line, raw: str) -> bool:
        """Pings, of which there are more than of all other frames, do not wait for a turn.

        One that is written otherwise, or is refused, goes the usual way.
        """
        ping = None if self.is_closed else PING.fullmatch(raw)
        if ping is None or not self.allowance.frames.take():
            return False
        self.heard()
        line.send_text(f'{{"type":"ack","id":"{ping[1]}"}}')
        return True

    # For the two kinds of sockets

    @abstractmethod
    async def hello(self, frame: Any) -> None:
        """Find out who it is and answer with a welcome, or close."""

    def heard(self) -> None:
        """A frame came."""

    @abstractmethod
    async def left(self) -> None:
        """The socket is gone."""


def _acknowledged(frame_id: UUID | None, **fields: Any) -> str:
    return encode({"type": "ack", "id": frame_id, **fields})
