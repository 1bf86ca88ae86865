"""What an operator's socket begins with: which conversations there are for it, and what of their
logs is missing.
"""

import logging
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Length

from chat import access, participation
from chat.models import Conversation, Message
from chat.models.conversations import ConversationQuerySet
from chat.sockets.delivery import PAGE, PAGE_BYTES, Entry, fitting
from chat.sockets.history import staff_entry, whole
from chat.sockets.pages import read_page, within_reach
from chat.wire.conversations import LISTED, Listed
from operators.models import Account
from operators.prepared import Prepared

logger = logging.getLogger(__name__)

MOST_FOLLOWED = 100  # conversations of one kind that a fresh socket is given
MOST_NAMED = 500  # of those that its client names


@dataclass
class Beginning:
    """What an operator's socket begins with."""

    # In which the account is a guest and may write.
    joined: set[int]
    # Those to follow, each with the number its client has or is taken to have.
    followed: list[tuple[Listed, int]]
    # Others' open ones, merely to list.
    others: list[Listed]
    # Of the followed, what was written beyond those numbers, as far as one page reaches.
    missed: list[tuple[Listed, Sequence[Entry]]]


def beginning(account: Account, after: Mapping[str, int], *, with_latest: bool) -> Beginning:
    """Followed are those that the client names, own ones, those offered to them or waiting, and
    those they are invited to or take part in; listed also others' open ones.

    However many there are, a page of their logs is read: what is beyond the numbers named and, for
    a client `with_latest`, what was said last in its own that it did not name. All else is followed
    from now on: rows, counts and pages come by HTTP.
    """
    joined = participation.joined_by(account)
    own = [Listed(*row) for part in _own for row in part.all(operator=account.pk)]
    waiting = [Listed(*row) for row in _waiting.all(account)]
    named = _named(account, list(after)[:MOST_NAMED], (*own, *waiting))
    # A client may claim more than there is, after a restore from a copy: it must not miss it.
    behind = {one.pk: (one, min(after[one.public_id], one.last_seq)) for one in named}
    unnamed = {one.pk: one for one in own if one.pk not in behind}
    followed = dict(behind)
    for one in (*unnamed.values(), *waiting):
        followed.setdefault(one.pk, (one, one.last_seq))
    others = [one for one in map(Listed._make, _others.all(account)) if one.pk not in followed]
    missed = read_missed(pair for pair in behind.values() if pair[1] < pair[0].last_seq)
    room = PAGE_BYTES - sum(len(one.frame.encode()) for _conv, given in missed for one in given)
    latest = read_latest(unnamed.values(), room) if with_latest else []
    return Beginning(joined, list(followed.values()), others, [*missed, *latest])


def _listed(found: ConversationQuerySet) -> QuerySet[Conversation, tuple[Any, ...]]:
    return found.values_list(*LISTED)[:MOST_FOLLOWED]


# Own ones, those on their way, those one is asked into, and those one has joined.
_own = (
    Prepared(
        lambda operator: _listed(
            Conversation.objects.active().filter(operator=operator).order_by("-last_message_at")
        )
    ),
    Prepared(lambda operator: _listed(access.offered_to(operator))),
    Prepared(lambda operator: _listed(access.inviting(operator))),
    Prepared(lambda operator: _listed(access.joined_by(operator))),
)
_waiting = access.SeenBy(lambda seen, _operator: _listed(seen.waiting().in_queue_order()))
_others = access.SeenBy(lambda seen, operator: _listed(seen.active().exclude(operator=operator)))


def _named(account: Account, names: Sequence[str], known: Iterable[Listed]) -> list[Listed]:
    """Nearly all that a client names are among those that are read anyway."""
    found = {one.public_id: one for one in known}
    unknown = [name for name in names if name not in found]
    if unknown:
        others = access.visible_to(account).filter(public_id__in=unknown)
        found |= {one.public_id: one for one in map(Listed._make, others.values_list(*LISTED))}
    return [found[name] for name in names if name in found]


# What is to be read of a conversation: given the bytes and the entries that there is room for.
Reading = Callable[[int, int], Sequence[Entry]]


def read_missed(behind: Iterable[tuple[Listed, int]]) -> list[tuple[Listed, Sequence[Entry]]]:
    """Of each conversation what is beyond the number."""
    found = [(one, partial(_beyond, one, after)) for one, after in behind]
    return _read_a_page(found, PAGE_BYTES, most=sys.maxsize)


def read_latest(conversations: Iterable[Listed], room: int) -> list[tuple[Listed, Sequence[Entry]]]:
    """What was written last in the first of these."""
    return _read_a_page([(one, partial(_latest, one)) for one in conversations], room, most=PAGE)


def _read_a_page(
    readings: Iterable[tuple[Listed, Reading]], room: int, *, most: int
) -> list[tuple[Listed, Sequence[Entry]]]:
    """One page for all of them together. One that cannot be read keeps nobody from the others."""
    told: list[tuple[Listed, Sequence[Entry]]] = []
    for conversation, read in readings:
        if room <= 0 or most <= 0:
            break
        try:
            entries = read(room, most)
        except Exception:
            logger.exception("conversation %s cannot be read", conversation.pk)
            continue
        room -= sum(len(entry.frame.encode()) for entry in entries)
        most -= len(entries)
        if entries:
            told.append((conversation, entries))
    return told


def _beyond(conversation: Listed, after: int, room: int, _most: int) -> Sequence[Entry]:
    found = Message.objects.filter(conversation=conversation.pk, seq__gt=after).order_by("seq")
    page = read_page(found, lambda one: staff_entry(one, conversation), load=whole, room=room)
    return page.entries


def _latest(conversation: Listed, room: int, most: int) -> Sequence[Entry]:
    numbers, _more = within_reach(_lengths.all(conversation=conversation.pk), most)
    if not numbers:
        return []
    first, last = numbers[-1], numbers[0]
    messages = whole(_between.all(conversation=conversation.pk, first=first, last=last))
    backwards = fitting((staff_entry(one, conversation) for one in reversed(messages)), room)
    return backwards[::-1]


_lengths = Prepared(
    lambda conversation: (
        Message.objects.filter(conversation=conversation)
        .order_by("-seq")
        .values_list("seq", Length("text"))[: PAGE + 1]
    )
)
_between = Prepared(
    lambda conversation, first, last: Message.objects.filter(
        conversation=conversation, seq__gte=first, seq__lte=last
    ).order_by("seq")
)
