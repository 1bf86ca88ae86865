"""How times are spread, in buckets of which each is a tenth longer than the one before it.

A percentile is told as the middle of its bucket, so it is off by less than five hundredths; what
took no second at all has a bucket of its own. Spreads add up, which percentiles do not.
"""

from collections.abc import Iterable, Mapping
from math import ceil, exp, log, sqrt

RATIO = 1.1
NONE = -1  # the bucket of what took no time

Spread = Mapping[int, int]  # {bucket: how many}


def bucket_of(seconds: float) -> int:
    """Of 1 second 0, and so on; below a second NONE."""
    if seconds < 1:
        return NONE
    bucket = int(log(seconds) / log(RATIO))
    # What the logarithm rounds over an edge.
    while RATIO**bucket > seconds:
        bucket -= 1
    while RATIO ** (bucket + 1) <= seconds:
        bucket += 1
    return bucket


def middle_of(bucket: int) -> float:
    """In seconds."""
    return 0.0 if bucket == NONE else exp(bucket * log(RATIO)) * sqrt(RATIO)


def percentile(spread: Spread, share: float) -> float | None:
    """The time that so large a share did not exceed, by nearest rank; none of nothing."""
    total = sum(spread.values())
    if total <= 0:
        return None
    rank, seen = max(1, ceil(share * total)), 0
    for bucket in sorted(spread):
        seen += spread[bucket]
        if seen >= rank:
            return middle_of(bucket)
    return None


def spread_of(times: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Of so many seconds, so often."""
    spread: dict[int, int] = {}
    for seconds, count in times:
        bucket = bucket_of(seconds)
        spread[bucket] = spread.get(bucket, 0) + count
    return spread
