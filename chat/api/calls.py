"""What a view of the interface is given, and what it gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from chat.api import shapes
from chat.models import ApiToken, Scope
from operators.models import Account


@dataclass(frozen=True)
class Call:
    """A request that may be made: `query` and `body` are of the shapes that its route names."""

    token: ApiToken
    at: datetime
    key: str = ""  # the variable part of the path
    query: Any = None
    body: Any = None
    idempotency_key: str = ""

    @property
    def account(self) -> Account:
        return self.token.account


@dataclass(frozen=True)
class Answer:
    body: shapes.Out
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


View = Callable[[Call], Answer]


@dataclass(frozen=True)
class Route:
    """One method of one path. The addresses and their description are both made of these."""

    method: str
    path: str  # {name} for its variable part
    name: str
    scope: Scope
    view: View
    summary: str
    answer: Any
    query: type[msgspec.Struct] | None = None
    body: type[msgspec.Struct] | None = None
    statuses: tuple[int, ...] = (200,)
    takes_idempotency_key: bool = False

    @property
    def has_key(self) -> bool:
        return "{" in self.path

    @property
    def is_reading(self) -> bool:
        return self.method == "GET"
