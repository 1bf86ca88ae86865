"""What a message said, version by version, as the entries of the log that changed it keep it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from chat.models import AmendmentCode, Attachment, Message

CODES = (AmendmentCode.CORRECTED, AmendmentCode.RETRACTED)


@dataclass(frozen=True)
class Version:
    """What it said from `at` on; nothing any more where it `is_end`."""

    at: datetime
    by: str
    text: str
    is_end: bool = False


def with_versions(messages: QuerySet[Message]) -> QuerySet[Message]:
    """With what `versions_of` and `files_of` read, in the order of the log."""
    changes = Message.objects.filter(code__in=CODES).order_by("seq")
    parts = (Prefetch("amendments", changes, to_attr="changes"), "attachments")
    return messages.order_by("seq").prefetch_related(*parts)


def versions_of(message: Message) -> list[Version]:
    """The first is what it was sent as."""
    changes: list[Message] = message.changes  # type: ignore[attr-defined]
    begins = [(message.created_at, message.author_name)]
    begins += [(change.created_at, change.author_name) for change in changes]
    texts = [str(change.params.get("before", "")) for change in changes] + [message.text]
    said = zip(begins, texts, _ends(changes), strict=True)
    return [Version(at, by, text, is_end) for (at, by), text, is_end in said]


def _ends(changes: Iterable[Message]) -> list[bool]:
    return [False, *(change.code == AmendmentCode.RETRACTED for change in changes)]


def files_of(message: Message) -> list[Attachment]:
    """Those that went with it; they stay when it is deleted."""
    return list(message.attachments.all())
