"""What staff may have to hear of is written down in the transaction in which it happens, where any
browser wants to be told. It goes later, by others (chat.notices.couriers).
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from chat import events
from chat.models import AuthorKind, InternalKind, PushNotice
from chat.models import PushNotice as Notice
from chat.notices import wanted

logger = logging.getLogger("sphaera_support.notices")


def record(event: events.Event) -> None:
    """The chat goes first: what cannot be written down is said in the log."""
    noted = _NOTED.get(type(event))
    if noted is None or not wanted.are_wanted():
        return
    try:
        with transaction.atomic():
            if (notice := noted(event)) is not None:
                notice.save()
    except Exception:
        logger.exception("Browsers are not told of %s", event.code)


def _posted(event: events.MessagePosted) -> Notice | None:
    if event.message.author_kind != AuthorKind.VISITOR:
        return None
    kind, seq = Notice.Kind.MESSAGE, event.message.seq
    return Notice(kind=kind, conversation=event.conversation, seq=seq, at=event.at)


def _waits(event: events.ConversationEvent) -> Notice:
    return Notice(kind=Notice.Kind.WAITING, conversation=event.conversation, at=event.at)


def _offered(event: events.ConversationOffered) -> Notice:
    kind = Notice.Kind.WAITING
    return Notice(kind=kind, conversation_id=event.conversation_id, at=event.at)


def _handed_over(event: events.TransferOffered) -> Notice:
    return Notice(kind=Notice.Kind.TRANSFER, conversation=event.conversation, at=event.at)


def _invited(event: events.ParticipantInvited) -> Notice:
    return Notice(kind=Notice.Kind.INVITATION, conversation=event.conversation, at=event.at)


def _among_staff(event: events.InternalMessagePosted) -> Notice | None:
    said = event.message
    if said.kind in (InternalKind.EVENT, InternalKind.AMENDED):
        return None
    return Notice(kind=Notice.Kind.COLLEAGUE, chat_id=said.chat_id, seq=said.seq, at=event.at)


_NOTED: Mapping[type[events.Event], Callable[[Any], PushNotice | None]] = {
    events.MessagePosted: _posted,
    events.ConversationOpened: _waits,
    events.ConversationReopened: _waits,
    events.ConversationReturned: _waits,
    events.ConversationOffered: _offered,
    events.TransferOffered: _handed_over,
    events.ParticipantInvited: _invited,
    events.InternalMessagePosted: _among_staff,
}
