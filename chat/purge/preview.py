"""What a purge would delete, counted by its own rules and without deleting anything."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Sum

from chat.belongings import ATTACHMENT, rows_of
from chat.models import Message
from chat.purge.due import RULES, conversations, visitors_then
from chat.purge.terms import Cutoffs

WORDS: Mapping[str, str] = {
    "conversations": "conversations",
    "tickets": "tickets",
    "files": "files of messages that stay",
    "uploads": "uploads that no message took",
    "parts": "uploads that did not go on",
    "archives": "copies of people's own data",
    "exports": "what was taken out",
    "deliveries": "what other systems were told",
    "pages": "pages of visits that go on",
    "visits": "visits",
    "addresses": "addresses of visits that stay",
    "consents": "addresses of consents",
    "withdrawals": "addresses of withdrawals",
    "comments": "comments",
    "staff_messages": "messages among staff",
    "staff_chats": "chats among staff with nothing left",
    "blocks": "blocks that are over",
    "availability": "what sites showed",
    "attempts": "attempts to sign in",
    "failures": "failures to sign in",
    "accesses": "sign-ins",
    "visitors": "visitors with nothing left",
}


# {rule: the way to a root that takes it along, the rule of that}.
ALONG: Mapping[str, tuple[str, str]] = {
    "files": ("message__conversation", "conversations"),
    "addresses": ("pk", "visits"),
    "consents": ("visitor", "visitors"),
    "withdrawals": ("visitor", "visitors"),
}


@dataclass
class Preview:
    """`roots` by the name of the rule."""

    roots: dict[str, int] = field(default_factory=dict)
    messages: int = 0
    files: int = 0
    bytes: int = 0

    @property
    def conversations(self) -> int:
        return self.roots["conversations"]

    @property
    def visitors(self) -> int:
        return self.roots["visitors"]


def count_conversations(before: Cutoffs, *, at: datetime) -> int:
    return conversations(before, at).count()


def count_roots(before: Cutoffs, *, at: datetime) -> dict[str, int]:
    """By the name of the rule; what goes with another root is counted there alone."""
    going = {rule.name: rule.due(before, at) for rule in RULES}
    going["visitors"] = visitors_then(before, at)
    for name, (way, root) in ALONG.items():
        going[name] = going[name].exclude(**{f"{way}__in": going[root].values("pk")})
    return {name: due.count() for name, due in going.items()}


def look_ahead(before: Cutoffs, *, at: datetime) -> Preview:
    due = conversations(before, at).values("pk")
    files = rows_of(ATTACHMENT).filter(message__conversation__in=due)
    sizes = files.aggregate(bytes=Sum("size"))
    return Preview(
        roots=count_roots(before, at=at),
        messages=Message.objects.filter(conversation__in=due).count(),
        files=files.count(),
        bytes=sizes["bytes"] or 0,
    )
