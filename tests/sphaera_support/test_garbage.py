"""Cycles that die are collected, also those that were set apart while they lived."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from sphaera_support import garbage
from sphaera_support.garbage import WEIGH_EVERY, Sweeper

pytestmark = pytest.mark.once


class Ring:
    """Alive by itself: only the collector can end it."""

    def __init__(self) -> None:
        self.itself = self
        self.weight: list[list[int]] = [[] for _ in range(1000)]


@pytest.fixture
def sweeper(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sweeper]:
    monkeypatch.setattr(garbage, "LEAST_GROWTH", 500)
    monkeypatch.setattr(garbage, "MOST_GROWTH", 1.0)
    gc.disable()
    yield Sweeper()
    gc.enable()
    gc.unfreeze()


def test_a_new_cycle_goes_with_the_next_sweep(sweeper: Sweeper):
    sweeper.sweep(0.0)
    gone = weakref.ref(Ring())
    sweeper.sweep(1.0)
    assert gone() is None


def test_what_lives_is_not_looked_at_again(sweeper: Sweeper):
    ring = Ring()
    sweeper.sweep(0.0)
    assert not any(known is ring for known in gc.get_objects())


def test_a_cycle_that_was_set_apart_goes_when_there_is_much_more_than_before(sweeper: Sweeper):
    sweeper.sweep(0.0)
    ring = Ring()
    gone = weakref.ref(ring)
    sweeper.sweep(1.0)
    del ring
    sweeper.sweep(2.0)
    assert gone() is not None
    sweeper.sweep(WEIGH_EVERY)
    assert gone() is None
