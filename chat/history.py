"""Reading the log and the lists for sockets: the same rows, already in the wire's form."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, FilteredRelation, Q, prefetch_related_objects

from chat import participation, wire
from chat.delivery import PAGE, Entry
from chat.models import Conversation, Message, Outcome
from operators.models import Account

MOST_FOLLOWED = 100  # waiting conversations whose messages a fresh socket is given


def visitor_entry(message: Message, conversation: Conversation) -> Entry:
    frame = wire.encoded_message(message, conversation, wire.VISITOR)
    return Entry(message.visitor_seq or 0, frame, message.seq)


def staff_entry(message: Message, conversation: Conversation) -> Entry:
    frame = wire.encoded_message(message, conversation, wire.STAFF)
    return Entry(message.seq, frame, message.visitor_seq)


def _whole(conversation_id: int) -> Conversation:
    return Conversation.objects.select_related("visitor", "operator", "department").get(
        pk=conversation_id
    )


def whole(page: Iterable[Message]) -> list[Message]:
    """With what entries of the log refer to. Files and amended entries are looked for where there
    may be any: looking everywhere doubles a page's cost.
    """
    messages = list(page)
    prefetch_related_objects([m for m in messages if m.amends_id is not None], "amends")
    shown = [m.amends or m for m in messages]
    prefetch_related_objects([m for m in shown if m.may_carry_files], "attachments")
    return messages


def read_for_visitor(conversation_id: int, after: int) -> list[Entry]:
    """What is beyond `after` in the visitor's numbering; notes have no number there."""
    return visitor_entries(_whole(conversation_id), after)


def visitor_entries(conversation: Conversation, after: int) -> list[Entry]:
    if conversation.last_visitor_seq <= after:
        return []
    found = conversation.messages.filter(visitor_seq__gt=after).order_by("visitor_seq")
    return [visitor_entry(message, conversation) for message in whole(found[:PAGE])]


def read_for_staff(conversation_id: int, after: int) -> list[Entry]:
    conversation = _whole(conversation_id)
    found = conversation.messages.filter(seq__gt=after).order_by("seq")
    return [staff_entry(message, conversation) for message in whole(found[:PAGE])]


def read_many_for_staff(positions: Mapping[int, int]) -> dict[int, list[Entry]]:
    """For each conversation {pk: after} what is beyond, as far as one page reaches."""
    if not positions:
        return {}
    beyond = Q()
    for conversation_id, after in positions.items():
        beyond |= Q(conversation=conversation_id, seq__gt=after)
    found = (
        Message.objects.filter(beyond)
        .select_related("conversation__visitor")
        .order_by("conversation", "seq")
    )
    entries: dict[int, list[Entry]] = {}
    for message in whole(found[: 5 * PAGE]):
        entry = staff_entry(message, message.conversation)
        entries.setdefault(message.conversation_id, []).append(entry)
    return entries


def visible_conversations(
    account: Account, named: Iterable[str]
) -> tuple[list[Conversation], list[Conversation]]:
    """What an operator's socket begins with: (to follow, merely to list).

    Followed are their own, those waiting or offered to them, those they are invited to or take
    part in, and those they name; listed also others' open ones.
    """
    visible = Conversation.objects.visible_to(account).select_related(
        "visitor", "operator", "department"
    )
    waiting = list(visible.waiting().in_queue_order()[:MOST_FOLLOWED])
    mine = list(visible.active().filter(operator=account))
    watched = list(visible.filter(public_id__in=list(named)[:MOST_FOLLOWED]))
    offered = list(visible.offered_to(account))
    guest = [*visible.inviting(account), *visible.joined_by(account)]
    found = [*waiting, *offered, *guest, *mine, *watched]
    followed = {conversation.pk: conversation for conversation in found}
    others = visible.active().exclude(pk__in=followed)[:MOST_FOLLOWED]
    return list(followed.values()), list(others)


def changed_since(since: datetime) -> list[dict[str, Any]]:
    """What the pulse compares cursors with: conversations touched lately, by an indexed read of
    them and one of who is in them.
    """
    pending = FilteredRelation("transfers", condition=Q(transfers__outcome=Outcome.PENDING))
    changed = Conversation.objects.filter(changed_at__gte=since).annotate(pending=pending)
    touched = list(
        changed.values(
            "pk",
            "public_id",
            "visitor",
            "department",
            "operator",
            "closed_at",
            "last_seq",
            "last_visitor_seq",
            "revision",
            to_account=F("pending__to_account"),
            to_department=F("pending__to_department"),
        )
    )
    guests = participation.changed_since(since) if touched else {}
    nobody = participation.accounts_of(())
    return [{**row, **guests.get(row["pk"], nobody)} for row in touched]
