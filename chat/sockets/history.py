"""Reading the log and the lists for sockets: the same rows, already in the wire's form."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    F,
    FilteredRelation,
    Max,
    Prefetch,
    Q,
    QuerySet,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce

from chat import access, participation
from chat.models import AuthorKind, Conversation, Message, MessageKind, Outcome
from chat.sockets.delivery import PAGE, PAGE_BYTES, Entry, Page, fitting
from chat.sockets.pages import last_page, last_page_begins, read_page
from chat.wire.faces import STAFF, face_of
from chat.wire.messages import encoded_message
from chat.wire.photos import with_photos
from operators.models import Account
from operators.prepared import Among, Prepared

logger = logging.getLogger(__name__)

MOST_FOLLOWED = 100  # conversations of one kind that a fresh socket is given
MOST_NAMED = 500  # of those that its client names


_ASKED = {MessageKind.RATING_REQUEST: "rating", MessageKind.SNAPSHOT_REQUEST: "snapshot"}


def visitor_entry(message: Message, conversation: Conversation) -> Entry:
    frame = encoded_message(message, conversation, face_of(conversation))
    by_them = message.author_kind == AuthorKind.OPERATOR
    return Entry(message.visitor_seq or 0, frame, message.seq, by_them)


def staff_entry(message: Message, conversation: Conversation) -> Entry:
    frame = encoded_message(message, conversation, STAFF)
    by_them = message.author_kind == AuthorKind.VISITOR
    return Entry(message.seq, frame, message.visitor_seq, by_them)


def _whole(conversation_id: int) -> Conversation:
    whole = Conversation.objects.select_related("visitor__site", "operator", "department")
    return whole.get(pk=conversation_id)


def whole(page: Iterable[Message]) -> list[Message]:
    """With what entries of the log refer to. Files, requests, quoted and amended entries are looked
    for where there may be any: looking everywhere doubles a page's cost.
    """
    messages = list(page)
    amended = Prefetch("amends", with_photos(Message.objects.all()))
    prefetch_related_objects([m for m in messages if m.amends_id is not None], amended)
    shown = [m.amends or m for m in messages]
    for kind, asked in _ASKED.items():
        prefetch_related_objects([m for m in shown if m.kind == kind], asked)
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
    return read_page(with_photos(found), lambda one: visitor_entry(one, conversation), load=whole)


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


def read_latest(
    conversations: Iterable[Conversation], room: int
) -> list[tuple[Conversation, Sequence[Entry]]]:
    """What was written last in the first of these, one page for all of them together."""
    latest: list[tuple[Conversation, Sequence[Entry]]] = []
    most = PAGE
    for conversation in conversations:
        if room <= 0 or most <= 0:
            break
        try:
            entries = _latest(conversation, room, most)
        except Exception:
            logger.exception("conversation %s cannot be read", conversation.pk)
            continue
        room -= sum(len(entry.frame.encode()) for entry in entries)
        most -= len(entries)
        if entries:
            latest.append((conversation, entries))
    return latest


def _latest(conversation: Conversation, room: int, most: int) -> Sequence[Entry]:
    messages = last_page(conversation.messages.all(), whole, most=most)
    backwards = fitting((staff_entry(one, conversation) for one in reversed(messages)), room)
    return backwards[::-1]


@dataclass
class Beginning:
    """What an operator's socket begins with."""

    # Those to follow, each with the number its client has or is taken to have.
    followed: list[tuple[Conversation, int]]
    # Others' open ones, merely to list.
    others: list[Conversation]
    # Of the followed, what was written beyond those numbers, as far as one page reaches.
    missed: list[tuple[Conversation, Sequence[Entry]]]


def beginning(account: Account, after: Mapping[str, int], *, with_latest: bool) -> Beginning:
    """Followed are those that the client names, own ones, those offered to them or waiting, and
    those they are invited to or take part in; listed also others' open ones.

    However many there are, a page of their logs is read: what is beyond the numbers named and, for
    a client `with_latest`, what was said last in its own that it did not name. All else is followed
    from now on: rows, counts and pages come by HTTP.
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
    behind = {one.pk: (one, min(after[one.public_id], one.last_seq)) for one in named}
    unnamed = {one.pk: one for part in own for one in part[:MOST_FOLLOWED] if one.pk not in behind}
    followed = dict(behind)
    for conversation in (*unnamed.values(), *waiting):
        followed.setdefault(conversation.pk, (conversation, conversation.last_seq))
    others = visible.active().exclude(pk__in=followed)[:MOST_FOLLOWED]
    missed = read_missed(pair for pair in behind.values() if pair[1] < pair[0].last_seq)
    room = PAGE_BYTES - sum(len(one.frame.encode()) for _conv, given in missed for one in given)
    latest = read_latest(unnamed.values(), room) if with_latest else []
    return Beginning(list(followed.values()), list(others), [*missed, *latest])


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


def written_since(key: int) -> list[dict[str, Any]]:
    """What the pulse compares cursors with: conversations with entries beyond this key of the log,
    their visitors, how far each is numbered there, and its latest key.

    The log is asked, so that a message changes nothing of its conversation that has an index.
    """
    rows = _written.all(key=key)
    visitors = dict(_visitors_of.all(conversations=[row[0] for row in rows])) if rows else {}
    return [dict(zip(_OF_WRITTEN, row, strict=True), visitor=visitors.get(row[0])) for row in rows]


def latest_key() -> int:
    return Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def changed_since(since: datetime) -> list[dict[str, Any]]:
    """What the pulse compares revisions with: conversations whose state changed lately, by an
    indexed read of them and one of who is in them.
    """
    touched = [dict(zip(_OF_CHANGED, row, strict=True)) for row in _changed.all(since=since)]
    guests = participation.changed_since(since) if touched else {}
    nobody = participation.accounts_of(())
    return [{**row, **guests.get(row["pk"], nobody)} for row in touched]


# Joined to the entries, the conversations would be looked up for each.
_OF_WRITTEN = ("conversation", "last_seq", "last_visitor_seq", "key")
_written = Prepared(
    lambda key: (
        Message.objects.filter(pk__gt=key)
        .order_by()
        .values("conversation")
        .annotate(
            last_seq=Max("seq"), last_visitor_seq=Coalesce(Max("visitor_seq"), 0), key=Max("pk")
        )
        .values_list(*_OF_WRITTEN)
    )
)
_visitors_of = Prepared(
    lambda conversations: Conversation.objects.filter(Among("pk", conversations)).values_list(
        "pk", "visitor"
    )
)
_OF_CHANGED = (
    *("pk", "public_id", "visitor", "department", "operator", "closed_at", "revision"),
    *("to_account", "to_department"),
)


def _changed_since(since: datetime) -> QuerySet[Conversation, tuple[Any, ...]]:
    pending = FilteredRelation("transfers", condition=Q(transfers__outcome=Outcome.PENDING))
    changed = Conversation.objects.filter(changed_at__gte=since).annotate(
        pending=pending,
        to_account=F("pending__to_account"),
        to_department=F("pending__to_department"),
    )
    return changed.values_list(*_OF_CHANGED)


_changed = Prepared(_changed_since)
