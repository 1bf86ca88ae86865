"""Bodies between the server and Django: a request's as the file it lies in, an answer's at the
pace of its reader.
"""

import asyncio
from typing import Any, BinaryIO

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import close_old_connections
from django.http.response import HttpResponseBase


class Body:
    """What the application receives: the body as the file it lies in, then how it ended."""

    def __init__(self, content: BinaryIO) -> None:
        self._content: BinaryIO | None = content
        self._ends: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def put_nowait(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.disconnect":
            self._ends.put_nowait(message)

    async def get(self) -> dict[str, Any]:
        if self._content is None:
            return await self._ends.get()
        content, self._content = self._content, None
        return {"type": "http.request", "body": b"", "more_body": False, "file": content}


class BodyHandler(ASGIHandler):
    """Takes a body as the file it lies in, where Django's own would copy it once more."""

    async def read_body(self, receive: Any) -> Any:
        first = await receive()
        if "file" in first:
            return first["file"]
        waiting = [first]

        async def received() -> Any:
            return waiting.pop() if waiting else await receive()

        return await super().read_body(received)

    async def send_response(self, response: HttpResponseBase, send: Any) -> None:
        """A slow reader keeps no connection to the database, of which there are few."""
        if response.streaming or len(getattr(response, "content", b"")) > self.chunk_size:
            await sync_to_async(close_old_connections)()
        await super().send_response(response, send)
