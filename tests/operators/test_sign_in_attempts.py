"""Passwords are examined a few at a time; who waits is bounded too."""

import threading
from queue import Queue

import pytest

from operators.attempts import (
    MOST_ADDRESSES,
    MOST_AT_ONCE,
    MOST_FAILURES,
    MOST_WAITING,
    Attempts,
    TooManyAttempts,
)
from tests.wires import PATIENCE


class Applicant(threading.Thread):
    """Tries to sign in and, once their password is being examined, waits for `enough`."""

    refused: "Queue[Applicant]" = Queue()

    def __init__(self, attempts: Attempts, address: str, enough: threading.Event) -> None:
        super().__init__(daemon=True)
        self.is_examined = threading.Event()
        self._attempts, self._address, self._enough = attempts, address, enough
        self.start()

    def run(self) -> None:
        try:
            with self._attempts.attempt(self._address):
                self.is_examined.set()
                self._enough.wait(PATIENCE)
        except TooManyAttempts:
            self.refused.put(self)


@pytest.fixture
def enough():
    event = threading.Event()
    yield event
    event.set()


def test_so_many_are_examined_at_once_and_the_others_wait_their_turn(enough):
    attempts = Attempts()
    crowd = [Applicant(attempts, f"192.0.2.{n}", enough) for n in range(MOST_AT_ONCE + 2)]
    for applicant in crowd[:MOST_AT_ONCE]:
        assert applicant.is_examined.wait(PATIENCE)
    assert sum(applicant.is_examined.is_set() for applicant in crowd) == MOST_AT_ONCE
    enough.set()
    assert all(applicant.is_examined.wait(PATIENCE) for applicant in crowd)


def test_so_many_wait_and_the_others_are_told_to_come_back(enough):
    attempts = Attempts()
    places = MOST_AT_ONCE + MOST_WAITING
    crowd = [Applicant(attempts, f"192.0.2.{n}", enough) for n in range(places + 1)]
    crowd.remove(Applicant.refused.get(timeout=PATIENCE))
    enough.set()
    assert all(applicant.is_examined.wait(PATIENCE) for applicant in crowd)


def test_who_was_refused_takes_nobody_s_place():
    attempts = Attempts()
    for _attempt in range(MOST_FAILURES):
        with attempts.attempt("192.0.2.1"):
            pass
    for _attempt in range(2 * MOST_WAITING):
        with pytest.raises(TooManyAttempts), attempts.attempt("192.0.2.1"):
            pass
    with attempts.attempt("192.0.2.2"):
        pass


def test_addresses_without_failures_are_forgotten():
    attempts = Attempts()
    for number in range(2 * MOST_ADDRESSES):
        with attempts.attempt(f"10.0.{number // 256}.{number % 256}") as failures:
            failures.put_back(1)
    assert len(attempts._buckets) <= MOST_ADDRESSES + 1
