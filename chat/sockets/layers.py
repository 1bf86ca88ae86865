"""The channel layer of the embedded mode: one process, nothing to install.

The stock in-memory layer walks all groups and copies each message deeply on every send. Here a
send touches its own group alone, and the message is shared: receivers must not change it.
"""

import asyncio
import uuid
from collections import defaultdict
from typing import Any

from channels.layers import BaseChannelLayer


class MemoryLayer(BaseChannelLayer):
    """At most once, like every layer: a full channel drops silently; cursors heal it."""

    extensions = ("groups", "flush")

    def __init__(self, capacity: int = 10_000, **kwargs: Any) -> None:
        super().__init__(capacity=capacity, **kwargs)
        self.channels: dict[str, asyncio.Queue[dict[str, Any]]] = {}
        self.groups: dict[str, set[str]] = defaultdict(set)

    async def new_channel(self, prefix: str = "specific.") -> str:
        name = f"{prefix}{uuid.uuid4().hex}"
        self.channels[name] = asyncio.Queue(self.capacity)
        return name

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        queue = self.channels.get(channel)
        if queue is not None and not queue.full():
            queue.put_nowait(message)

    async def receive(self, channel: str) -> dict[str, Any]:
        if channel not in self.channels:
            self.channels[channel] = asyncio.Queue(self.capacity)
        return await self.channels[channel].get()

    async def group_add(self, group: str, channel: str) -> None:
        self.groups[group].add(channel)

    async def group_discard(self, group: str, channel: str) -> None:
        members = self.groups.get(group)
        if members is not None:
            members.discard(channel)
            if not members:
                del self.groups[group]

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        for channel in self.groups.get(group, ()):
            await self.send(channel, message)

    async def flush(self) -> None:
        self.channels.clear()
        self.groups.clear()
