"""Reading the log and the lists for sockets: the same rows, already in the wire's form."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
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
from chat.sockets.delivery import Entry, Page
from chat.sockets.pages import last_page_begins, read_page
from chat.wire.conversations import Listed
from chat.wire.faces import STAFF, face_of
from chat.wire.messages import encoded_for, encoded_message
from chat.wire.photos import with_photos
from operators.models import Account
from operators.prepared import Prepared

logger = logging.getLogger(__name__)

_ASKED = {MessageKind.RATING_REQUEST: "rating", MessageKind.SNAPSHOT_REQUEST: "snapshot"}


def visitor_entry(message: Message, conversation: Conversation) -> Entry:
    frame = encoded_message(message, conversation, face_of(conversation))
    return _for_visitor(message, frame)


def staff_entry(message: Message, conversation: Conversation | Listed) -> Entry:
    return _for_staff(message, encoded_message(message, conversation, STAFF))


def both_entries(message: Message, conversation: Conversation) -> tuple[Entry, Entry]:
    """The staff's, and the visitor's of what they may see."""
    faces = (STAFF, face_of(conversation))
    for_staff, for_visitor = encoded_for(faces, message, conversation)
    return _for_staff(message, for_staff), _for_visitor(message, for_visitor)


def _for_visitor(message: Message, frame: str) -> Entry:
    by_them = message.author_kind == AuthorKind.OPERATOR
    return Entry(message.visitor_seq or 0, frame, message.seq, by_them)


def _for_staff(message: Message, frame: str) -> Entry:
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
    # Joined to the entries, the conversations would be looked up for each.
    rows = _written.all(key=key)
    visitors = dict(_writing.all(key=key)) if rows else {}
    return [{**row, "visitor": visitors.get(row["conversation"])} for row in rows]


def _beyond(key: int) -> QuerySet[Any, Any]:
    written = Message.objects.filter(pk__gt=key).values("conversation")
    return written.annotate(
        last_seq=Max("seq"), last_visitor_seq=Coalesce(Max("visitor_seq"), 0), key=Max("pk")
    )


_written = Prepared(_beyond)
_writing = Prepared(
    lambda key: Conversation.objects.filter(
        pk__in=Message.objects.filter(pk__gt=key).values("conversation")
    ).values_list("pk", "visitor")
)


def latest_key() -> int:
    return Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def changed_since(since: datetime) -> list[dict[str, Any]]:
    """What the pulse compares revisions with: conversations whose state changed lately, by an
    indexed read of them and one of who is in them.
    """
    touched = _changed.all(since=since)
    guests = participation.changed_since(since) if touched else {}
    nobody = participation.accounts_of(())
    return [{**row, **guests.get(row["pk"], nobody)} for row in touched]


def _touched(since: datetime) -> QuerySet[Any, Any]:
    pending = FilteredRelation("transfers", condition=Q(transfers__outcome=Outcome.PENDING))
    changed = Conversation.objects.filter(changed_at__gte=since).annotate(pending=pending)
    return changed.values(
        "pk",
        "public_id",
        "visitor",
        "department",
        "operator",
        "closed_at",
        "revision",
        to_account=F("pending__to_account"),
        to_department=F("pending__to_department"),
    )


_changed = Prepared(_touched)
