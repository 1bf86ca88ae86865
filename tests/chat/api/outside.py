"""Another system, and how it asks."""

import json
from datetime import datetime
from typing import Any

from django.test import Client
from django.utils import timezone

from chat.actions.changes import Doer
from chat.api.actions.tokens import TokenDraft, issue_token
from chat.models import Scope
from departments.models import Site
from operators.models import Account

ROOT = "/api/v1"
EVERYTHING = tuple(Scope.values)


def lets_in(
    elena: Account,
    *sites: Site,
    scopes: tuple[str, ...] = EVERYTHING,
    pace: int = 1000,
    ends_at: datetime | None = None,
    at: datetime | None = None,
) -> str:
    """The administrator issues a token."""
    draft = TokenDraft("CRM", scopes, [site.pk for site in sites], pace, ends_at)
    return issue_token(Doer(elena), draft, at=at or timezone.now())[1]


class Outside:
    """Asks with a token; what it is told is `.json()`."""

    def __init__(self, token: str = "", client: Client | None = None) -> None:
        self.client = client or Client(HTTP_HOST="127.0.0.1:8000")
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(ROOT + path, query, headers=self.headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self._send("post", path, body, headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self._send("patch", path, body, headers)

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        said = body if isinstance(body, str | bytes) else json.dumps(body)
        ask = getattr(self.client, method)
        kind = headers.pop("content_type", "application/json")
        return ask(ROOT + path, said, content_type=kind, headers=self.headers | headers)
