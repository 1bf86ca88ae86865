"""Conversations that were, day by day: by the calendar of their site."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Min, QuerySet
from django.db.models.functions import TruncDate
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_date
from django.utils.timezone import localtime

from chat.models import Closing, Conversation, Message, MessageKind
from chat.models.conversations import ConversationQuerySet
from chat.sockets.history import whole
from chat.text import number
from chat.wire.faces import STAFF
from chat.wire.messages import message_context

CONVERSATIONS = 10  # of one page of the list
DAYS = 200  # of them all: the latest
MESSAGES = 50  # of one page of a day
BEFORE_FOUND = 10  # of these, so many lead up to what was found


@dataclass(frozen=True)
class Day:
    """Of one conversation."""

    date: date
    began_at: datetime
    ended_at: datetime
    count: int


def zone_of(conversation: Conversation) -> ZoneInfo:
    return ZoneInfo(conversation.visitor.site.time_zone)


def days_shown(
    conversations: ConversationQuerySet, *, before: int, zone: ZoneInfo
) -> dict[str, Any]:
    """A page of one visitor's conversations, the latest first, before the one with that key."""
    found = conversations.select_related("operator", "department").order_by("-pk")
    listed = list((found.filter(pk__lt=before) if before else found)[: CONVERSATIONS + 1])
    shown = listed[:CONVERSATIONS]
    days = _days_of(shown, zone)
    held = Closing.objects.current().filter(conversation__in=shown)
    closings = {closing.conversation_id: closing for closing in held}
    return {
        "listed": [
            {"one": one, "days": days[one.pk], "closing": closings.get(one.pk)} for one in shown
        ],
        "more": listed[CONVERSATIONS - 1].pk if len(listed) > CONVERSATIONS else 0,
        "before": before,
    }


def _days_of(conversations: Iterable[Conversation], zone: ZoneInfo) -> dict[int, list[Day]]:
    """By conversation, the latest first."""
    said = Message.objects.said().filter(conversation__in=conversations)
    counted = said.values("conversation", on=TruncDate("created_at", tzinfo=zone)).annotate(
        began_at=Min("created_at"), ended_at=Max("created_at"), count=Count("pk")
    )
    days: dict[int, list[Day]] = defaultdict(list)
    for row in counted.order_by("-on", "-conversation")[:DAYS]:
        day = Day(row["on"], row["began_at"], row["ended_at"], row["count"])
        days[row["conversation"]].append(day)
    return days


def asked_day(conversation: Conversation, asked: Mapping[str, str]) -> dict[str, Any]:
    """The day of the message `seq`, which is what was `found`; or else the `day` that is named, or
    the first. Raises Http404 for a message that is not there.
    """
    seq, zone = number(asked.get("seq", "")), zone_of(conversation)
    found = get_object_or_404(conversation.messages.said(), seq=seq) if seq else None
    day = _named_day(asked.get("day", "")) or _day_in(zone, (found or conversation))
    before, after = number(asked.get("before", "")), number(asked.get("after", ""))
    shown = day_shown(conversation, day, found=seq, before=before, after=after)
    return {
        "found": found,
        "part": "earlier" if before else "later" if after else "",
        "closing": conversation.closings.current().first(),
        **shown,
    }


def _named_day(text: str) -> date | None:
    with suppress(ValueError):
        return parse_date(text)
    return None


def _day_in(zone: ZoneInfo, one: Message | Conversation) -> date:
    at = one.created_at if isinstance(one, Message) else one.started_at
    return localtime(at, zone).date()


def day_shown(
    conversation: Conversation, day: date, *, found: int = 0, before: int = 0, after: int = 0
) -> dict[str, Any]:
    """A page of that day's log: around the number `found`, before or after another, or its first.

    `earlier` and `later` are the numbers by which one goes on; 0 where there is no more.
    """
    log = _log_of(conversation, day)
    if before:
        listed = list(log.filter(seq__lt=before).order_by("-seq")[: MESSAGES + 1])
        page = listed[:MESSAGES][::-1]
        return _page(day, page, found, earlier=len(listed) > MESSAGES)
    # Numbers have no holes: one that is before the first of the page says that there are more.
    begins = max(1, found - BEFORE_FOUND) if found else after + 1
    listed = list(log.filter(seq__gte=begins - bool(found)).order_by("seq")[: MESSAGES + 2])
    page = [message for message in listed if message.seq >= begins]
    is_led = len(page) < len(listed)
    return _page(day, page[:MESSAGES], found, earlier=is_led, later=len(page) > MESSAGES)


def _page(
    day: date, page: list[Message], found: int, *, earlier: bool = False, later: bool = False
) -> dict[str, Any]:
    said = whole(message for message in page if message.kind != MessageKind.AMENDED)
    return {
        "day": day,
        "messages": [_shown(message, found) for message in said],
        "earlier": page[0].seq if page and earlier else 0,
        "later": page[-1].seq if page and later else 0,
    }


def _log_of(conversation: Conversation, day: date) -> QuerySet[Message]:
    begins = datetime.combine(day, time.min, zone_of(conversation))
    ends = datetime.combine(day + timedelta(days=1), time.min, zone_of(conversation))
    return conversation.messages.filter(created_at__gte=begins, created_at__lt=ends)


def _shown(message: Message, found: int) -> dict[str, Any]:
    return message_context(message, STAFF) | {
        "created_at": message.created_at,
        "is_found": message.seq == found,
    }
