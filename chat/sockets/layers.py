"""The channel layers: of the embedded mode, where there is nothing to install, and of a cluster.

A message is shared by whoever receives it in the process that sends it: nobody may change it.
"""

import asyncio
import time
import uuid
from collections import defaultdict
from typing import Any

from channels.layers import BaseChannelLayer
from channels_redis.pubsub import (
    RedisPubSubChannelLayer,
    RedisPubSubLoopLayer,
    RedisSingleShardConnection,
)
from channels_redis.utils import _wrap_close

ALONE_FOR = 1.0  # seconds that a process, having found itself alone, believes it
LISTENS_FOR = 5.0  # seconds until the connection is looked at again
HEARING = 2.0  # seconds since it heard itself in which it believes that it would hear others


class MemoryLayer(BaseChannelLayer):
    """At most once, like every layer: a full channel drops silently; cursors heal it.

    The stock one walks all groups and copies each message deeply on every send. Here a send touches
    its own group alone.
    """

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
        self._put(channel, message)

    def _put(self, channel: str, message: dict[str, Any]) -> None:
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
        self.hand_on(group, message)

    def is_alone(self, _group: str) -> bool:
        """Whether nobody beyond this process has to be told."""
        return True

    def hand_on(self, group: str, message: dict[str, Any]) -> None:
        """To those of this process."""
        for channel in self.groups.get(group, ()):
            self._put(channel, message)

    async def flush(self) -> None:
        self.channels.clear()
        self.groups.clear()


class RedisLayer(RedisPubSubChannelLayer):
    """Redis carries what is for other processes; one's own sockets hear it at once.

    How many listen is what Redis answers to each message. A process that alone listens to a group,
    and hears itself by Redis, sends it none for a second at a time: most installations have one
    process, and the way there and back costs half as much as storing a message. Who begins to
    listen says so. What nobody is sent in between, the pulse brings.
    """

    def _get_layer(self) -> "_LoopLayer":
        """The stock one makes its own class."""
        loop = asyncio.get_running_loop()
        layer: _LoopLayer | None = self._layers.get(loop)
        if layer is None:
            layer = self._layers[loop] = _LoopLayer(*self._args, **self._kwargs, channel_layer=self)
            _wrap_close(self, loop)
        return layer


class _LoopLayer(RedisPubSubLoopLayer):
    """Of one loop, which is what a process has. A channel is known here alone."""

    channel_layer: RedisLayer
    channels: dict[str, asyncio.Queue[Any]]
    groups: dict[str, set[str]]
    _shards: list[Any]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._shards = [_Shard(shard.host, self) for shard in self._shards]
        self._key = uuid.uuid4().bytes
        self.heard_at = -HEARING  # when something of one's own came back by Redis
        # Of a group, until when one believes to be alone in it.
        self.alone_until: dict[str, float] = {}

    async def new_channel(self, prefix: str = "specific.") -> str:
        name = f"{prefix}{uuid.uuid4().hex}"
        self.channels[name] = asyncio.Queue()
        return name

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        self._put(channel, message)

    def _put(self, channel: str, message: dict[str, Any]) -> None:
        if channel in self.channels:
            self.channels[channel].put_nowait(message)

    async def group_add(self, group: str, channel: str) -> None:
        """What this process says is heard from now on, and what others say unless this raises: then
        it may be called again.
        """
        name = self._get_group_channel_name(group)
        self.groups.setdefault(name, set()).add(channel)
        await self._get_shard(name).subscribe(name)
        await self._send_away(name, b"")

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """To this process whatever becomes of the others."""
        if self.is_alone(group):
            self.hand_on(group, message)
            return
        content = self.channel_layer.serialize(message)
        self.hand_on(group, message)
        await self._send_away(self._get_group_channel_name(group), content)

    def is_alone(self, group: str) -> bool:
        """Whether nobody beyond this process has to be told, as far as it knows."""
        return time.monotonic() < self.alone_until.get(self._get_group_channel_name(group), 0.0)

    def hand_on(self, group: str, message: dict[str, Any]) -> None:
        """To those of this process."""
        for channel in self.groups.get(self._get_group_channel_name(group), ()):
            self._put(channel, message)

    async def _send_away(self, name: str, content: bytes) -> None:
        """To all who listen; oneself too, who knows it by the key."""
        listening = await self._get_shard(name).publish(name, self._key + content)
        now = time.monotonic()
        if listening == 1 and name in self.groups and now - self.heard_at < HEARING:
            self.alone_until[name] = now + ALONE_FOR

    async def receive(self, channel: str) -> dict[str, Any]:
        while True:
            heard = await self.channels[channel].get()
            if isinstance(heard, dict):
                return heard
            if heard.startswith(self._key):
                self.heard_at = time.monotonic()
                continue
            self.alone_until.clear()
            if content := heard[len(self._key) :]:
                message: dict[str, Any] = self.channel_layer.deserialize(content)
                return message


class _Shard(RedisSingleShardConnection):
    def _ensure_redis(self) -> None:
        """The stock one asks ten times a second whether something came."""
        is_new = self._redis is None
        super()._ensure_redis()
        if is_new:
            heard = self._pubsub.get_message
            self._pubsub.get_message = lambda **asked: heard(**asked | {"timeout": LISTENS_FOR})

    async def publish(self, channel: str, message: bytes) -> int:
        """How many listen."""
        async with self._lock:
            self._ensure_redis()
            return int(await self._redis.publish(channel, message))
