"""The places of a process's operators, kept alive together: their tabs beat one by one, and a
statement for each would grow with them.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol
from uuid import UUID

from django.utils import timezone

from chat.actions.presence import stay_in_zone
from chat.streams import in_database

WITHIN = 0.5  # seconds


class Held(Protocol):
    place: UUID

    async def lost_place(self) -> None: ...


class Renewals:
    def __init__(self, spawn: Callable[[Coroutine[Any, Any, None]], None]) -> None:
        self._spawn = spawn
        self._noted: dict[UUID, Held] = {}
        self._renewing = asyncio.Lock()

    def note(self, socket: Held) -> None:
        """It gave a sign of life; its place is renewed presently."""
        if not self._noted:
            begin = asyncio.get_running_loop().call_later
            begin(WITHIN, lambda: self._spawn(self._renew()))
        self._noted[socket.place] = socket

    async def forget(self, place: UUID) -> None:
        """Return when it is not renewed any more."""
        self._noted.pop(place, None)
        async with self._renewing:
            pass

    async def _renew(self) -> None:
        async with self._renewing:
            noted, self._noted = self._noted, {}
            if not noted:
                return
            kept = await in_database(stay_in_zone, noted.keys(), at=timezone.now())
        for place, socket in noted.items():
            if place not in kept:
                await socket.lost_place()
