"""The visitors' sockets of a process, arranged so that each second only those are looked at of whom
there is something to find: thousands of others cost nothing.
"""

import heapq
import math
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from chat.keeping_out import Barriers


class Window(Protocol):
    visitor_id: int
    let_in_by: Barriers | None
    expires_at: datetime


Socket = TypeVar("Socket", bound=Window)


class Windows(set[Socket], Generic[Socket]):
    """`add` again whose token is another."""

    def __init__(self) -> None:
        super().__init__()
        self._of: dict[int, set[Socket]] = defaultdict(set)
        self._unasked: set[Socket] = set()
        self._barriers: Barriers | None = None
        # By the second in which their tokens run out.
        self._ending: dict[int, set[Socket]] = {}
        self._seconds: list[int] = []
        self._ends: dict[Socket, int] = {}
        self._over: set[Socket] = set()

    def add(self, socket: Socket) -> None:
        super().add(socket)
        self._of[socket.visitor_id].add(socket)
        self._unasked.add(socket)
        self._forget_end(socket)
        second = self._ends[socket] = math.ceil(socket.expires_at.timestamp())
        if second not in self._ending:
            self._ending[second] = set()
            heapq.heappush(self._seconds, second)
        self._ending[second].add(socket)

    def discard(self, socket: Socket) -> None:  # type: ignore[override]
        if socket not in self:
            return
        super().discard(socket)
        self._unasked.discard(socket)
        self._forget_end(socket)
        own = self._of[socket.visitor_id]
        own.discard(socket)
        if not own:
            del self._of[socket.visitor_id]

    def _forget_end(self, socket: Socket) -> None:
        self._over.discard(socket)
        second = self._ends.pop(socket, None)
        if second in self._ending:
            self._ending[second].discard(socket)

    def of(self, visitor_id: int) -> tuple[Socket, ...]:
        return tuple(self._of.get(visitor_id, ()))

    def people(self) -> Collection[int]:
        return set(self._of)

    def expired(self, at: datetime) -> tuple[Socket, ...]:
        """Until they are discarded, or have another token."""
        while self._seconds and self._seconds[0] <= at.timestamp():
            self._over |= self._ending.pop(heapq.heappop(self._seconds))
        return tuple(self._over)

    def to_ask(self, barriers: Barriers) -> list[Socket]:
        """Who has not been let in by these, which all are to be where they are others."""
        if barriers is not self._barriers:
            self._barriers = barriers
            self._unasked.update(self)
        return [socket for socket in self._unasked if socket.let_in_by is not barriers]

    def asked(self, barriers: Barriers) -> None:
        if barriers is self._barriers:
            self._unasked = {one for one in self._unasked if one.let_in_by is not barriers}
