"""Appending to the log of a conversation: the next number(s) and the row, in one transaction."""

import uuid
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from chat import broadcasts
from chat.models import AuthorKind, Conversation, Message, MessageKind
from chat.streams import after_commit
from operators.models import Account


def append(
    conversation: Conversation,
    *,
    kind: MessageKind,
    author_kind: AuthorKind,
    text: str,
    at: datetime,
    client_id: uuid.UUID | None = None,
    author: Account | None = None,
    author_name: str = "",
    staff_text: str = "",
) -> Message:
    """Write into a conversation whose row the caller has locked."""
    conversation.last_seq += 1
    if kind != MessageKind.NOTE:
        conversation.last_visitor_seq += 1
    if author_kind == AuthorKind.OPERATOR and kind != MessageKind.NOTE:
        conversation.answered_at = conversation.answered_at or at
    conversation.last_message_at = conversation.changed_at = at
    conversation.save(
        update_fields=[
            "last_seq",
            "last_visitor_seq",
            "answered_at",
            "last_message_at",
            "changed_at",
        ]
    )
    return Message.objects.create(
        conversation=conversation,
        client_id=client_id or uuid.uuid4(),
        seq=conversation.last_seq,
        visitor_seq=None if kind == MessageKind.NOTE else conversation.last_visitor_seq,
        kind=kind,
        author_kind=author_kind,
        author=author,
        author_name=author_name,
        text=text,
        staff_text=staff_text,
        created_at=at,
    )


def append_event(
    conversation: Conversation, text: str, *, at: datetime, staff_text: str = ""
) -> Message:
    """A system line; `staff_text` is what operators read in its place."""
    return append(
        conversation,
        kind=MessageKind.EVENT,
        author_kind=AuthorKind.SYSTEM,
        text=text,
        staff_text=staff_text,
        at=at,
    )


# The usual message: plain text into an open conversation by who may write there. Two statements,
# because compiling the same queries anew costs more than running them. The UPDATE takes the row's
# lock and the numbers; the INSERT does nothing where the client id is known to this visitor.
_TAKE_NUMBERS = """
    UPDATE chat_conversation
    SET last_seq = last_seq + 1, last_visitor_seq = last_visitor_seq + 1,
        last_message_at = %s, changed_at = %s{answered}
    WHERE closed_at IS NULL AND {whose}
    RETURNING id, public_id, visitor_id, last_seq, last_visitor_seq
"""
_TAKE_AS_VISITOR = _TAKE_NUMBERS.format(answered="", whose="visitor_id = %s")
_TAKE_AS_OWNER = _TAKE_NUMBERS.format(
    answered=", answered_at = COALESCE(answered_at, %s)",
    whose="public_id = %s AND operator_id = %s",
)
_INSERT_UNKNOWN = """
    INSERT INTO chat_message (conversation_id, client_id, seq, visitor_seq, kind, author_kind,
        author_id, author_name, text, staff_text, created_at)
    SELECT %s, %s, %s, %s, 'text', {author}, %s, '', CAST(%s AS {timestamp})
    FROM {source} author
    WHERE author.id = %s AND NOT EXISTS (
        SELECT 1 FROM chat_message m JOIN chat_conversation c ON c.id = m.conversation_id
        WHERE m.client_id = %s AND c.visitor_id = %s
    )
    RETURNING id, author_name
"""
_BY_VISITOR = {"author": "'visitor', NULL, author.name", "source": "chat_visitor"}
_BY_OPERATOR = {"author": "'operator', author.id, author.name", "source": "operators_account"}


class _Unusual(Exception):
    """Not the usual case: undo, and take the long way, which knows all of them."""


def append_as_visitor(
    visitor_id: int, *, client_id: uuid.UUID, text: str, at: datetime
) -> tuple[Message, Conversation] | None:
    """Plain text into the visitor's open conversation; None when it takes more than that."""
    instant = _instant(at)
    message = Message(author_kind=AuthorKind.VISITOR, text=text, created_at=at)
    message.client_id = client_id
    take = (_TAKE_AS_VISITOR, [instant, instant, visitor_id])
    return _append_quickly(message, take, _BY_VISITOR, visitor_id)


def append_as_owner(
    account: Account, conversation_id: str, *, client_id: uuid.UUID, text: str, at: datetime
) -> tuple[Message, Conversation] | None:
    """Plain text by the owner of an open conversation; None when it takes more than that."""
    instant = _instant(at)
    message = Message(author_kind=AuthorKind.OPERATOR, author=account, text=text, created_at=at)
    message.client_id = client_id
    take = (_TAKE_AS_OWNER, [instant, instant, instant, conversation_id, account.pk])
    return _append_quickly(message, take, _BY_OPERATOR, account.pk)


def _append_quickly(
    message: Message, take: tuple[str, list[Any]], by: dict[str, str], author_id: int
) -> tuple[Message, Conversation] | None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(*take)
            numbers = cursor.fetchone()
            if numbers is None:
                raise _Unusual
            conversation = Conversation(
                pk=numbers[0], public_id=numbers[1], visitor_id=numbers[2], last_seq=numbers[3]
            )
            message.conversation, message.kind = conversation, MessageKind.TEXT
            message.seq, message.visitor_seq = numbers[3], numbers[4]
            _insert(cursor, message, by, author_id)
            after_commit(broadcasts.message_posted, message, conversation)
    except _Unusual:
        return None
    return message, conversation


def _insert(cursor: Any, message: Message, by: dict[str, str], author_id: int) -> None:
    is_native = connection.features.has_native_uuid_field
    client_id = message.client_id if is_native else message.client_id.hex
    # A parameter of a bare SELECT has no type of its own on PostgreSQL.
    timestamp = "timestamptz" if connection.vendor == "postgresql" else "text"
    cursor.execute(
        _INSERT_UNKNOWN.format(**by, timestamp=timestamp),
        [
            message.conversation_id,
            client_id,
            message.seq,
            message.visitor_seq,
            message.text,
            _instant(message.created_at),
            author_id,
            client_id,
            message.conversation.visitor_id,
        ],
    )
    inserted = cursor.fetchone()
    if inserted is None:
        raise _Unusual
    message.pk, message.author_name = inserted


def _instant(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)
