"""Appending to the log of a conversation: the next number(s) and the row, in one transaction."""

import uuid
from datetime import datetime

from chat.markup import find_links
from chat.models import AuthorKind, Conversation, Message, MessageKind
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
        if author is not None and author.pk == conversation.operator_id:
            conversation.kept_until = None  # what was promised is done
    conversation.last_message_at = conversation.changed_at = at
    conversation.save(
        update_fields=[
            "last_seq",
            "last_visitor_seq",
            "answered_at",
            "kept_until",
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
        links=find_links(text),
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


def append_note(
    conversation: Conversation,
    text: str,
    *,
    at: datetime,
    title: str = "",
    author: Account | None = None,
) -> Message:
    """What staff alone read. Without an author it is the system's, under the title."""
    return append(
        conversation,
        kind=MessageKind.NOTE,
        author_kind=AuthorKind.OPERATOR if author else AuthorKind.SYSTEM,
        author=author,
        author_name=author.name if author else title,
        text=text,
        at=at,
    )
