"""Inbound frames as typed structs: the wire's schema (docs/protocol.md)."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

MAX_TEXT = 4000
MAX_PREVIEW = 500  # of what is being typed
MAX_FILES = 10
MAX_ERRORS = 20  # of a window

MOST_SEQ = 2**31 - 1
Seq = Annotated[int, Meta(ge=0, le=MOST_SEQ)]
ConversationId = Annotated[str, Meta(max_length=20, pattern="^[A-Za-z0-9_-]+$")]
# Texts and files are bounded by the frame's size; their own limits are told in words, by
# chat.text with the count and by the actions.


class Fact(str):
    """What a page or a browser says of itself: no reason to refuse the person who uses it.

    Anything but text is nothing; the length is cut where it is stored (chat.actions.visitors).
    """

    __slots__ = ()


class Frame(Struct, tag_field="type", frozen=True):
    """One JSON object of the wire; unknown extra keys are ignored."""


class Page(Struct, frozen=True):
    url: Fact = Fact()
    title: Fact = Fact()
    referrer: Fact = Fact()


class Ping(Frame, frozen=True, tag="ping"):
    id: UUID | None = None


class VisitorHello(Frame, frozen=True, tag="hello"):
    token: Annotated[str, Meta(max_length=8192)]
    visit: UUID | None = None
    page: Page = field(default_factory=Page)
    screen: Fact = Fact()
    timezone: Fact = Fact()
    language: Fact = Fact()
    after: Seq = 0
    conversation: ConversationId | None = None


class VisitorMessage(Frame, frozen=True, tag="message"):
    id: UUID
    text: str = ""
    files: list[UUID] = []
    quotes: UUID | None = None  # the id of a message
    email: Annotated[str, Meta(max_length=254)] = ""
    consent: Seq = 0  # the version of the notice about personal data that stood beside it
    ticket: Annotated[str, Meta(max_length=20)] = ""  # the number of the one it is about


class VisitorTyping(Frame, frozen=True, tag="typing"):
    on: bool = True
    text: Annotated[str, Meta(max_length=MAX_PREVIEW)] = ""


class VisitorRead(Frame, frozen=True, tag="read"):
    seq: Seq


class Rate(Frame, frozen=True, tag="rate"):
    id: UUID
    request: Seq
    score: int | None  # null: the person declines
    comment: str = ""
    conversation: ConversationId | None = None


class SystemFacts(Struct, frozen=True):
    browser: Fact = Fact()
    system: Fact = Fact()
    screen: Fact = Fact()
    timezone: Fact = Fact()
    page: Fact = Fact()
    errors: Annotated[list[Fact], Meta(max_length=MAX_ERRORS)] = []


class TellSystem(Frame, frozen=True, tag="tell_system"):
    id: UUID
    request: Seq
    facts: SystemFacts | None  # null: the person declines
    conversation: ConversationId | None = None


class OpenLink(Frame, frozen=True, tag="open_link"):
    seq: Seq
    conversation: ConversationId | None = None


class PageOpened(Frame, frozen=True, tag="page"):
    url: Fact = Fact()
    title: Fact = Fact()


class VisitorSync(Frame, frozen=True, tag="sync"):
    id: UUID
    after: Seq = 0


class FreshToken(Frame, frozen=True, tag="token"):
    id: UUID
    token: Annotated[str, Meta(max_length=8192)]


class End(Frame, frozen=True, tag="end"):
    id: UUID


class NotNow(Frame, frozen=True, tag="not_now"):
    id: UUID


class OperatorHello(Frame, frozen=True, tag="hello"):
    # Whose page it is: another may have signed in to the browser since it was made.
    page_of: Annotated[str, Meta(max_length=20)] | None = None
    after: dict[ConversationId, Seq] = {}
    # What the page shows whole, null for nothing: of all else no message is missed, since rows and
    # counts come with the lists. A client that does not say shows all that it names.
    open: ConversationId | UnsetType | None = UNSET
    # The tab is open, but its operator is reading another section: it takes no place.
    away: bool = False

    @property
    def positions(self) -> dict[str, int]:
        """What the client has of each that it names: of what it does not show, all there is."""
        if self.open is UNSET:
            return self.after
        return {name: seq if name == self.open else MOST_SEQ for name, seq in self.after.items()}


class LinkCard(Struct, frozen=True):
    title: str
    url: str
    # The domain of which the sender was told that it could be taken for another.
    even_mixed: Annotated[str, Meta(max_length=255)] = ""


class OperatorMessage(Frame, frozen=True, tag="message"):
    id: UUID
    conversation: ConversationId
    text: str = ""
    files: list[UUID] = []
    note: bool = False
    quotes: UUID | None = None
    link: LinkCard | None = None  # a card in place of all that

    @property
    def says(self) -> bool:
        """Anything besides its card."""
        return bool(self.text or self.files or self.note or self.quotes)


# When a message changed last, as it was shown (`data-changed`); null for never. A client that does
# not say puts its words over whatever others.
Changed = Annotated[str, Meta(max_length=40)] | UnsetType | None


class Correct(Frame, frozen=True, tag="correct"):
    id: UUID
    conversation: ConversationId
    seq: Seq
    text: str
    changed: Changed = UNSET


class Retract(Frame, frozen=True, tag="retract"):
    id: UUID
    conversation: ConversationId
    seq: Seq


class VisitorCorrect(Frame, frozen=True, tag="correct"):
    id: UUID
    message: UUID
    text: str
    changed: Changed = UNSET


class VisitorRetract(Frame, frozen=True, tag="retract"):
    id: UUID
    message: UUID


class Accept(Frame, frozen=True, tag="accept"):
    id: UUID
    conversation: ConversationId


class OperatorTyping(Frame, frozen=True, tag="typing"):
    conversation: ConversationId
    on: bool = True


class Watch(Frame, frozen=True, tag="watch"):
    """What is before the operator's eyes; nothing, when they look elsewhere."""

    conversation: ConversationId | None = None
    writes: bool = False


class OperatorRead(Frame, frozen=True, tag="read"):
    conversation: ConversationId
    seq: Seq


class OperatorSync(Frame, frozen=True, tag="sync"):
    id: UUID
    conversation: ConversationId
    after: Seq = 0


class People(Frame, frozen=True, tag="people"):
    """Which page of those on the site is looked at, of those whom the words find."""

    id: UUID
    page: Annotated[int, Meta(ge=1, le=10_000)] = 1
    words: Annotated[str, Meta(max_length=200)] = ""


class WriteFirst(Frame, frozen=True, tag="write_first"):
    """To somebody who is merely on the site, by the visit that their row names."""

    id: UUID
    visit: UUID
    text: str = ""


class SetPresence(Frame, frozen=True, tag="presence"):
    id: UUID
    value: Literal["online", "busy", "break"]
    comment: Annotated[str, Meta(max_length=80)] = ""


VisitorFrame = (
    Ping
    | VisitorHello
    | VisitorMessage
    | VisitorCorrect
    | VisitorRetract
    | VisitorTyping
    | VisitorRead
    | Rate
    | TellSystem
    | OpenLink
    | PageOpened
    | VisitorSync
    | FreshToken
    | End
    | NotNow
)
OperatorFrame = (
    Ping
    | OperatorHello
    | OperatorMessage
    | Correct
    | Retract
    | Accept
    | OperatorTyping
    | Watch
    | OperatorRead
    | OperatorSync
    | People
    | WriteFirst
    | SetPresence
)


def _fact(kind: type[Fact], value: object) -> Fact:
    return kind(value) if isinstance(value, str) else kind()


visitor_decoder = msgspec.json.Decoder(VisitorFrame, dec_hook=_fact)
operator_decoder = msgspec.json.Decoder(OperatorFrame)


class _Envelope(Struct):
    id: str | None = None


_envelope_decoder = msgspec.json.Decoder(_Envelope)


def id_of(raw: str | bytes) -> str | None:
    """The `id` of a frame that does not fit the schema, to answer it by; None if there is none."""
    try:
        return str(UUID(_envelope_decoder.decode(raw).id or ""))
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def encode(frame: dict[str, object]) -> str:
    return msgspec.json.encode(frame).decode()
