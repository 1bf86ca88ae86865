"""Appending to the log of a conversation: the next number(s) and the row, in one transaction."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from chat.actions.facts import TURNS, record_turn
from chat.actions.history import index_anew
from chat.markup import find_links
from chat.models import (
    REQUESTS,
    AmendmentCode,
    AuthorKind,
    Conversation,
    LineCode,
    Message,
    MessageKind,
)
from operators.models import Account
from operators.prepared import insert, update

APPENDED = (
    *("last_seq", "last_visitor_seq", "answered_at"),
    *("kept_until", "last_message_at", "changed_at"),
)
# Of staff: neither what stays among them nor a card that asks is what was waited for.
NO_ANSWERS = {MessageKind.NOTE, *REQUESTS}
# Amendments after which a message is found by something else.
OTHER_WORDS = {AmendmentCode.CORRECTED, AmendmentCode.RETRACTED}


def append(
    conversation: Conversation,
    *,
    kind: MessageKind,
    author_kind: AuthorKind,
    at: datetime,
    text: str = "",
    code: LineCode | str = "",
    params: Mapping[str, object] | None = None,
    client_id: uuid.UUID | None = None,
    author: Account | None = None,
    author_name: str = "",
    quotes: Message | None = None,
    also: Collection[str] = (),
) -> Message:
    """Write into a conversation whose row the caller has locked, or which is new.

    `also` are fields of the conversation that have changed and are saved with it. A line goes with
    a change of state, which the pulse compares; words it finds in the log itself.
    """
    conversation.last_seq += 1
    if kind != MessageKind.NOTE:
        conversation.last_visitor_seq += 1
    if author_kind == AuthorKind.OPERATOR and kind not in NO_ANSWERS:
        conversation.answered_at = conversation.answered_at or at
        if author is not None and author.pk == conversation.operator_id:
            conversation.kept_until = None  # what was promised is done
    conversation.last_message_at = at
    if code:
        conversation.changed_at = at
    if conversation._state.adding:  # noqa: SLF001
        insert(conversation)
    else:
        update(conversation, {*APPENDED, *also})
    message = Message(
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
        code=code,
        params=dict(params or {}),
        quotes=quotes,
        created_at=at,
    )
    insert(message)
    return message


def answers_as(account: Account) -> dict[str, Any]:
    """With a message: the name that visitors read, where it is another."""
    return {"shown": account.shown_name} if account.shown_name else {}


def named(account: Account) -> dict[str, Any]:
    """Whom a line is about: by key, by the name that staff know, and by the one visitors read."""
    return {"account": account.pk, "name": account.name} | answers_as(account)


def append_line(
    conversation: Conversation,
    code: LineCode,
    *,
    at: datetime,
    also: Collection[str] = (),
    **params: object,
) -> Message:
    """A system line, which chat.wire.lines puts into words for each side.

    Where it tells of another owner or an end, the conversation has it already.
    """
    if code in TURNS:
        record_turn(conversation, code, at=at)
    return append(
        conversation,
        kind=MessageKind.EVENT,
        author_kind=AuthorKind.SYSTEM,
        code=code,
        params=params,
        also=also,
        at=at,
    )


def append_note(
    conversation: Conversation,
    code: LineCode,
    *,
    at: datetime,
    author: Account | None = None,
    also: Collection[str] = (),
    **params: object,
) -> Message:
    """A line that staff alone read."""
    if code in TURNS:
        record_turn(conversation, code, at=at)
    return append(
        conversation,
        kind=MessageKind.NOTE,
        author_kind=AuthorKind.OPERATOR if author else AuthorKind.SYSTEM,
        author=author,
        author_name=author.name if author else "",
        code=code,
        params=params,
        also=also,
        at=at,
    )


def amend(
    conversation: Conversation,
    message: Message,
    code: AmendmentCode,
    *,
    to_visitor: bool = True,
    at: datetime,
    **params: object,
) -> Message:
    """Save the changed message, and say under the next number that it changed.

    The caller has locked the conversation. The visitor gets a number where they see the message,
    and what changed of it.
    """
    message.save()
    if code in OTHER_WORDS:
        index_anew(message)
    is_shown = to_visitor and message.visitor_seq is not None
    conversation.last_seq += 1
    if is_shown:
        conversation.last_visitor_seq += 1
    conversation.save(update_fields=["last_seq", "last_visitor_seq"])
    return Message.objects.create(
        conversation=conversation,
        client_id=uuid.uuid4(),
        seq=conversation.last_seq,
        visitor_seq=conversation.last_visitor_seq if is_shown else None,
        kind=MessageKind.AMENDED,
        author_kind=message.author_kind,
        author=message.author,
        author_name=message.author_name,
        amends=message,
        code=code,
        params=params,
        created_at=at,
    )


def append_announcement(conversation: Conversation, text: str, *, at: datetime) -> Message:
    """What an administrator wrote for all: a greeting, a word to those who wait."""
    return append(
        conversation, kind=MessageKind.EVENT, author_kind=AuthorKind.SYSTEM, text=text, at=at
    )
