"""HTTP in our daphne: who may not send a body is told so by its header, bodies lie on the disk
and never in memory, and answers leave at the pace of their reader.
"""

import asyncio
import io
import json
import logging
import tempfile
import time
from collections import Counter
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

from daphne.http_protocol import WebRequest
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from twisted.internet import interfaces
from twisted.web.http import RESPONSES
from zope.interface import implementer  # type: ignore[import-untyped]

from chat.files.budgets import UPLOADS_AT_ONCE
from chat.files.refusals import BadFile, NoRoom, TooLarge
from chat.files.uploads import Taken, admit_upload, upload_at
from chat.streams import in_database

logger = logging.getLogger(__name__)

MAX_FORM = settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 64 * 1024
IN_MEMORY = 64 * 1024  # of a body: less than this is not worth a file
LINGER = 30  # seconds in which one who is refused may finish sending, and so read why
STALLED = 60  # seconds in which a reader of an answer must have taken something


@implementer(interfaces.IPushProducer)
class Outflow:
    """Whether the reader keeps up; `drained` waits until it does."""

    def __init__(self) -> None:
        self._may_flow = asyncio.Event()
        self.moved_at = time.monotonic()
        self.resumeProducing()

    def pauseProducing(self) -> None:  # noqa: N802  Twisted's name
        self._may_flow.clear()

    def resumeProducing(self) -> None:  # noqa: N802
        self.moved_at = time.monotonic()
        self._may_flow.set()

    def stopProducing(self) -> None:  # noqa: N802
        self._may_flow.set()

    @property
    def is_stalled(self) -> bool:
        return not self._may_flow.is_set() and time.monotonic() - self.moved_at > STALLED

    async def drained(self) -> None:
        await self._may_flow.wait()


class SupportRequest(WebRequest):
    look_at = 0.0  # always (sphaera_support.server)
    uploads: Counter[str] = Counter()  # on their way in this process, by whose they are

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Twisted would read every form into memory, to parse what nobody here asks it for.
        super().__init__(*args, parsePOSTFormSubmission=False, **kwargs)
        self.outflow = Outflow()
        self._takes: Taken | None = None
        self._owner = ""
        self._received = 0
        self._is_refused = self._is_asking = self._is_whole = False

    # The body

    def gotLength(self, length: int | None) -> None:  # noqa: N802  Twisted's name
        self.content = self._place_for(length)
        if length == 0:
            return
        # Twisted tells a request its line only together with its body.
        path = self.channel._path.partition(b"?")[0]  # noqa: SLF001
        self._takes = upload_at(unquote(path.decode("latin1")))
        if length is not None and length > self._limit:
            self._refuse(self._too_large())
        elif self._takes is not None and not self._is_refused:
            self._is_asking = True
            self.channel.transport.pauseProducing()
            headers = [
                (name.lower(), value)
                for name, values in self.requestHeaders.getAllRawHeaders()
                for value in values
            ]
            asking = self._ask(self._takes, headers, length or 0)
            self._asking = asyncio.ensure_future(asking)

    @property
    def _limit(self) -> int:
        return MAX_FORM if self._takes is None else self._takes.limit

    def _too_large(self) -> BadFile:
        if self._takes is None:
            return BadFile(413, _("Запрос слишком большой."))
        return TooLarge(self._takes.limit)

    def _place_for(self, length: int | None) -> Any:
        if length is not None and length < IN_MEMORY:
            return io.BytesIO()
        try:
            return tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)
        except OSError:
            self._refuse(NoRoom())
            return io.BytesIO()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        self._received += len(data)
        if self._is_refused:
            return
        if self._received > self._limit:
            self._refuse(self._too_large())
            return
        try:
            self.content.write(data)
        except OSError:
            self._refuse(NoRoom())

    async def _ask(self, takes: Taken, headers: list[tuple[bytes, bytes]], size: int) -> None:
        try:
            owner = await in_database(admit_upload, takes, headers, size, at=timezone.now())
            self._admit(owner)
        except BadFile as bad:
            self._refuse(bad)
        except Exception:
            logger.exception("An upload could not be judged")
            self._refuse(BadFile(503, _("Сервер занят. Попробуйте ещё раз.")))
        self._is_asking = False
        if self.channel is None:
            return
        self.channel.transport.resumeProducing()
        if self._is_whole:
            self.process()

    def _admit(self, owner: str) -> None:
        if self.channel is None:
            return
        if self.uploads[owner] >= UPLOADS_AT_ONCE:
            raise BadFile(429, _("Слишком много файлов сразу."), retry_after=5)
        self._owner = owner
        self.uploads[owner] += 1

    def _leave(self) -> None:
        owner, self._owner = self._owner, ""
        if owner:
            self.uploads[owner] -= 1
            if self.uploads[owner] <= 0:
                del self.uploads[owner]

    def process(self) -> None:
        # Ours use neither, and daphne fails at what in them is not ASCII.
        for name in (b"daphne-root-path", b"sec-websocket-protocol"):
            self.requestHeaders.removeHeader(name)
        if self._is_asking:
            self._is_whole = True
        elif self._is_refused:
            self.channel.loseConnection()
        else:
            super().process()

    def _refuse(self, bad: BadFile) -> None:
        """Answer at once. What still comes is dropped: one who is cut off never reads why."""
        if self._is_refused or self.channel is None:
            return
        self._is_refused = True
        with suppress(OSError):  # its last bytes may have no room
            self.content.close()
        self.content = io.BytesIO()
        body = json.dumps(bad.words, ensure_ascii=False).encode()
        headers = {
            "Content-Type": "application/json",
            "Content-Length": len(body),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Connection": "close",
            **bad.headers,
        }
        lines = [f"HTTP/1.1 {bad.status} {RESPONSES.get(bad.status, b'Refused').decode()}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.channel.transport.write("\r\n".join([*lines, "", ""]).encode() + body)
        asyncio.get_running_loop().call_later(LINGER, self._cut_off)

    def _cut_off(self) -> None:
        if self.channel is not None:
            self.channel.forceAbortClient()

    # The answer

    def handle_reply(self, message: dict[str, Any]) -> None:
        if message.get("more_body") and not self.producer and self.channel is not None:
            self.registerProducer(self.outflow, True)
        super().handle_reply(message)

    def finish(self) -> None:
        self._leave()
        if self.producer:
            self.unregisterProducer()
        super().finish()

    def connectionLost(self, reason: Any) -> None:  # noqa: N802
        self._leave()
        self.outflow.stopProducing()
        super().connectionLost(reason)

    def check_timeouts(self) -> None:
        """An answer may take as long as its reader goes on taking it."""
        if not self._response_started:
            super().check_timeouts()
        elif self.outflow.is_stalled:
            self._cut_off()
