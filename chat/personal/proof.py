"""That one conversation was consented to: by whom, when, from where, and to which words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chat.models import Conversation
from chat.personal import told
from departments.models import Site
from operators.models import Change


@dataclass(frozen=True)
class Notice:
    """What a site's notice said at one moment."""

    text: str
    url: str


def proof_of(conversation: Conversation) -> dict[str, Any]:
    """All that was given and taken back until it ended, and what held when it began."""
    visitor = conversation.visitor
    until = conversation.closed_at
    deeds = [
        one | {"notice": notice_at(visitor.site, one["at"])}
        for one in told.consents(visitor)
        if until is None or one["at"] <= until
    ]
    first = conversation.messages.filter(author_kind="visitor").order_by("seq").first()
    first_at = first.created_at if first else conversation.started_at
    return {
        "conversation": conversation,
        "visitor": visitor,
        "first_at": first_at,
        "held": _held(deeds, first_at),
        "deeds": deeds,
    }


def _held(deeds: list[told.Facts], at: datetime) -> told.Facts | None:
    """A first message is the consent itself, so what was given in its moment counts."""
    before = [one for one in deeds if one["at"] <= at]
    return before[-1] if before and before[-1]["deed"] == "given" else None


def notice_at(site: Site, at: datetime) -> Notice:
    """By the log of changes, which keeps what each change replaced."""
    return Notice(_then(site, "privacy_text", at), _then(site, "privacy_url", at))


def _then(site: Site, field: str, at: datetime) -> str:
    later = Change.objects.of(Change.Kind.SITE, site.pk).filter(at__gt=at, before__has_key=field)
    replaced = later.order_by("pk").first()
    return str(replaced.before[field] if replaced else getattr(site, field))
