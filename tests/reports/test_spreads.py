"""Percentiles out of buckets: near enough, and of sums as of their parts."""

from collections import Counter
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.spreads import NONE, bucket_of, middle_of, percentile, spread_of

SECONDS = st.integers(0, 40_000_000)
TIMES = st.lists(SECONDS, min_size=1, max_size=40)


def exact(times, share):
    return sorted(times)[max(1, ceil(share * len(times))) - 1]


@settings(max_examples=60)
@given(TIMES, st.sampled_from([0.5, 0.9, 0.99]))
def test_a_percentile_is_off_by_less_than_five_hundredths(times, share):
    told = percentile(spread_of(Counter(times).items()), share)
    assert told == pytest.approx(exact(times, share), rel=0.05)


@settings(max_examples=60)
@given(SECONDS)
def test_every_time_is_within_its_bucket(seconds):
    assert middle_of(bucket_of(seconds)) == pytest.approx(seconds, rel=0.05)


def test_what_took_no_time_is_apart():
    assert bucket_of(0) == NONE
    assert percentile(spread_of([(0, 3)]), 0.5) == 0


def test_nothing_has_no_percentile():
    assert percentile({}, 0.5) is None
