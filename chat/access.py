"""Who sees what, and who may do what: every rule of it, once.

What is asked of the database is a query here; what a socket decides by itself is the same rule over
the facts that go with a pushed row; what a page decides is static/js/zone/access.js, over the row's
data. tests/access_cases.json holds the three together.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from chat.models import (
    Attachment,
    ChatMember,
    Conversation,
    InternalChat,
    Participant,
    Transfer,
    Visit,
    Visitor,
)
from chat.models.conversations import ConversationQuerySet
from operators.models import Account

# What is seen


def visible_to(account: Account) -> ConversationQuerySet:
    """Own departments' conversations, own, those on their way to either, and those one is invited
    to or takes part in; an administrator's, all.
    """
    found = Conversation.objects.all()
    if account.is_administrator:
        return found
    return found.filter(
        Q(operator=account)
        | Q(department__in=account.departments.all())
        | Q(pk__in=_on_their_way_to(account))
        | Q(pk__in=_with_participant(account))
    )


def offered_to(account: Account) -> ConversationQuerySet:
    """Those that somebody else is transferring to the account or its departments."""
    active = Conversation.objects.active().exclude(operator=account)
    return active.filter(pk__in=_on_their_way_to(account))


def inviting(account: Account) -> ConversationQuerySet:
    """Those that wait for the account to join or decline."""
    return Conversation.objects.open().filter(pk__in=_with_participant(account, joined_at=None))


def joined_by(account: Account) -> ConversationQuerySet:
    joined = _with_participant(account, joined_at__isnull=False)
    return Conversation.objects.open().filter(pk__in=joined)


@dataclass(frozen=True)
class Groups:
    """What the list of visitors shows an account, as groupOf of access.js does with a row."""

    waiting: ConversationQuerySet
    # Others' dialogues that wait for the account's answer: to a transfer, to an invitation.
    offered: ConversationQuerySet
    inviting: ConversationQuerySet
    mine: ConversationQuerySet
    others: ConversationQuerySet


def groups_of(account: Account) -> Groups:
    visible = visible_to(account)
    offered, asked = offered_to(account), inviting(account).active()
    joined = joined_by(account)
    # Who takes part in what waits for another department can not accept it, but goes on talking.
    foreign = joined.waiting().exclude(department__in=account.departments.all())
    talking = foreign.none() if account.is_administrator else foreign
    active = visible.active().exclude(pk__in=offered).exclude(pk__in=asked)
    own = Q(operator=account) | Q(pk__in=joined)
    return Groups(
        waiting=visible.waiting().exclude(pk__in=talking),
        offered=offered,
        inviting=asked,
        mine=visible.filter(Q(pk__in=active.filter(own)) | Q(pk__in=talking)),
        others=active.exclude(own),
    )


def addressed_to(account: Account) -> Q:
    """Of transfers, those whose answer the account may give."""
    return Q(to_account=account) | Q(to_department__in=account.departments.all())


def visits_visible_to(account: Account, *, at: datetime) -> QuerySet[Visit]:
    """People merely on a site are seen by the first level of its support."""
    visits = Visit.objects.present(at)
    if account.is_administrator:
        return visits
    first_line = account.departments.filter(level=1)
    return visits.filter(visitor__site__departments__in=first_line).distinct()


def chats_visible_to(account: Account) -> QuerySet[InternalChat]:
    """Chats among staff are their members' of now. An administrator's role opens none."""
    mine = ChatMember.objects.current().filter(account=account)
    return InternalChat.objects.filter(pk__in=mine.values("chat"))


def files_shown_to(visitor: Visitor) -> QuerySet[Attachment]:
    """Those in messages of their conversations, staff notes left out."""
    return Attachment.objects.filter(
        message__conversation__visitor=visitor, message__visitor_seq__isnull=False
    )


def may_have(account: Account, attachment: Attachment) -> bool:
    """Whether a file stands where this member of staff reads."""
    if (internal := attachment.internal_message) is not None:
        return chats_visible_to(account).filter(pk=internal.chat_id).exists()
    if attachment.message is None:
        return False
    return visible_to(account).filter(pk=attachment.message.conversation_id).exists()


def _on_their_way_to(account: Account) -> QuerySet[Any, Any]:
    return Transfer.objects.pending().filter(addressed_to(account)).values("conversation")


def _with_participant(account: Account, **state: Any) -> QuerySet[Any, Any]:
    return Participant.objects.current().filter(account=account, **state).values("conversation")
