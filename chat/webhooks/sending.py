"""One delivery as a request: body, signature, headers; and what of it the log may keep."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook as Signer

from chat.models import Webhook, WebhookAttempt, WebhookDelivery
from chat.webhooks.bodies import body_of

AGENT = "Sphaera-Support-Webhooks/1"
HIDDEN = "••••"
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# A shorter value would blank out half of an answer, and guards nothing.
LEAST_SECRET = 4


@dataclass(frozen=True)
class Sent:
    """`secrets` are what no log may show, wherever they turn up."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    secrets: frozenset[str]
    own: frozenset[str]

    def told(self) -> str:
        """Headers and body; of one's own headers the names alone."""
        lines = [
            f"{name}: {HIDDEN if name in self.own or name == 'webhook-signature' else value}"
            for name, value in self.headers.items()
        ]
        return self.cleaned("\n".join([*lines, "", self.body.decode()]))

    def cleaned(self, text: str) -> str:
        for secret in sorted(self.secrets, key=len, reverse=True):
            text = text.replace(secret, HIDDEN)
        return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)[: WebhookAttempt.MAX_TEXT]


def request_of(webhook: Webhook, delivery: WebhookDelivery, *, at: datetime) -> Sent:
    """Signed as Standard Webhooks says, of the moment of sending, by each secret that is valid."""
    content_type, body = body_of(
        webhook.shape, webhook.template, webhook.only_fields, event_of(delivery)
    )
    event_id = str(delivery.event_id)
    moment = at.astimezone(UTC)
    valid = webhook.secrets_at(at)
    own: dict[str, str] = webhook.headers
    headers = {
        "Content-Type": f"{content_type}; charset=utf-8",
        "User-Agent": AGENT,
        "webhook-id": event_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(
            Signer(secret).sign(event_id, moment, body) for secret in valid
        ),
        **own,
    }
    hidden = {*valid, *own.values()}
    return Sent(
        webhook.url,
        headers,
        body.encode(),
        frozenset(one for one in hidden if len(one) >= LEAST_SECRET),
        frozenset(own),
    )


def event_of(delivery: WebhookDelivery) -> dict[str, Any]:
    return {
        "type": delivery.kind,
        "id": str(delivery.event_id),
        "timestamp": delivery.at.isoformat(timespec="seconds"),
        "data": delivery.data,
    }
