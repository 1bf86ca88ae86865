"""Where a waiting conversation stands in its department's queue."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from chat.models import Conversation
from operators.prepared import Prepared

# How many places of the queue are told when it moves; those further back learn as they come.
TOLD_POSITIONS = 50


def queue_position(conversation: Conversation) -> int | None:
    """1 for the head of the department's queue; None when not waiting."""
    if conversation.state != "waiting":
        return None
    ahead = _ahead.first(
        department=conversation.department_id, place=conversation.queued_at, key=conversation.pk
    )
    return (ahead or 0) + 1


def _count_ahead(department: int, place: datetime, key: int) -> QuerySet[Conversation, int]:
    ahead = Conversation.objects.waiting().filter(
        Q(queued_at__lt=place) | Q(queued_at=place, pk__lt=key), department=department
    )
    of_one = ahead.order_by().values("department").annotate(count=Count("pk"))
    return of_one.values_list("count", flat=True)


_ahead = Prepared(_count_ahead)


def told_positions() -> list[tuple[int, int, int]]:
    """(conversation, visitor, place) of all who are told theirs."""
    return _told.all()


def _ranked() -> QuerySet[Conversation, tuple[Any, ...]]:
    rank = Window(RowNumber(), partition_by=F("department"), order_by=("queued_at", "pk"))
    ranked = Conversation.objects.waiting().annotate(position=rank)
    told = ranked.filter(position__lte=TOLD_POSITIONS)
    return told.values_list("pk", "visitor", "position")


_told = Prepared(_ranked)


def head_of_queue(department_id: int) -> Iterator[tuple[int, Conversation]]:
    """Those who are told their place, with it."""
    waiting = Conversation.objects.waiting().filter(department=department_id)
    whole = waiting.select_related("visitor", "operator", "department")
    return enumerate(whole.in_queue_order()[:TOLD_POSITIONS], start=1)
