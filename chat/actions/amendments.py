"""What was said becomes another, or is taken back: the entry changes, and the log says so under its
next number.

An author may do that for five minutes (chat.access.to_correct). What it said before is kept in the
log, what it carried is an administrator's to read.
"""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from msgspec import UNSET, UnsetType

from chat import access
from chat.actions.errors import ConversationClosed, CorrectedMeanwhile, NothingToCorrect
from chat.actions.locks import lock_chat, lock_conversation, lock_visible
from chat.actions.log import amend
from chat.actions.messages import meaningful
from chat.events import InternalMessagePosted, MessageAmended
from chat.happened import happened
from chat.markup import find_links
from chat.models import (
    AmendmentCode,
    AuthorKind,
    Conversation,
    InternalMessage,
    Message,
    MessageKind,
)
from chat.rooms.actions import amend_internal
from chat.wire.faces import wire_time
from operators.models import Account

Said = TypeVar("Said", Message, InternalMessage)
# When it changed last, as who corrects it was shown it and as the wire writes it: None for never;
# unset, nobody asks.
Shown = str | None | UnsetType


# In a conversation


def correct_message(
    account: Account,
    conversation_id: str,
    seq: int,
    text: str,
    *,
    shown: Shown = UNSET,
    at: datetime,
) -> None:
    """Put other words into the account's own message or note, while it is fresh.

    The same words again are no change. Raises a Refusal.
    """
    with transaction.atomic():
        conversation = _lock_open(account, conversation_id)
        own = _of_account(conversation, account, seq)
        _correct(conversation, own, text, shown, by=account, at=at)


def correct_visitor_message(
    visitor_id: int, message_id: UUID, text: str, *, shown: Shown = UNSET, at: datetime
) -> None:
    """The same by a visitor, with a message of their own."""
    with transaction.atomic():
        conversation = _lock_theirs(visitor_id, message_id)
        own = _of_visitor(conversation, message_id)
        _correct(conversation, own, text, shown, by=None, at=at)


def retract_message(account: Account, conversation_id: str, seq: int, *, at: datetime) -> None:
    """«Сообщение удалено» stands in its place from now on. Again is no change.

    Raises a Refusal.
    """
    with transaction.atomic():
        conversation = _lock_open(account, conversation_id)
        _retract(conversation, _of_account(conversation, account, seq), by=account, at=at)


def retract_visitor_message(visitor_id: int, message_id: UUID, *, at: datetime) -> None:
    with transaction.atomic():
        conversation = _lock_theirs(visitor_id, message_id)
        _retract(conversation, _of_visitor(conversation, message_id), by=None, at=at)


def _lock_open(account: Account, conversation_id: str) -> Conversation:
    conversation = lock_visible(account, conversation_id)
    if conversation.closed_at is not None:
        raise ConversationClosed
    return conversation


def _lock_theirs(visitor_id: int, message_id: UUID) -> Conversation:
    of_message = Message.objects.filter(client_id=message_id).values("conversation")
    conversation = lock_conversation(visitor=visitor_id, pk__in=of_message)
    if conversation is None:
        raise NothingToCorrect
    if conversation.closed_at is not None:
        raise ConversationClosed
    return conversation


def _of_account(conversation: Conversation, account: Account, seq: int) -> Message | None:
    return conversation.messages.said().filter(author=account, seq=seq, code="").first()


def _of_visitor(conversation: Conversation, message_id: UUID) -> Message | None:
    theirs = conversation.messages.said().filter(author_kind=AuthorKind.VISITOR)
    return theirs.filter(client_id=message_id).first()


def _correct(
    conversation: Conversation,
    own: Message | None,
    text: str,
    shown: Shown,
    *,
    by: Account | None,
    at: datetime,
) -> None:
    if own is not None and own.kind == MessageKind.LINK:
        raise NothingToCorrect  # another card is sent
    message, before = _with_other_words(own, text, shown, at=at)
    if message.text != before:
        _tell(conversation, message, AmendmentCode.CORRECTED, before, by=by, at=at)


def _retract(
    conversation: Conversation, own: Message | None, *, by: Account | None, at: datetime
) -> None:
    message, before = _taken_back(own, at=at)
    if message.retracted_at == at:
        _tell(conversation, message, AmendmentCode.RETRACTED, before, by=by, at=at)


def _tell(
    conversation: Conversation,
    message: Message,
    code: AmendmentCode,
    before: str,
    *,
    by: Account | None,
    at: datetime,
) -> None:
    amendment = amend(conversation, message, code, before=before, at=at)
    by_id = by.pk if by else None
    happened(MessageAmended(conversation=conversation, amendment=amendment, by_id=by_id, at=at))


# In a chat among staff


def correct_internal_message(
    account: Account,
    chat_id: str,
    seq: int,
    text: str,
    *,
    shown: Shown = UNSET,
    at: datetime,
) -> None:
    with transaction.atomic():
        chat = lock_chat(account, chat_id)
        own = chat.messages.said().filter(author=account, seq=seq).first()
        message, before = _with_other_words(own, text, shown, at=at)
        if message.text != before:
            _tell_members(message, AmendmentCode.CORRECTED, before, at=at)


def retract_internal_message(account: Account, chat_id: str, seq: int, *, at: datetime) -> None:
    with transaction.atomic():
        chat = lock_chat(account, chat_id)
        own = chat.messages.said().filter(author=account, seq=seq).first()
        message, before = _taken_back(own, at=at)
        if message.retracted_at == at:
            _tell_members(message, AmendmentCode.RETRACTED, before, at=at)


def _tell_members(
    message: InternalMessage, code: AmendmentCode, before: str, *, at: datetime
) -> None:
    amendment = amend_internal(message, code, before=before, at=at)
    happened(InternalMessagePosted(message=amendment, by_id=message.author_id, at=at))


# What was said


def _with_other_words(
    own: Said | None, text: str, shown: Shown, *, at: datetime
) -> tuple[Said, str]:
    """Not saved yet; and what it said before."""
    files = [file.public_id for file in own.attachments.all()] if own else []
    text = meaningful(text, files)
    if own is not None and own.retracted_at is None and own.text == text:
        return own, text
    message, before = _fresh(own, at=at), own.text if own else ""
    last = message.corrected_at and wire_time(message.corrected_at)
    if shown is not UNSET and shown != last:
        raise CorrectedMeanwhile
    message.text, message.links, message.corrected_at = text, find_links(text), at
    return message, before


def _taken_back(own: Said | None, *, at: datetime) -> tuple[Said, str]:
    if own is not None and own.retracted_at is not None:
        return own, ""
    message, before = _fresh(own, at=at), own.text if own else ""
    message.text = message.links = ""
    message.retracted_at = at
    return message, before


def _fresh(own: Said | None, *, at: datetime) -> Said:
    access.refuse(access.to_correct(own, at=at))
    if own is None:
        raise NothingToCorrect
    return own
