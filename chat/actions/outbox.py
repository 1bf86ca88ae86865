"""What all outboxes do alike: rows are taken by a lease, tried again for a day, begun anew.

Of two couriers one has a row, and what a courier held that died is free again when its lease is
over. Then it is sent again under the same id; between sending and noting nothing can be told from
nothing.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from chat.models.outbox import OutboxRow

State = OutboxRow.State
DAY = timedelta(days=1)
# Between the attempts at one row, all within a day; the last pause repeats.
PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 30, 120, 600, 1800, 3600, 2 * 3600, 4 * 3600, 8 * 3600)
)


def take(held: QuerySet[Any, Any], span: timedelta, *, at: datetime) -> uuid.UUID:
    """The lease by which they are held; the caller has locked them."""
    lease = uuid.uuid4()
    held.update(lease=lease, leased_until=at + span)
    return lease


def settle(row: OutboxRow, *, has_arrived: bool, is_final: bool = False, at: datetime) -> None:
    """After an attempt; the caller saves it. What is final, or has failed for a day, is dead."""
    row.tries += 1
    row.lease = row.leased_until = None
    ends = row.begun_at + DAY
    if has_arrived or is_final or at >= ends:
        row.state, row.done_at = State.SENT if has_arrived else State.DEAD, at
        return
    pause = PAUSES[min(row.tries, len(PAUSES)) - 1]
    row.next_at = min(at + pause, ends)


def renew(found: QuerySet[Any, Any], *, at: datetime) -> int:
    return found.update(
        state=State.PENDING,
        tries=0,
        next_at=at,
        begun_at=at,
        done_at=None,
        lease=None,
        leased_until=None,
    )
