"""A visitor's conversations as a text to keep: what they read in the window, and nothing else.

Read page by page as it is taken, so that a long history holds neither memory nor a connection.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from chat import access
from chat.models import REQUESTS, Conversation, Message, MessageKind, Visitor
from chat.sockets.delivery import PAGE
from chat.sockets.history import whole
from chat.streams import in_database
from chat.wire import lines
from chat.wire.faces import visitor_face
from chat.wire.files import size_text
from chat.wire.messages import author_of
from chat.zones import zone_named


@dataclass(frozen=True)
class Place:
    """How far a transcript is read: so many conversations, and of the next one up to a number."""

    conversations: int = 0
    seq: int = 0


@dataclass(frozen=True)
class Transcript:
    visitor: Visitor
    zone: ZoneInfo  # of whose clock the times are

    @property
    def face(self) -> str:
        return visitor_face(self.visitor.site)

    def opening(self, at: datetime) -> str:
        taken = _("Сохранено %(when)s (%(zone)s)")
        when = f"{at.astimezone(self.zone):%d.%m.%Y %H:%M}"
        title = _("Переписка с поддержкой: %s") % self.visitor.site.name
        return "\n".join(
            [title, self.visitor.name, taken % {"when": when, "zone": self.zone.key}, ""]
        )

    def page(self, place: Place) -> tuple[str, Place | None]:
        """What stands there, and where to go on; None at the end. Asked again, the same."""
        found = access.conversations_of(self.visitor).order_by("started_at", "pk")
        conversation = found[place.conversations : place.conversations + 1].first()
        if conversation is None:
            return "", None
        said = conversation.messages.filter(visitor_seq__gt=place.seq).order_by("visitor_seq")
        messages = whole(said[:PAGE])
        text = "".join(map(self.entry, messages))
        if place.seq == 0:
            text = self.heading(conversation) + text
        if len(messages) < PAGE:
            return text, Place(place.conversations + 1)
        return text, replace(place, seq=messages[-1].visitor_seq or 0)

    def heading(self, conversation: Conversation) -> str:
        day = f"{conversation.started_at.astimezone(self.zone):%d.%m.%Y}"
        title = _("Обращение от %s") % day
        return f"\n\n{title}\n{'─' * len(title)}\n"

    def entry(self, message: Message) -> str:
        """An amended message stands where it was said, as it reads now."""
        if message.kind == MessageKind.AMENDED:
            return ""
        when = f"{message.created_at.astimezone(self.zone):%d.%m.%Y %H:%M}"
        words = lines.for_visitor(message, self.face, self.zone)
        if message.kind in (MessageKind.EVENT, *REQUESTS):
            return f"\n{when}  {words}\n" if words else ""
        files = message.attachments.all() if message.may_carry_files else []
        told = [_("Файл: %s") % f"{one.name}, {size_text(one.size)}" for one in files]
        corrected = _(" (изменено)") if message.corrected_at else ""
        author = f"{when}  {author_of(message, self.face)}{corrected}"
        return "\n".join(["", author, *filter(None, [words, *told]), ""])


def clock_of(name: str, otherwise: str) -> ZoneInfo:
    return zone_named(name) or zone_named(otherwise) or ZoneInfo("UTC")


class TranscriptResponse(StreamingHttpResponse):
    """Reads a page when the one before has been taken."""

    def __init__(self, transcript: Transcript, *, at: datetime, **kwargs: Any) -> None:
        self._transcript, self._opening = transcript, transcript.opening(at)
        super().__init__(self._pieces(), **kwargs)

    def _pieces(self) -> Iterator[str]:
        yield self._opening
        place: Place | None = Place()
        while place is not None:
            text, place = self._transcript.page(place)
            yield text

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._opening.encode()
        place: Place | None = Place()
        while place is not None:
            text, place = await in_database(self._transcript.page, place)
            yield text.encode()
