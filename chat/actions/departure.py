"""Leaving the zone while visitors wait for an answer: passed on, put back, or kept with a promise.

Passing on is a transfer like any other. What is kept returns to the queue by itself if its owner
is not back in time; so does what comes back from a transfer to an owner who has left
(chat.actions.sweep).
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from chat import access
from chat.actions.conversations import return_to_queue
from chat.actions.errors import BadPromise
from chat.actions.locks import lock_visible
from chat.actions.log import append_line, named
from chat.events import MessagePosted
from chat.happened import happened
from chat.models import AuthorKind, Conversation, LineCode, Message, MessageKind
from chat.models.conversations import ConversationQuerySet
from operators.models import Account

LONGEST_PROMISE = timedelta(days=2)


def unanswered() -> ConversationQuerySet:
    """Dialogues whose last word is the visitor's."""
    said = Message.objects.said().filter(conversation=OuterRef("pk"))
    said = said.exclude(kind=MessageKind.NOTE)
    last_author = Subquery(said.order_by("-seq").values("author_kind")[:1])
    dialogues = Conversation.objects.active().alias(last_author=last_author)
    return dialogues.filter(last_author=AuthorKind.VISITOR)


def left_behind(account: Account, *, at: datetime) -> QuerySet[Conversation]:
    """What nobody would answer if the account left now: its own, unanswered, and nothing said."""
    own = unanswered().filter(operator=account).exclude(kept_until__gt=at)
    return own.without_transfer().order_by("last_message_at", "pk")


def promise_answer(
    account: Account, conversation_id: str, until: datetime, *, at: datetime
) -> Conversation:
    """Keep it until then, and let the visitor know. Raises BadPromise or another Refusal."""
    with transaction.atomic():
        conversation = _locked_own(account, conversation_id, at=at)
        if not at < until <= at + LONGEST_PROMISE:
            raise BadPromise
        conversation.kept_until = until
        conversation.save(update_fields=["kept_until"])
        event = append_line(
            conversation,
            LineCode.PROMISED,
            **named(account),
            until=until.isoformat(),
            zone=conversation.visitor.site.time_zone,
            at=at,
        )
        happened(MessagePosted(conversation=conversation, message=event, by_id=account.pk, at=at))
    return conversation


def put_back(account: Account, conversation_id: str, *, at: datetime) -> None:
    """Into the queue, for whoever is there. Raises a Refusal."""
    with transaction.atomic():
        _locked_own(account, conversation_id, at=at)
        return_to_queue(conversation_id, account.pk, LineCode.PUT_BACK, at=at)


def _locked_own(account: Account, conversation_id: str, *, at: datetime) -> Conversation:
    conversation = lock_visible(account, conversation_id)
    access.demand(access.to_put_off, account, conversation, at=at)
    return conversation
