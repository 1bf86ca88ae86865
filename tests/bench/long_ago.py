"""Conversations that were closed long ago, past the actions into the database, and what a purge of
them took.

manage.py shell -c "from tests.bench.long_ago import write; write(4000, 15)"
"""

from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from chat.actions.history import index_history
from chat.models import Conversation, Destruction, Message, PurgeRun, Visitor
from departments.models import Department, Site
from reports.actions.counting import count_all
from tests.bench.written import copy_messages, message_of

AT_ONCE = 200  # conversations
AGO = timedelta(days=4 * 365)


def write(conversations: int, messages: int) -> None:
    at = timezone.now() - AGO
    with transaction.atomic():
        written = _written(conversations, messages)
        first, *others = (one.pk for one in written)
        Message.objects.bulk_create(
            message_of(written[0], seq, at + timedelta(seconds=seq))
            for seq in range(1, messages + 1)
        )
        for start in range(0, len(others), AT_ONCE):
            copy_messages(first, others[start : start + AT_ONCE])
    # As the product does within seconds of the closing.
    count_all(timedelta(hours=1))
    while index_history(at=timezone.now() + timedelta(days=1)).is_more:
        pass


def _written(conversations: int, messages: int) -> list[Conversation]:
    at, site = timezone.now() - AGO, Site.objects.own().get()
    visitors = Visitor.objects.bulk_create(
        Visitor(site=site, subject=f"long-ago-{uuid4()}", name="Гость", first_seen_at=at)
        for _number in range(conversations)
    )
    department = Department.objects.filter(level=1).first()
    return Conversation.objects.bulk_create(
        Conversation(
            visitor=visitor,
            department=department,
            started_at=at,
            waiting_since=at,
            queued_at=at,
            changed_at=at,
            closed_at=at,
            last_message_at=at,
            last_seq=messages,
            last_visitor_seq=messages,
        )
        for visitor in visitors
    )


def tell() -> None:
    """Messages deleted in a second, and the longest pause between two batches in milliseconds."""
    run = PurgeRun.objects.earliest("pk")
    logged = Destruction.objects.filter(run=run, rule="conversations")
    times = [run.started_at, *logged.order_by("at").values_list("at", flat=True)]
    longest = max(later - earlier for earlier, later in pairwise(times[1:]))
    seconds = (times[-1] - times[0]).total_seconds()
    print(run.rows["chat.Message"] / seconds, longest.total_seconds() * 1e3)
