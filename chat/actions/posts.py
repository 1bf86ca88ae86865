"""The usual message, stored together with others of the same moment.

Plain text into an open conversation by its visitor or its owner is nearly all there ever is, and
in a busy process many come at once. One transaction and three statements store a whole bundle of
them, because a transaction, a round trip and compiling a query each cost more than a row. Whatever
is not usual (a first message, a resend, an invited colleague's, a refusal) is left to
chat.actions.messages, which knows all cases.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from chat.actions.locks import lock_open_rows
from chat.events import MessagePosted
from chat.happened import happened
from chat.markup import find_links
from chat.models import AuthorKind, Conversation, Message, MessageKind

Stored = tuple[Message, Conversation]


@dataclass(frozen=True)
class Post:
    """Plain text, already cleaned, for a conversation's key by a visitor's or an account's key."""

    conversation_id: int
    author_kind: AuthorKind
    author_id: int
    client_id: uuid.UUID
    text: str
    at: datetime


@dataclass
class _Log:
    """A locked conversation, with the numbers that the bundle has taken so far."""

    conversation: Conversation
    operator_id: int | None
    visitor_name: str
    operator_name: str | None
    operator_shown: str | None
    last_visitor_seq: int
    last_at: datetime | None = None
    answered_at: datetime | None = None
    messages: list[Message] = field(default_factory=list)

    def name_of(self, post: Post) -> str | None:
        """The author's name, if it is one who may write here."""
        if post.author_kind == AuthorKind.VISITOR:
            return self.visitor_name if post.author_id == self.conversation.visitor_id else None
        return self.operator_name if post.author_id == self.operator_id else None

    def take(self, post: Post, author_name: str) -> Message:
        self.conversation.last_seq += 1
        self.last_visitor_seq += 1
        self.last_at = max(self.last_at or post.at, post.at)
        is_answer = post.author_kind == AuthorKind.OPERATOR
        if is_answer:
            self.answered_at = self.answered_at or post.at
        message = Message(
            conversation=self.conversation,
            client_id=post.client_id,
            seq=self.conversation.last_seq,
            visitor_seq=self.last_visitor_seq,
            kind=MessageKind.TEXT,
            author_kind=post.author_kind,
            author_id=post.author_id if is_answer else None,
            author_name=author_name,
            text=post.text,
            links=find_links(post.text),
            params={"shown": self.operator_shown} if is_answer and self.operator_shown else {},
            created_at=post.at,
        )
        self.messages.append(message)
        return message


class _Known(Exception):
    """These client ids were stored before: they are not usual."""

    def __init__(self, client_ids: set[uuid.UUID]) -> None:
        self.client_ids = client_ids


def append_posts(posts: Sequence[Post]) -> list[Stored | None]:
    """Store what is usual among the posts, in order; None stands for what takes the long way."""
    seen: set[uuid.UUID] = set()
    while True:
        try:
            with transaction.atomic():
                return _append(posts, seen)
        except _Known as known:
            seen |= known.client_ids
        except IntegrityError:
            return [None] * len(posts)  # one of them is at fault: each finds out alone


def _append(posts: Sequence[Post], seen: set[uuid.UUID]) -> list[Stored | None]:
    logs = _lock({post.conversation_id for post in posts})
    stored: list[Stored | None] = []
    taken = set(seen)
    for post in posts:
        log = logs.get(post.conversation_id)
        name = log.name_of(post) if log else None
        if log is None or name is None or post.client_id in taken:
            stored.append(None)
            continue
        taken.add(post.client_id)
        message = log.take(post, name)
        stored.append((message, log.conversation))
        happened(
            MessagePosted(
                conversation=log.conversation,
                message=message,
                by_id=message.author_id,
                at=message.created_at,
            )
        )
    written = [log for log in logs.values() if log.messages]
    if written:
        _insert([message for log in written for message in log.messages])
        _save(written)
    return stored


# A client id is known to a visitor once, in whichever of their conversations.
_INSERT = """
    INSERT INTO chat_message (conversation_id, client_id, seq, visitor_seq, kind, author_kind,
        author_id, author_name, text, links, created_at, params)
    SELECT post.column1, post.column2, post.column3, post.column4, 'text', post.column5,
        CAST(post.column6 AS bigint), post.column7, post.column8, post.column9, post.column10,
        CAST(post.column12 AS {json})
    FROM (VALUES {rows}) post
    WHERE NOT EXISTS (
        SELECT 1 FROM chat_message m JOIN chat_conversation c ON c.id = m.conversation_id
        WHERE m.client_id = post.column2 AND c.visitor_id = post.column11
    )
    RETURNING client_id
"""
_SAVE = """
    UPDATE chat_conversation SET last_seq = log.column2, last_visitor_seq = log.column3,
        last_message_at = log.column4,
        answered_at = COALESCE(answered_at, CAST(log.column5 AS {instant})),
        kept_until = CASE WHEN log.column5 IS NULL THEN kept_until END
    FROM (VALUES {rows}) log
    WHERE chat_conversation.id = log.column1
"""


def _lock(conversation_ids: set[int]) -> dict[int, _Log]:
    logs = {}
    for row in lock_open_rows(conversation_ids):
        conversation = Conversation(
            pk=row.pk, public_id=row.public_id, visitor_id=row.visitor_id, last_seq=row.last_seq
        )
        logs[row.pk] = _Log(
            conversation,
            row.operator_id,
            row.visitor_name,
            row.operator_name,
            row.operator_shown,
            row.last_visitor_seq,
        )
    return logs


def _insert(messages: list[Message]) -> None:
    known_as = _client_id_in_database()
    by_database = {known_as(message.client_id): message.client_id for message in messages}
    values = [
        value
        for message in messages
        for value in (
            message.conversation_id,
            known_as(message.client_id),
            message.seq,
            message.visitor_seq,
            str(message.author_kind),
            message.author_id,
            message.author_name,
            message.text,
            message.links,
            _instant(message.created_at),
            message.conversation.visitor_id,
            json.dumps(message.params),
        )
    ]
    kind = "jsonb" if connection.vendor == "postgresql" else "text"
    with connection.cursor() as cursor:
        cursor.execute(_INSERT.format(rows=_rows(len(messages), 12), json=kind), values)
        inserted = {client_id for (client_id,) in cursor.fetchall()}
    if len(inserted) < len(messages):
        raise _Known({by_database[key] for key in by_database.keys() - inserted})


def _save(logs: list[_Log]) -> None:
    values = [
        value
        for log in logs
        for value in (
            log.conversation.pk,
            log.conversation.last_seq,
            log.last_visitor_seq,
            _instant(log.last_at),
            _instant(log.answered_at),
        )
    ]
    instant = "timestamptz" if connection.vendor == "postgresql" else "text"
    with connection.cursor() as cursor:
        cursor.execute(_SAVE.format(rows=_rows(len(logs), 5), instant=instant), values)


def _rows(count: int, columns: int) -> str:
    row = f"({', '.join(['%s'] * columns)})"
    return ", ".join([row] * count)


def _client_id_in_database() -> Any:
    return (lambda id: id) if connection.features.has_native_uuid_field else (lambda id: id.hex)


def _instant(at: datetime | None) -> Any:
    return connection.ops.adapt_datetimefield_value(at)
