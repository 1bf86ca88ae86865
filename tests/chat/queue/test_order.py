"""The order of the waiting list: criticality goes first, and nobody starves."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.queue.order import MOST_PASSED, MOST_PASSED_LOW, head_start, place_of
from departments.criticality import Criticality

pytestmark = pytest.mark.once

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MOMENTS = st.integers(0, 24 * 3600).map(lambda seconds: NOON + timedelta(seconds=seconds))
REQUESTS = st.lists(st.tuples(st.sampled_from(Criticality), MOMENTS), max_size=40)


def served(requests):
    return sorted(requests, key=lambda one: place_of(*one))


def most_passed(criticality):
    return MOST_PASSED_LOW if criticality == Criticality.LOW else MOST_PASSED


def test_of_two_who_come_together_the_more_critical_is_next():
    order = served([(criticality, NOON) for criticality in Criticality])
    assert [criticality for criticality, _since in order] == list(reversed(Criticality))


def test_among_the_equally_critical_who_came_first_is_next():
    requests = [(Criticality.HIGH, NOON + MINUTE), (Criticality.HIGH, NOON)]
    assert served(requests) == requests[::-1]


def test_who_has_waited_for_half_an_hour_is_before_whatever_comes():
    ordinary = (Criticality.NORMAL, NOON)
    almost, after = [(Criticality.CRITICAL, NOON + n * MINUTE) for n in (29, 31)]
    assert served([after, almost, ordinary]) == [almost, ordinary, after]


@given(REQUESTS)
def test_nobody_is_passed_by_who_came_later_than_the_longest_head_start(requests):
    order = served(requests)
    for place, (criticality, since) in enumerate(order):
        ahead = [came for _criticality, came in order[:place]]
        assert all(came <= since + most_passed(criticality) for came in ahead)


@given(REQUESTS, st.integers(1, 3600))
def test_however_slowly_it_is_served_each_is_served_after_those_of_a_bounded_time_alone(
    requests, seconds
):
    """One after another, each as soon as the one before is done, whatever comes meanwhile."""
    left, now, done = list(requests), NOON, []
    while left:
        here = [one for one in left if one[1] <= now]
        if not here:
            now = min(since for _criticality, since in left)
            continue
        head = served(here)[0]
        left.remove(head)
        for criticality, since in here:
            if since + most_passed(criticality) < head[1]:
                raise AssertionError(f"{head} before {criticality}, waiting since {since}")
        done.append(head)
        now += timedelta(seconds=seconds)
    assert len(done) == len(requests)


def test_the_browser_is_told_seconds():
    assert [head_start(one) for one in Criticality] == [-600, 0, 600, 1800]
