"""Reading the log and the lists for sockets: the same rows, already in the wire's form."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, FilteredRelation, Q, prefetch_related_objects

from chat import access, participation
from chat.models import Conversation, Message, Outcome
from chat.sockets.delivery import PAGE_BYTES, Entry, Page
from chat.sockets.pages import last_page_begins, read_page
from chat.wire.faces import STAFF, VISITOR
from chat.wire.messages import encoded_message
from operators.models import Account

logger = logging.getLogger(__name__)

MOST_FOLLOWED = 100  # conversations of one kind that a fresh socket is given
MOST_NAMED = 500  # of those that its client names


def visitor_entry(message: Message, conversation: Conversation) -> Entry:
    frame = encoded_message(message, conversation, VISITOR)
    return Entry(message.visitor_seq or 0, frame, message.seq)


def staff_entry(message: Message, conversation: Conversation) -> Entry:
    frame = encoded_message(message, conversation, STAFF)
    return Entry(message.seq, frame, message.visitor_seq)


def _whole(conversation_id: int) -> Conversation:
    return Conversation.objects.select_related("visitor", "operator", "department").get(
        pk=conversation_id
    )


def whole(page: Iterable[Message]) -> list[Message]:
    """With what entries of the log refer to. Files, quoted and amended entries are looked for where
    there may be any: looking everywhere doubles a page's cost.
    """
    messages = list(page)
    prefetch_related_objects([m for m in messages if m.amends_id is not None], "amends")
    shown = [m.amends or m for m in messages]
    prefetch_related_objects([m for m in shown if m.quotes_id is not None], "quotes")
    shown += [m.quotes for m in shown if m.quotes is not None]
    prefetch_related_objects([m for m in shown if m.may_carry_files], "attachments")
    return messages


def read_for_visitor(conversation_id: int, after: int) -> Page:
    """What is beyond `after` in the visitor's numbering; notes have no number there."""
    return visitor_page(_whole(conversation_id), after)


def visitor_page(conversation: Conversation, after: int) -> Page:
    if conversation.last_visitor_seq <= after:
        return Page([], more=False)
    found = conversation.messages.filter(visitor_seq__gt=after).order_by("visitor_seq")
    return read_page(found, lambda one: visitor_entry(one, conversation), load=whole)


def missed_by_visitor(conversation: Conversation, after: int) -> Sequence[Entry]:
    """A page for the welcome, without which a visitor is better off than without a welcome."""
    try:
        return visitor_page(conversation, after).entries
    except Exception:
        logger.exception("conversation %s cannot be read", conversation.pk)
        return []


def read_for_staff(account: Account, conversation_id: int, after: int) -> Page:
    """Nothing once the account may not see it any more, even where nobody was told of that yet."""
    conversation = _whole(conversation_id)
    seen = access.visible_to(account).filter(pk=conversation_id)
    found = conversation.messages.filter(seq__gt=after, conversation__in=seen).order_by("seq")
    return read_page(found, lambda one: staff_entry(one, conversation), load=whole)


def read_with_facts(conversation_id: int, after: int) -> tuple[dict[str, Any], Page]:
    """What is beyond `after`, and what sockets judge by whether they may have it: read last, so
    that nobody gets what was written after they lost the conversation.
    """
    conversation = _whole(conversation_id)
    found = conversation.messages.filter(seq__gt=after).order_by("seq")
    page = read_page(found, lambda one: staff_entry(one, conversation), load=whole)
    now = Conversation.objects.get(pk=conversation_id)
    return participation.facts_of(now, now.transfers.pending().first()), page


def last_page_of(conversation_id: int) -> int:
    """The number to go on from for who is given no more than the latest messages."""
    return last_page_begins(Message.objects.filter(conversation=conversation_id))


def staff_page(conversation: Conversation, after: int, room: int = PAGE_BYTES) -> Page:
    found = conversation.messages.filter(seq__gt=after).order_by("seq")
    return read_page(found, lambda one: staff_entry(one, conversation), load=whole, room=room)


def read_missed(
    behind: Iterable[tuple[Conversation, int]],
) -> list[tuple[Conversation, Sequence[Entry]]]:
    """Of each conversation what is beyond the number, one page for all of them together.

    One that cannot be read keeps nobody from the others.
    """
    missed: list[tuple[Conversation, Sequence[Entry]]] = []
    room = PAGE_BYTES
    for conversation, after in behind:
        if room <= 0:
            break
        try:
            entries = staff_page(conversation, after, room).entries
        except Exception:
            logger.exception("conversation %s cannot be read", conversation.pk)
            continue
        room -= sum(len(entry.frame.encode()) for entry in entries)
        if entries:
            missed.append((conversation, entries))
    return missed


@dataclass
class Beginning:
    """What an operator's socket begins with."""

    # Those to follow, each with the number its client has or is taken to have.
    followed: list[tuple[Conversation, int]]
    # Others' open ones, merely to list.
    others: list[Conversation]
    # Of the followed, what was written beyond those numbers, as far as one page reaches.
    missed: list[tuple[Conversation, Sequence[Entry]]]


def beginning(account: Account, after: Mapping[str, int]) -> Beginning:
    """Followed are those that the client names, own ones, those offered to them or waiting, and
    those they are invited to or take part in; listed also others' open ones.

    Of those not named, who wait are followed from now on, and the others from their last page on:
    rows and pages come by HTTP.
    """
    parts = ("visitor", "operator", "department")
    visible = access.visible_to(account).select_related(*parts)
    named = visible.filter(public_id__in=list(after)[:MOST_NAMED])
    own = (
        visible.active().filter(operator=account).order_by("-last_message_at"),
        access.offered_to(account).select_related(*parts),
        access.inviting(account).select_related(*parts),
        access.joined_by(account).select_related(*parts),
    )
    waiting = visible.waiting().in_queue_order()[:MOST_FOLLOWED]
    # A client may claim more than there is, after a restore from a copy: it must not miss it.
    followed = {one.pk: (one, min(after[one.public_id], one.last_seq)) for one in named}
    for conversation in (one for part in own for one in part[:MOST_FOLLOWED]):
        if conversation.pk not in followed:
            followed[conversation.pk] = (conversation, last_page_of(conversation.pk))
    for conversation in waiting:
        followed.setdefault(conversation.pk, (conversation, conversation.last_seq))
    others = visible.active().exclude(pk__in=followed)[:MOST_FOLLOWED]
    begun = list(followed.values())
    missed = read_missed(pair for pair in begun if pair[1] < pair[0].last_seq)
    return Beginning(begun, list(others), missed)


def last_numbers(keys: Iterable[int]) -> dict[int, int]:
    """{conversation: its last number} now."""
    return dict(Conversation.objects.filter(pk__in=keys).values_list("pk", "last_seq"))


class Changes:
    """What the pulse found changed, so that each socket is asked about what concerns it alone."""

    def __init__(self, rows: Iterable[dict[str, Any]]) -> None:
        self.rows = {row["pk"]: row for row in rows}
        self._of_department: dict[int, set[int]] = defaultdict(set)
        self._of_account: dict[int, set[int]] = defaultdict(set)
        for pk, row in self.rows.items():
            departments, accounts = access.watchers(row)
            for department in departments:
                self._of_department[department].add(pk)
            for account in accounts:
                self._of_account[account].add(pk)

    def seen_by(self, account_id: int, departments: Iterable[int]) -> set[int]:
        """By the rule of `access.sees`."""
        found = (self._of_department.get(one, set()) for one in departments)
        return self._of_account.get(account_id, set()).union(*found)


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
