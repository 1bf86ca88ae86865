"""What was said becomes another: the entry changes, and the log says so under its next number."""

from datetime import datetime
from typing import TypeVar

from django.db import transaction

from chat import access
from chat.actions.errors import (
    ConversationClosed,
    NothingToCorrect,
)
from chat.actions.locks import lock_chat, lock_visible
from chat.actions.log import amend
from chat.actions.messages import meaningful
from chat.events import InternalMessagePosted, MessageAmended
from chat.happened import happened
from chat.markup import find_links
from chat.models import AmendmentCode, InternalKind, InternalMessage, Message, MessageKind
from chat.rooms.actions import amend_internal
from operators.models import Account

Said = TypeVar("Said", Message, InternalMessage)


def correct_message(
    account: Account, conversation_id: str, seq: int, text: str, *, at: datetime
) -> Message:
    """Put other words into the account's own last message or note, while it is fresh.

    The same words again are no change. Raises a Refusal.
    """
    text = meaningful(text)
    with transaction.atomic():
        conversation = lock_visible(account, conversation_id)
        if conversation.closed_at is not None:
            raise ConversationClosed
        own = conversation.messages.said().filter(author=account).order_by("-seq")
        message = _fresh(own.first(), {MessageKind.TEXT, MessageKind.NOTE}, seq, at=at)
        if text != message.text:
            before, message.text, message.corrected_at = message.text, text, at
            message.links = find_links(text)
            amendment = amend(conversation, message, AmendmentCode.CORRECTED, before=before, at=at)
            happened(
                MessageAmended(
                    conversation=conversation, amendment=amendment, by_id=account.pk, at=at
                )
            )
    return message


def correct_internal_message(
    account: Account, chat_id: str, seq: int, text: str, *, at: datetime
) -> InternalMessage:
    """The same in a chat among staff."""
    text = meaningful(text)
    with transaction.atomic():
        chat = lock_chat(account, chat_id)
        own = chat.messages.said().filter(author=account).order_by("-seq")
        message = _fresh(own.first(), {InternalKind.TEXT}, seq, at=at)
        if text != message.text:
            before, message.text, message.corrected_at = message.text, text, at
            message.links = find_links(text)
            amendment = amend_internal(chat, message, AmendmentCode.CORRECTED, before=before, at=at)
            happened(InternalMessagePosted(message=amendment, by_id=account.pk, at=at))
    return message


def _fresh(own: Said | None, kinds: set[str], seq: int, *, at: datetime) -> Said:
    access.refuse(access.to_correct(own, kinds, seq, at=at))
    if own is None:
        raise NothingToCorrect
    return own
