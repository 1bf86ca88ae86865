"""Channel layers that lose a share of what they carry: real ones, by a rule that can be repeated.

A setting names them as it names any layer; `share` says how much never arrives.
"""

import random
from typing import Any

from chat.sockets.layers import MemoryLayer, RedisLayer


class LossyMemoryLayer(MemoryLayer):
    def __init__(self, share: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.share, self.dice = share, random.Random(1)

    def is_alone(self, _group: str) -> bool:
        return False

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        if self.dice.random() >= self.share:
            await super().group_send(group, message)


class LossyRedisLayer(RedisLayer):
    def __init__(self, share: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.share, self.dice = share, random.Random(1)

    def is_alone(self, _group: str) -> bool:
        return False

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        if self.dice.random() >= self.share:
            await self._get_layer().group_send(group, message)


class DeafLayer(MemoryLayer):
    """Redis is gone: every call fails."""

    def is_alone(self, _group: str) -> bool:
        return False

    async def new_channel(self, prefix: str = "") -> str:
        raise ConnectionError("gone")

    group_add = group_discard = group_send = receive = new_channel  # type: ignore[assignment]
