"""The letter with what was said: what its visitor reads in their window, and nothing else."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from chat.mail.drafts import Draft, NotWanted
from chat.models import Conversation, Letter
from chat.sockets.history import whole
from chat.widget.transcript import Transcript, clock_of

# The latest, as far as a letter holds them.
MOST_ENTRIES = 500
MOST_SIGNS = 300_000


class Entry(NamedTuple):
    head: str
    words: str


def write_transcript(letter: Letter, at: datetime) -> Draft:
    """Raises NotWanted."""
    conversation = letter.conversation
    if conversation is None:
        raise NotWanted(_("Переписки больше нет."))
    visitor = conversation.visitor
    zone = clock_of(letter.data.get("zone", ""), visitor.site.time_zone)
    entries, is_cut = _entries(conversation, Transcript(visitor, zone))
    context = {
        "site": visitor.site.name,
        "name": visitor.name,
        "day": f"{conversation.started_at.astimezone(zone):%d.%m.%Y}",
        "zone": zone.key,
        "entries": entries,
        "is_cut": is_cut,
    }
    subject = _("Переписка с поддержкой: %s") % visitor.site.name
    return Draft(subject, "transcript", context)


def _entries(conversation: Conversation, transcript: Transcript) -> tuple[list[Entry], bool]:
    """In order; and whether earlier ones are left out."""
    said = conversation.messages.filter(visitor_seq__isnull=False).order_by("-visitor_seq")
    latest = whole(said[: MOST_ENTRIES + 1])
    kept: list[Entry] = []
    room = MOST_SIGNS
    for text in _texts(latest[:MOST_ENTRIES], transcript):
        room -= len(text)
        if room < 0:
            return kept[::-1], True
        kept.append(Entry(*text.strip().partition("\n")[::2]))
    return kept[::-1], len(latest) > MOST_ENTRIES


def _texts(messages: Iterable[object], transcript: Transcript) -> Iterable[str]:
    return filter(str.strip, map(transcript.entry, messages))  # type: ignore[arg-type]
