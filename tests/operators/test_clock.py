"""The clock of a process counts on, whatever the machine's does."""

import time
from datetime import timedelta

import pytest

from operators import clock
from operators.clock import SteadyClock

SECOND = timedelta(seconds=1)


class Machine:
    """Its ticks go on evenly; its wall clock is set by hand."""

    def __init__(self):
        self.ticks = 1000.0
        self.steady = SteadyClock(lambda: self.ticks)
        self.wall = self.steady.now()
        assert not self.beat(0)

    def beat(self, seconds=1.0):
        self.ticks += seconds
        self.wall += seconds * SECOND
        return self.steady.follow(self.wall, self.ticks)

    def difference(self):
        return abs(self.steady.now() - self.wall)


@pytest.fixture
def machine():
    return Machine()


@pytest.mark.parametrize("jump", [40, -40, 3600, -3600])
def test_a_jump_for_a_moment_is_none(machine, jump):
    before = machine.steady.now()
    machine.wall += jump * SECOND
    assert not any(machine.beat() for _beat in range(10))
    machine.wall -= jump * SECOND
    assert not machine.beat()
    assert machine.steady.now() - before < 12 * SECOND
    assert machine.difference() < SECOND


@pytest.mark.parametrize("jump", [40, -40, 3600, -3600])
def test_a_jump_that_stays_is_followed_and_said_once(machine, jump):
    machine.wall += jump * SECOND
    assert sum(machine.beat() for _beat in range(60)) == 1
    assert machine.difference() < 0.001 * SECOND


def test_two_jumps_for_a_moment_are_not_one_that_stays(machine):
    for _time in range(3):
        machine.wall += 40 * SECOND
        assert not any(machine.beat() for _beat in range(15))
        machine.wall -= 40 * SECOND
        assert not machine.beat()


def test_a_clock_that_is_a_little_slow_is_made_up_for_without_going_back(machine):
    machine.wall -= 0.6 * SECOND
    last = machine.steady.now()
    for _beat in range(20):
        assert not machine.beat(0.1)
        assert machine.steady.now() > last
        last = machine.steady.now()
    assert machine.difference() < 0.001 * SECOND


def test_the_first_reference_is_taken_at_once():
    """A database on another machine, whose clock differs from ours by whatever it does."""
    ticks = 5.0
    steady = SteadyClock(lambda: ticks)
    theirs = steady.now() + 7 * SECOND
    assert steady.follow(theirs, ticks)
    assert abs(steady.now() - theirs) < 0.001 * SECOND


def test_the_reference_is_read(db):
    reading = clock.read_reference()
    assert reading is not None
    shown, ticks = reading
    assert abs(shown.timestamp() - ticks - time.time() + time.monotonic()) < 1
