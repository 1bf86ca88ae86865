"""The body of a request, from the server to Django as the file it lies in."""

import asyncio
from typing import Any, BinaryIO

from django.core.handlers.asgi import ASGIHandler


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
    """Takes a body as the file it lies in, where its own would copy it once more."""

    async def read_body(self, receive: Any) -> Any:
        first = await receive()
        if "file" in first:
            return first["file"]
        waiting = [first]

        async def received() -> Any:
            return waiting.pop() if waiting else await receive()

        return await super().read_body(received)
