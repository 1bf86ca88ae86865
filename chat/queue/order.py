"""In which order a department's waiting list is served: pure.

Whoever waits stands where they would if they had come earlier by the head start of their
criticality. Since places never change while people wait, nobody who comes later than MOST_PASSED
goes before anybody who is not of low criticality: a stream of critical requests starves no one.
The browser orders alike (static/js/zone/visitor-list.js).
"""

from datetime import datetime, timedelta

from departments.criticality import Criticality

HEAD_STARTS = {
    Criticality.LOW: timedelta(minutes=-10),
    Criticality.NORMAL: timedelta(),
    Criticality.HIGH: timedelta(minutes=10),
    Criticality.CRITICAL: timedelta(minutes=30),
}
# How long after somebody began to wait others may still come in before them.
MOST_PASSED = max(HEAD_STARTS.values())
MOST_PASSED_LOW = MOST_PASSED - HEAD_STARTS[Criticality.LOW]


def place_of(criticality: int, since: datetime) -> datetime:
    """Who has the earliest is next; `since` is when they began to wait."""
    return since - HEAD_STARTS[Criticality(criticality)]


def head_start(criticality: int) -> int:
    """In seconds, for what orders by itself."""
    return int(HEAD_STARTS[Criticality(criticality)].total_seconds())
