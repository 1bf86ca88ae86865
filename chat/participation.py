"""Who is in conversations beside their owners: read for lists, pages, pushes and the pulse."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from chat import access
from chat.models import Conversation, Participant, Transfer
from chat.text import initials
from operators.models import Account
from operators.prepared import Prepared


def current_of(conversation_ids: Iterable[int]) -> dict[int, list[Participant]]:
    """Those invited and those in, by conversation, in the order of their coming."""
    found = Participant.objects.current().filter(conversation__in=list(conversation_ids))
    by_conversation: dict[int, list[Participant]] = {}
    for participant in found.select_related("account", "invited_by").order_by("invited_at", "pk"):
        by_conversation.setdefault(participant.conversation_id, []).append(participant)
    return by_conversation


def shared(conversations: Iterable[Conversation]) -> list[int]:
    """Those that somebody is asked to take over or into, or has joined: few ever are."""
    keys = [conversation.pk for conversation in conversations]
    pending = Transfer.objects.pending().filter(conversation__in=keys)
    guests = Participant.objects.current().filter(conversation__in=keys).order_by()
    either = pending.values_list("conversation").union(guests.values_list("conversation"))
    return [pk for (pk,) in either]


def accounts_of(participants: Iterable[Participant]) -> dict[str, list[int]]:
    """What sockets decide by: {"invited": accounts, "joined": accounts}."""
    found = list(participants)
    return {
        "invited": [one.account_id for one in found if not one.is_in],
        "joined": [one.account_id for one in found if one.is_in],
    }


def facts_of(
    conversation: Conversation,
    transfer: Transfer | None,
    guests: Iterable[Participant] | None = None,
) -> dict[str, Any]:
    """What sockets judge a conversation by (chat.access); `transfer` is the pending one, and
    `guests` are read unless they are given.
    """
    if guests is None:
        guests = current_of([conversation.pk]).get(conversation.pk, ())
    return {
        "public_id": conversation.public_id,
        "visitor": conversation.visitor_id,
        "revision": conversation.revision,
        "last_seq": conversation.last_seq,
        "state": conversation.state,
        "department": conversation.department_id,
        "operator": conversation.operator_id,
        "to_account": transfer and transfer.to_account_id,
        "to_department": transfer and transfer.to_department_id,
        **accounts_of(guests),
    }


def joined_by(account: Account) -> set[int]:
    """Conversations in which the account is a guest and may write."""
    return set(_joined.all(account=account.pk))


_joined = Prepared(
    lambda account: (
        Participant.objects.joined().filter(account=account).values_list("conversation", flat=True)
    )
)


def read_by(
    account: Account, conversation: Conversation, participants: Iterable[Participant]
) -> int:
    """How far the account has looked; of who only looks on nobody keeps account: 0."""
    if conversation.operator_id == account.pk:
        return conversation.operator_read_seq
    return next((one.read_seq for one in participants if one.account_id == account.pk), 0)


def changed_since(since: datetime) -> dict[int, dict[str, list[int]]]:
    """`accounts_of` all conversations that were touched lately and have any."""
    by_conversation: dict[int, list[Participant]] = {}
    for participant in _in_touched.all(since=since):
        by_conversation.setdefault(participant.conversation_id, []).append(participant)
    return {pk: accounts_of(found) for pk, found in by_conversation.items()}


_in_touched = Prepared(
    lambda since: Participant.objects.current().filter(conversation__changed_at__gte=since)
)


def people(
    conversation: Conversation, participants: Collection[Participant] | None = None
) -> dict[str, Any]:
    """What _participants.html and _invitations.html of zone/invitation show, alike to all.

    `removers` are those who may take somebody out, besides administrators.
    """
    if participants is None:
        participants = current_of([conversation.pk]).get(conversation.pk, [])
    owner = conversation.operator
    return {
        "cid": conversation.public_id,
        "owner": _face(owner) if owner else None,
        "joined": [_person(conversation, one) for one in participants if one.is_in],
        "invited": [_person(conversation, one) for one in participants if not one.is_in],
    }


def _face(account: Account) -> dict[str, str]:
    return {
        "name": account.name,
        "initials": initials(account.name),
        "photo": account.photo_url,
    }


def _person(conversation: Conversation, participant: Participant) -> dict[str, Any]:
    removers = access.removers_of(conversation, participant) - {participant.account_id}
    inviter = participant.invited_by
    return {
        "account": participant.account_id,
        **_face(participant.account),
        "inviter_name": inviter.name if inviter else "",
        "note": participant.note,
        "expires_at": participant.expires_at,
        "removers": " ".join(map(str, removers)),
    }
