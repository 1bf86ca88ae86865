"""A department hears by e-mail of whom nobody answered, where it has an address for that.

Written down in the transaction of what happened; most that happens costs nothing here.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from chat import events
from chat.mail.actions.outbox import post_letter
from chat.models import Closing, Conversation, Letter
from chat.queue.availability import read_rules, take_snapshot

logger = logging.getLogger("sphaera_support.mail")

# One letter about a conversation is enough for so long.
ENOUGH = timedelta(hours=1)
# Nobody was to answer, or nobody wanted an answer.
UNASKED = {Closing.Way.BLOCKED, Closing.Way.DECLINED, Closing.Way.IGNORED}
OFFLINE, UNANSWERED = "offline", "unanswered"


def record(event: events.Event) -> None:
    """The chat goes first: what cannot be noted is said in the log, and the change is made."""
    if not settings.SENDS_MAIL or not isinstance(event, _HEARD):
        return
    try:
        with transaction.atomic():
            _record(event)
    except Exception:
        logger.exception("Nobody is written to about %s", event.code)


_HEARD = (events.ConversationOpened, events.ConversationReopened, events.ConversationEnded)


def _record(event: events.ConversationEvent) -> None:
    whole = Conversation.objects.select_related("visitor", "department")
    conversation = whole.get(pk=event.conversation.pk)
    address = conversation.department.notify_email
    if not address or (event.by_id is not None and not isinstance(event, events.ConversationEnded)):
        return
    why = _why(event, conversation)
    if why and not _is_told(conversation, event.at):
        post_letter("missed", address, conversation=conversation, data={"why": why}, at=event.at)


def _why(event: events.ConversationEvent, conversation: Conversation) -> str:
    """Empty where it was not missed."""
    if isinstance(event, events.ConversationEnded):
        closing = conversation.closings.current().first()
        is_asked = closing is None or closing.way not in UNASKED
        return UNANSWERED if is_asked and conversation.answered_at is None else ""
    owner, site = conversation.operator_id, conversation.visitor.site_id
    status, _reason = take_snapshot(read_rules(), at=event.at).status(site, owner)
    return OFFLINE if status == "offline" else ""


def _is_told(conversation: Conversation, at: datetime) -> bool:
    told = Letter.objects.filter(kind="missed", conversation=conversation)
    return told.filter(at__gt=at - ENOUGH).exists()
