"""What goes in and out, declared once: requests are checked against it, answers are made of it, and
the description (chat.api.description) is read from it. What is not named here does not leave.
"""

from datetime import datetime
from typing import Annotated, Generic, Literal, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType

from chat.sockets.frames import MAX_TEXT

T = TypeVar("T")

Moment = Annotated[datetime, Meta(tz=True)]
# Nothing that a database or a terminal would stumble over.
Line = Annotated[str, Meta(min_length=1, max_length=255, pattern="^[^\\x00-\\x1f\\x7f]+$")]
Cursor = Annotated[
    str,
    Meta(
        pattern="^[A-Za-z0-9_-]{4,40}$",
        description="`next_cursor` of the page before, as it came.",
    ),
]
Limit = Annotated[int, Meta(ge=1, le=100)]
State = Literal["waiting", "active", "closed"]
Level = Literal["low", "normal", "high", "critical"]
Status = Literal["new", "work", "customer", "handed", "solved", "closed"]


class Out(Struct, frozen=True, kw_only=True):
    """Of an answer: fields are added to it, never taken away."""


class In(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of a request: what is not known is refused, since it would not do what it says."""


class Problem(Out, frozen=True, kw_only=True):
    """RFC 9457. `code` is for programs, `title` and `detail` are for people, in Russian."""

    title: str
    status: int
    code: str
    detail: str
    field: str | UnsetType = UNSET
    type: str = "about:blank"


# Out


class SiteName(Out, frozen=True, kw_only=True):
    key: str
    name: str


class VisitorName(Out, frozen=True, kw_only=True):
    """`subject` is the person's number on their site."""

    id: str
    subject: str
    name: str


class File(Out, frozen=True, kw_only=True):
    name: str
    size: int
    type: str


class Message(Out, frozen=True, kw_only=True):
    """An entry of the log as it reads now. Notes come to tokens with `notes:read` alone."""

    id: str
    seq: int
    kind: Literal["text", "file", "link", "event", "note"]
    author_kind: Literal["visitor", "operator", "system"]
    author: str
    text: str
    files: list[File]
    created_at: Moment
    corrected_at: Moment | None
    is_retracted: bool


class Page(Out, Generic[T], frozen=True, kw_only=True):
    """`next_cursor` is null on the last page."""

    items: list[T]
    next_cursor: str | None


class Conversation(Out, frozen=True, kw_only=True):
    id: str
    state: State
    site: SiteName
    visitor: VisitorName
    department: str
    operator: str | None
    criticality: Level
    tickets: list[str]
    opened_at: Moment
    accepted_at: Moment | None
    answered_at: Moment | None
    closed_at: Moment | None
    outcome: str | None
    url: str


class ConversationWithMessages(Out, frozen=True, kw_only=True):
    conversation: Conversation
    messages: Page[Message]


class Ticket(Out, frozen=True, kw_only=True):
    """`revision` grows with each change; who changes it says which one they had before them."""

    number: str
    revision: int
    status: Status
    subject: str
    description: str
    software: str
    version: str
    contract: str
    criticality: Level
    site: SiteName
    visitor: VisitorName
    department: str
    responsible: str | None
    conversations: list[str]
    created_at: Moment
    changed_at: Moment
    done_at: Moment | None
    answer_due_at: Moment | None
    solution_due_at: Moment | None
    url: str


class TicketEntry(Out, frozen=True, kw_only=True):
    """What was written about a ticket: an answer of staff, a reply of the customer, or a note.

    Notes come to tokens with `notes:read` alone.
    """

    id: str
    kind: Literal["answer", "reply", "note"]
    author: str
    text: str
    created_at: Moment


class Visitor(Out, frozen=True, kw_only=True):
    """`fields`: what the site signed and what staff wrote, by key."""

    id: str
    site: SiteName
    subject: str
    name: str
    email: str
    given_email: str
    contract: str
    plan: str
    fields: dict[str, str]
    first_seen_at: Moment


# In


class Paged(In, frozen=True, kw_only=True):
    cursor: Cursor | UnsetType = UNSET
    limit: Limit = 50


class ConversationsWanted(Paged, frozen=True, kw_only=True):
    site: Line | UnsetType = UNSET
    state: Literal["open", "waiting", "active", "closed"] | UnsetType = UNSET
    opened_since: Moment | UnsetType = UNSET
    closed_since: Moment | UnsetType = UNSET


class TicketsWanted(Paged, frozen=True, kw_only=True):
    site: Line | UnsetType = UNSET
    status: Literal["open"] | Status | UnsetType = UNSET
    criticality: Level | UnsetType = UNSET
    contract: Line | UnsetType = UNSET


class VisitorsWanted(Paged, frozen=True, kw_only=True):
    site: Line | UnsetType = UNSET
    subject: Line | UnsetType = UNSET
    contract: Line | UnsetType = UNSET


Subject = Annotated[str, Meta(min_length=1, max_length=200)]
Description = Annotated[str, Meta(max_length=4000)]
Software = Annotated[str, Meta(max_length=200)]
Version = Annotated[str, Meta(max_length=100)]
Contract = Annotated[str, Meta(max_length=200)]


class TicketDraft(In, frozen=True, kw_only=True):
    """`conversation` is what it is about: its visitor's, its site's, its department's ticket."""

    conversation: Line
    subject: Subject
    description: Description = ""
    software: Software = ""
    version: Version = ""
    contract: Contract = ""
    criticality: Level = "normal"


class TicketChanges(In, frozen=True, kw_only=True):
    """What is left out stays. `revision` is that of the ticket as it was read."""

    revision: Annotated[int, Meta(ge=1, le=2_147_483_647)]
    subject: Subject | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    software: Software | UnsetType = UNSET
    version: Version | UnsetType = UNSET
    contract: Contract | UnsetType = UNSET
    criticality: Level | UnsetType = UNSET
    status: Status | UnsetType = UNSET


class TicketWords(In, frozen=True, kw_only=True):
    """The customer reads an answer in their cabinet, and a note never."""

    text: Annotated[str, Meta(min_length=1, max_length=MAX_TEXT)]
    kind: Literal["answer", "note"] = "answer"
