"""What an operator's socket is to its parts: conversations, and chats among staff."""

from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID

from chat.sockets import frames
from chat.sockets.delivery import Page
from chat.sockets.hub import Hub
from chat.sockets.turns import Turns
from chat.streams import Push
from operators.models import Account


class StaffSocket(Protocol):
    hub: Hub
    account: Account | None
    account_id: int
    departments: set[int]
    is_closed: bool
    turns: Turns

    async def send(self, frame: str) -> None: ...
    async def ack(self, frame_id: UUID | None, **fields: Any) -> None: ...
    async def ack_page(self, frame_id: UUID, page: Page) -> None: ...
    async def read_log(
        self, frame: frames.Frame, read: Callable[..., Page], *args: Any
    ) -> Page | None: ...
    async def may_write(self, frame: frames.Frame) -> bool: ...
    async def pushed(self, message: Push) -> None: ...
    async def compared(self, changed: dict[str, Any]) -> None: ...
    async def written(self, log: dict[str, int]) -> None: ...
    async def drained(self, after_ms: int) -> None: ...
