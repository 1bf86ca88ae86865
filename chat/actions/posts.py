"""The usual message, stored together with others of the same moment.

Plain text into an open conversation by its visitor or its owner is nearly all there ever is, and
in a busy process many come at once. What a message costs is the way to the database and back, so
PostgreSQL stores a whole bundle in one statement, planned once a connection, which is its own
transaction; and one that comes alone, as most do, in a shorter one. SQLite, which is in the
process, takes two in one transaction.

Nobody waits for a row that is locked: it may be by a process that stands still. Such a post is
`LOCKED` and is asked for again (chat.sockets.gatherer). Whatever is not usual (a first message, a
resend, an invited colleague's, a refusal) is left to chat.actions.messages, which knows all cases.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any, Literal, NamedTuple, TypeVar

import msgspec
from django.db import IntegrityError, connection, models, transaction
from django.db.models.base import ModelState

from chat.actions.locks import LOCKED_OPEN_ROW, LOCKED_OPEN_ROWS, OPEN_ROWS
from chat.events import Event, MessagePosted
from chat.happened import happened
from chat.markup import find_links
from chat.models import AuthorKind, Conversation, Message, MessageKind
from chat.webhooks.actions.outbox import with_its_events
from chat.wire.faces import NAMELESS, VISITOR
from operators.prepared import Planned, Rows


class Left(Enum):
    """What was not stored because somebody else holds the conversation for now."""

    LOCKED = "locked"


LOCKED: Literal[Left.LOCKED] = Left.LOCKED
Stored = tuple[Message, Conversation]
Result = Stored | Literal[Left.LOCKED] | None
M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Post:
    """Plain text, already cleaned, for a conversation's key by a visitor's or an account's key."""

    conversation_id: int
    author_kind: AuthorKind
    author_id: int
    client_id: uuid.UUID
    text: str
    at: datetime


class _Row(NamedTuple):
    """What the database made of a post."""

    place: int
    seq: int
    visitor_seq: int
    author_name: str
    shown: str
    photo: str
    public_id: str
    visitor_id: int
    shows_operators: bool  # the visitor's site


class Bundle:
    """Posts of one moment: what the database is asked for them, and what they have become."""

    def __init__(self, posts: Sequence[Post]) -> None:
        self._posts = posts
        first = {post.client_id: place for place, post in reversed([*enumerate(posts)])}
        self._links = {place: find_links(posts[place].text) for place in sorted(first.values())}
        self._given = [_json(place, posts[place], links) for place, links in self._links.items()]

    def __len__(self) -> int:
        return len(self._posts)

    def asked(self) -> tuple[Planned, list[str]]:
        """Of PostgreSQL, in one statement."""
        if len(self._given) == 1:
            return ALONE, [str(value) for name, value in self._given[0].items() if name != "place"]
        keys = {str(post["conversation_id"]) for post in self._given}
        return TOGETHER, [_encoded(self._given), f"{{{','.join(keys)}}}"]

    def answered(self, found: Rows) -> "Kept":
        """Of what PostgreSQL answered."""
        kept = Kept([], [])
        for post, (_place, seq, *told, is_locked) in zip(self._given, found, strict=True):
            if seq is not None:
                kept.rows.append(_row(post["place"], seq, *told))
            elif is_locked == "t":
                kept.locked.append(post["place"])
        return kept

    def stored_in(self, execute: Callable[[str, list[str]], Any]) -> "Kept":
        """By SQLite, in a transaction that has begun."""
        posts = {post["client_id"]: post for post in self._given}
        is_alone = len(posts) == 1
        if is_alone:
            found = execute(_FIRST_ALONE, [*self._given[0].values()])
        else:
            found = execute(_FIRST_OF_TWO, [_encoded(self._given)])
        said, rows = [], []
        for client_id, seq, visitor_seq, name, shown, photo, whose in found.fetchall():
            post = posts[client_id]
            said.append({**post, "seq": seq, "visitor_seq": visitor_seq})
            public_id, visitor_id, shows = whose.split()
            about = (public_id, int(visitor_id), shows == "1")
            rows.append(_Row(post["place"], seq, visitor_seq, name, shown, photo, *about))
        if said and is_alone:
            execute(_SECOND_ALONE, [said[0][field] for field in _SAID_FIELDS])
        elif said:
            execute(_SECOND_OF_TWO, [_encoded(said)])
        return Kept(sorted(rows), [])

    def results(self, kept: "Kept", tell: Callable[[Event], None]) -> list[Result]:
        """In the order of the posts; each that was stored is told of."""
        results: list[Result] = self.refused()
        for row in kept.rows:
            results[row.place] = _stored(self._posts[row.place], self._links[row.place], row, tell)
        for place in kept.locked:
            results[place] = LOCKED
        return results

    def refused(self) -> list[Result]:
        """As nothing was stored: one of them is at fault, and each finds out alone."""
        return [None] * len(self._posts)


@dataclass(frozen=True)
class Kept:
    """What is in the database now, in order, and the places of what was locked."""

    rows: list[_Row]
    locked: list[int]


def append_posts(posts: Sequence[Post]) -> list[Result]:
    """Store what is usual among the posts, in order; None stands for what takes the long way."""
    bundle = Bundle(posts)
    try:
        with with_its_events():
            return bundle.results(_store(bundle), happened)
    except IntegrityError:
        return bundle.refused()


def _store(bundle: Bundle) -> Kept:
    if connection.vendor == "postgresql":
        planned, values = bundle.asked()
        return bundle.answered(planned.rows(values))
    with transaction.atomic(), connection.wrap_database_errors:
        return bundle.stored_in(connection.connection.execute)


def _json(place: int, post: Post, links: str) -> dict[str, Any]:
    return {
        "place": place,
        "conversation_id": post.conversation_id,
        "author_kind": str(post.author_kind),
        "writer_id": post.author_id,
        "client_id": post.client_id.hex,
        "text": post.text,
        "links": links,
        # As SQLite keeps it; PostgreSQL is told of which zone.
        "created_at": str(post.at.astimezone(UTC).replace(tzinfo=None)),
    }


def _stored(post: Post, links: str, row: _Row, tell: Callable[[Event], None]) -> Stored:
    """What is in the database now, as models."""
    conversation = made_of(
        Conversation,
        {
            "id": post.conversation_id,
            "public_id": row.public_id,
            "visitor_id": row.visitor_id,
            "last_seq": row.seq,
            "face": VISITOR if row.shows_operators else NAMELESS,
        },
    )
    by_id = post.author_id if post.author_kind == AuthorKind.OPERATOR else None
    message = made_of(
        Message,
        {
            **_unset(Message),
            "conversation_id": post.conversation_id,
            "client_id": post.client_id,
            "seq": row.seq,
            "visitor_seq": row.visitor_seq,
            "kind": MessageKind.TEXT,
            "author_kind": post.author_kind,
            "author_id": by_id,
            "author_name": row.author_name,
            "author_photo": row.photo,
            "text": post.text,
            "links": links,
            "params": {"shown": row.shown} if row.shown else {},
            "created_at": post.at,
        },
    )
    message._state.fields_cache["conversation"] = conversation  # noqa: SLF001
    tell(MessagePosted(conversation=conversation, message=message, by_id=by_id, at=post.at))
    return message, conversation


def made_of(model: type[M], columns: dict[str, Any]) -> M:
    """An instance of these columns, stored already; of others the database is asked.

    To let Django make it takes longer than to store its row.
    """
    instance, state = model.__new__(model), ModelState()
    state.adding = False
    instance.__dict__.update(columns, _state=state)
    return instance


@cache
def _unset(model: type[models.Model]) -> dict[str, Any]:
    return {field.attname: field.get_default() for field in model._meta.concrete_fields}


# By its visitor, or by its owner while they are active staff; and a client id is known to a
# visitor once, in whichever of their conversations.
_USUAL = """
    SELECT post.*, log.public_id, log.visitor_id,
        log.last_seq + {number} AS seq,
        log.last_visitor_seq + {number} AS visitor_seq,
        CASE post.author_kind WHEN 'operator' THEN operator.id END AS author_id,
        CASE post.author_kind WHEN 'operator' THEN operator.name ELSE visitor.name END
            AS author_name,
        CASE post.author_kind WHEN 'operator' THEN operator.shown_name ELSE '' END AS shown,
        CASE post.author_kind WHEN 'operator' THEN operator.photo ELSE '' END AS photo,
        site.shows_operators
    FROM post
    JOIN log ON log.id = post.conversation_id
    JOIN chat_visitor visitor ON visitor.id = log.visitor_id
    JOIN departments_site site ON site.id = visitor.site_id
    LEFT JOIN operators_account operator ON operator.id = log.operator_id
        AND operator.is_active AND operator.role <> 'customer'
    WHERE post.writer_id
        = CASE post.author_kind WHEN 'operator' THEN operator.id ELSE visitor.id END
    AND NOT EXISTS (
        SELECT 1 FROM chat_message m JOIN chat_conversation c ON c.id = m.conversation_id
        WHERE m.client_id = post.client_id AND c.visitor_id = log.visitor_id
    )
"""
_USUAL_OF_MANY = _USUAL.format(number="row_number() OVER (PARTITION BY log.id ORDER BY post.place)")
_INSERT = """
    INSERT INTO chat_message (conversation_id, client_id, seq, visitor_seq, kind, author_kind,
        author_id, author_name, text, links, params, created_at)
    SELECT conversation_id, client_id, seq, visitor_seq, 'text', author_kind,
        author_id, author_name, text, links,
        CASE shown WHEN '' THEN '{{}}' ELSE {json_object}('shown', shown) END, created_at
    FROM usual ORDER BY place
"""
_SAVE = """
    UPDATE chat_conversation SET last_seq = said.seq, last_visitor_seq = said.visitor_seq,
        last_message_at = said.at,
        answered_at = COALESCE(chat_conversation.answered_at, said.answered_at),
        kept_until = CASE WHEN said.answered_at IS NULL THEN chat_conversation.kept_until END
    FROM ({said}) said
    WHERE chat_conversation.id = said.conversation_id
"""
_SAID = """
    SELECT conversation_id, max(seq) AS seq, max(visitor_seq) AS visitor_seq,
        max(created_at) AS at,
        min(CASE author_kind WHEN 'operator' THEN created_at END) AS answered_at
    FROM {usual} GROUP BY conversation_id
"""
_SAID_ALONE = """
    SELECT conversation_id, seq, visitor_seq, created_at AS at,
        CASE author_kind WHEN 'operator' THEN created_at END AS answered_at
    FROM {usual}
"""
_WHOLE = """
    WITH post AS ({post}),
    log AS ({log}),
    usual AS ({usual}),
    inserted AS ({insert}),
    saved AS ({save})
    SELECT post.place, usual.seq, usual.visitor_seq, usual.author_name, usual.shown,
        usual.photo, usual.public_id, usual.visitor_id, usual.shows_operators,
        log.id IS NULL AND EXISTS (
            SELECT 1 FROM chat_conversation c
            WHERE c.id = post.conversation_id AND c.closed_at IS NULL
        )
    FROM post LEFT JOIN log ON log.id = post.conversation_id
    LEFT JOIN usual ON usual.place = post.place
    ORDER BY post.place
"""
_INSERT_PLANNED = _INSERT.format(json_object="jsonb_build_object")
TOGETHER = Planned(
    "posts_together",
    _WHOLE.format(
        post="""
            SELECT place, conversation_id, author_kind, writer_id, client_id, text, links,
                created_at AT TIME ZONE 'UTC' AS created_at
            FROM json_to_recordset($1::json) AS post(place int, conversation_id bigint,
                author_kind text, writer_id bigint, client_id uuid, text text, links text,
                created_at timestamp)
        """,
        log=LOCKED_OPEN_ROWS,
        usual=_USUAL_OF_MANY,
        insert=_INSERT_PLANNED,
        save=_SAVE.format(said=_SAID.format(usual="usual")),
    ),
)
ALONE = Planned(
    "post_alone",
    _WHOLE.format(
        post="""
            SELECT 0 AS place, $1::bigint AS conversation_id, $2::text AS author_kind,
                $3::bigint AS writer_id, $4::uuid AS client_id, $5::text AS text,
                $6::text AS links, $7::timestamp AT TIME ZONE 'UTC' AS created_at
        """,
        log=LOCKED_OPEN_ROW,
        usual=_USUAL.format(number="1"),
        insert=_INSERT_PLANNED,
        save=_SAVE.format(said=_SAID_ALONE.format(usual="usual")),
    ),
)

_ROWS = "SELECT {columns} FROM json_each(?)"


def _rows_of_json(*fields: str) -> str:
    columns = [f"json_extract(value, '$.{field}') AS {field}" for field in fields]
    return _ROWS.format(columns=", ".join(columns))


def _values(*fields: str) -> str:
    return "SELECT " + ", ".join(f"? AS {field}" for field in fields)


_POST_FIELDS = (
    *("place", "conversation_id", "author_kind", "writer_id", "client_id"),
    *("text", "links", "created_at"),
)
_SAID_FIELDS = ("conversation_id", "seq", "visitor_seq", "author_kind", "created_at")
_FIRST = """
    WITH post AS ({post}),
    log AS ({log}),
    usual AS ({usual})
    {insert}
    RETURNING client_id, seq, visitor_seq, author_name,
        COALESCE(json_extract(params, '$.shown'), ''),
        COALESCE((SELECT photo FROM operators_account WHERE id = author_id), ''),
        (SELECT c.public_id || ' ' || c.visitor_id || ' ' || site.shows_operators
            FROM chat_conversation c JOIN chat_visitor visitor ON visitor.id = c.visitor_id
            JOIN departments_site site ON site.id = visitor.site_id WHERE c.id = conversation_id)
"""
_FIRST_OF_TWO = _FIRST.format(
    post=_rows_of_json(*_POST_FIELDS),
    log=OPEN_ROWS,
    usual=_USUAL_OF_MANY,
    insert=_INSERT.format(json_object="json_object"),
)
_SECOND_OF_TWO = _SAVE.format(said=_SAID.format(usual=f"({_rows_of_json(*_SAID_FIELDS)})"))
_FIRST_ALONE = _FIRST.format(
    post=_values(*_POST_FIELDS),
    log=OPEN_ROWS,
    usual=_USUAL.format(number="1"),
    insert=_INSERT.format(json_object="json_object"),
)
_SECOND_ALONE = _SAVE.format(said=_SAID_ALONE.format(usual=f"({_values(*_SAID_FIELDS)})"))


def _row(place: int, seq: Any, visitor_seq: Any, *told: Any) -> _Row:
    """Of what PostgreSQL tells in words."""
    name, shown, photo, public_id, visitor_id, shows_operators = told
    words = (name, shown, photo, public_id)
    return _Row(place, int(seq), int(visitor_seq), *words, int(visitor_id), shows_operators == "t")


def _encoded(rows: list[dict[str, Any]]) -> str:
    return msgspec.json.encode(rows).decode()
