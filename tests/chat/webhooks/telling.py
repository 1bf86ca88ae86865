"""Webhooks in tests: added as an administrator does, and carried as couriers do."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from chat.actions.changes import Doer
from chat.models import Webhook
from chat.webhooks import wanted
from chat.webhooks.actions.deliveries import claim
from chat.webhooks.actions.hooks import WebhookDraft, add_webhook
from chat.webhooks.couriers import carry
from chat.webhooks.kinds import KINDS
from operators.models import Account


def tells(by: Account, url: str = "https://crm.example.ru/hook", **draft: Any) -> Webhook:
    """Of everything, unless it is said otherwise."""
    usual: dict[str, Any] = {"title": "CRM", "url": url, "kinds": list(KINDS)}
    webhook = add_webhook(Doer(by), WebhookDraft(**usual | draft), at=timezone.now())
    wanted.read()  # as it is after the commit
    return webhook


def carries(*, at: datetime | None = None) -> int:
    """All that is due; how much that was."""
    count = 0
    while claims := claim(8, at=at or timezone.now()):
        for one in claims:
            carry(one)
        count += len(claims)
    return count
