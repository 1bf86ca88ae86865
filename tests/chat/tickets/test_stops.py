"""When the clock of a ticket stood still, out of what it became and when."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.models import STOPPED, TicketStatus
from chat.tickets.deadlines import stops_in

pytestmark = pytest.mark.once

SINCE = datetime(2026, 11, 26, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)

histories = st.lists(
    st.tuples(
        st.integers(-1, 9).map(lambda hours: SINCE + hours * HOUR), st.sampled_from(TicketStatus)
    ),
    max_size=12,
)


def is_stopped_at(at, changes):
    """By the last change before."""
    before = [status for since, status in changes if since <= at]
    return bool(before) and before[-1] in STOPPED


@given(histories.map(lambda found: sorted(found, key=lambda change: change[0])))
def test_within_stops_it_stood_and_outside_it_ran(changes):
    stops = stops_in(SINCE, changes)
    for minutes in range(0, 600, 30):
        at = SINCE + timedelta(minutes=minutes + 15)
        within = any(begins <= at and (ends is None or at < ends) for begins, ends in stops)
        assert within == is_stopped_at(at, changes)


@given(histories)
def test_they_are_in_order_whatever_clocks_say(changes):
    stops = stops_in(SINCE, changes)
    assert all(ends is not None for _begins, ends in stops[:-1])
    edges = [edge for stop in stops for edge in stop if edge is not None]
    assert all(edge >= SINCE for edge in edges)
    assert all(one <= other for one, other in pairwise(edges))


def test_solved_after_it_waited_is_one_stop():
    changes = [(SINCE, "customer"), (SINCE + HOUR, "solved"), (SINCE + 2 * HOUR, "work")]
    assert stops_in(SINCE, changes) == [(SINCE, SINCE + 2 * HOUR)]
