"""Reading chats among staff for their members: sockets, pages, search.

Each function asks for the membership anew; who is no member any more reads nothing.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from chat import access
from chat.models import ChatMember, InternalChat, InternalMessage
from chat.rooms import wire
from chat.sockets.delivery import PAGE_BYTES, Entry, Page
from chat.sockets.pages import last_page, last_page_begins, read_page
from chat.text import clean_line, folded
from chat.wire.photos import with_photos
from operators.models import Account
from operators.prepared import Prepared

logger = logging.getLogger(__name__)

PARTS = ("attachments", "quotes__attachments")  # of a message, besides its row
MOST_FOUND = 50  # messages a search shows, the latest
SHORTEST_SEARCH = 2  # characters
LONGEST_SEARCH = 200


@dataclass
class ChatState:
    """One chat as one member finds it."""

    chat: InternalChat
    members: list[ChatMember]
    read_seq: int
    unread: int

    @property
    def reads(self) -> list[tuple[int, int]]:
        return reads_of(self.members)

    @property
    def names(self) -> list[tuple[int | None, str]]:
        return [(member.account_id, str(member)) for member in self.members]


def reads_of(members: Iterable[ChatMember]) -> list[tuple[int, int]]:
    """(account, what they have seen) of those who can read."""
    return [
        (member.account.pk, member.read_seq)
        for member in members
        if member.account is not None and member.account.is_active
    ]


def read_by_all(reads: Iterable[tuple[int, int]], but: int) -> int:
    """What everybody else has seen; 0 where there is nobody."""
    return min((seq for account, seq in reads if account != but), default=0)


def positions_of(account: Account) -> dict[int, int]:
    """{chat: its last number}, those written in latest first."""
    return dict(_positions.all(member=account.pk))


_positions = Prepared(
    lambda member: (
        access.chats_of(member).order_by("-changed_at", "-pk").values_list("pk", "last_seq")
    )
)


def states_of(account: Account, **lookup: Any) -> list[ChatState]:
    """The account's chats, two queries for all of them."""
    if lookup:
        found = list(_own(account.pk).filter(chat__in=InternalChat.objects.filter(**lookup)))
    else:
        found = _all_own.all(account=account.pk)
    if not found:
        return []
    members: dict[int, list[ChatMember]] = {one.chat_id: [] for one in found}
    for member in list(_in(members)) if lookup else _in_all.all(account=account.pk):
        if member.chat_id in members:
            members[member.chat_id].append(member)
    return [ChatState(one.chat, members[one.chat_id], one.read_seq, one.unread) for one in found]


def _own(account: int) -> "QuerySet[Any]":
    mine = ChatMember.objects.current().filter(account=account).select_related("chat")
    return mine.annotate(unread=_unread(account))


def _in(chats: Any) -> QuerySet[ChatMember]:
    present = ChatMember.objects.current().filter(chat__in=chats)
    return present.select_related("account").order_by("name", "pk")


_all_own = Prepared(_own)
_in_all = Prepared(lambda account: _in(access.chats_of(account)))


def _unread(account: int) -> Any:
    """What others wrote beyond the member's pointer."""
    theirs = (
        InternalMessage.objects.said()
        .filter(chat=OuterRef("chat"), seq__gt=OuterRef("read_seq"), retracted_at=None)
        .exclude(author=account)
        .order_by()
        .values("chat")
        .annotate(count=Count("pk"))
    )
    return Coalesce(Subquery(theirs.values("count")), 0)


def unread_up_to(account: Account, state: ChatState, seq: int) -> int:
    theirs = state.chat.messages.filter(seq__gt=state.read_seq, seq__lte=seq, retracted_at=None)
    return theirs.said().exclude(author=account).count()


def state_of(account: Account, **lookup: Any) -> ChatState | None:
    return next(iter(states_of(account, **lookup)), None)


def find_chat(account: Account, public_id: str) -> InternalChat | None:
    return access.chats_visible_to(account).filter(public_id=public_id).first()


def read_for_member(account: Account, chat_id: int, after: int, room: int = PAGE_BYTES) -> Page:
    found = (
        with_photos(InternalMessage.objects.all())
        .filter(chat=chat_id, seq__gt=after)
        .filter(chat__in=access.chats_visible_to(account))
        .select_related("chat")
        .prefetch_related(*PARTS, _amended(), *(f"amends__{part}" for part in PARTS))
        .order_by("seq")
    )
    return read_page(found, lambda one: wire.entry(one, one.chat.public_id, account.pk), room=room)


def _amended() -> "Prefetch[Any]":
    return Prefetch("amends", with_photos(InternalMessage.objects.all()))


def read_missed(
    account: Account, behind: Mapping[int, int], room: int = PAGE_BYTES
) -> dict[int, Sequence[Entry]]:
    """Of each {chat: number} what is beyond, one page for all of them together.

    One that cannot be read keeps nobody from the others.
    """
    missed: dict[int, Sequence[Entry]] = {}
    for chat_id, after in behind.items():
        if room <= 0:
            break
        try:
            entries = read_for_member(account, chat_id, after, room).entries
        except Exception:
            logger.exception("chat %s cannot be read", chat_id)
            continue
        room -= sum(len(entry.frame.encode()) for entry in entries)
        if entries:
            missed[chat_id] = entries
    return missed


def where_last_page_begins(chat: InternalChat) -> int:
    """The number to go on from for who is given no more than the latest messages."""
    return last_page_begins(chat.messages.all())


def changed_since(since: datetime) -> list[dict[str, Any]]:
    """What the pulse compares cursors with: chats touched lately, with their members of now."""
    rows = [dict(zip(_OF_CHANGED, row, strict=True)) for row in _changed.all(since=since)]
    if not rows:
        return []
    members: dict[int, set[int]] = {row["pk"]: set() for row in rows}
    present = ChatMember.objects.current().filter(chat__in=members, account__isnull=False)
    for chat_id, account_id in present.values_list("chat", "account"):
        members[chat_id].add(account_id)
    return [{**row, "members": members[row["pk"]]} for row in rows]


_OF_CHANGED = ("pk", "public_id", "last_seq", "revision")
_changed = Prepared(
    lambda since: InternalChat.objects.filter(changed_at__gte=since).values_list(*_OF_CHANGED)
)


def latest(chat: InternalChat, *, before: int | None = None) -> list[InternalMessage]:
    """A page, in the order of numbers."""
    found = with_photos(chat.messages.prefetch_related(*PARTS))
    return last_page(found if before is None else found.filter(seq__lt=before))


def search(chat: InternalChat, query: str) -> QuerySet[InternalMessage]:
    """What people wrote with these characters in it, the latest first, whatever the case."""
    wanted = folded(clean_line(query, LONGEST_SEARCH))
    if len(wanted) < SHORTEST_SEARCH:
        return chat.messages.none()
    return chat.messages.filter(folded__contains=wanted).order_by("-seq")[:MOST_FOUND]
