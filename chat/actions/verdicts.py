"""What the antivirus says of a file that was sent before it could be asked."""

from datetime import datetime

from django.db import transaction

from chat.actions.locks import lock_chat_of, lock_conversation
from chat.actions.log import amend
from chat.events import InternalMessagePosted, MessageAmended
from chat.happened import happened
from chat.models import AmendmentCode, Attachment, InternalMessage, Message
from chat.rooms.actions import amend_internal


def settle_verdict(attachment: Attachment, verdict: str, virus: str, *, at: datetime) -> None:
    """Whoever has the message sees what became of its file."""
    attachment.refresh_from_db()
    with transaction.atomic():
        if attachment.message is not None:
            _settle_said(attachment, attachment.message, verdict, virus, at=at)
        elif attachment.internal_message is not None:
            _settle_internal(attachment, attachment.internal_message, verdict, virus, at=at)
        else:
            _settle(attachment, verdict, virus)


def _settle(attachment: Attachment, verdict: str, virus: str) -> bool:
    """Where it stands as it stood when its lock was taken; else the next sweep comes by."""
    there = Attachment.objects.not_examined().filter(
        pk=attachment.pk,
        message=attachment.message_id,
        internal_message=attachment.internal_message_id,
    )
    return bool(there.update(verdict=verdict, virus=virus))


def _settle_said(
    attachment: Attachment, message: Message, verdict: str, virus: str, *, at: datetime
) -> None:
    conversation = lock_conversation(pk=message.conversation_id)
    if conversation is not None and _settle(attachment, verdict, virus):
        message.refresh_from_db()
        amendment = amend(conversation, message, AmendmentCode.SCANNED, at=at)
        happened(MessageAmended(conversation=conversation, amendment=amendment, at=at))


def _settle_internal(
    attachment: Attachment, message: InternalMessage, verdict: str, virus: str, *, at: datetime
) -> None:
    chat = lock_chat_of(message)
    if _settle(attachment, verdict, virus):
        message.refresh_from_db()
        message.chat = chat
        amendment = amend_internal(message, AmendmentCode.SCANNED, at=at)
        happened(InternalMessagePosted(message=amendment, at=at))
