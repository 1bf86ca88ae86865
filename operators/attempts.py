"""Trying to sign in: how often one address may, and how many passwords are examined at a time.

To examine one takes 100 MB and all cores for a third of a second: twenty side by side would leave
nothing to those who are in.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

from django.db import connection

from operators.addresses import network_of
from operators.buckets import Bucket

MOST_AT_ONCE = 1  # a second one would only share the cores with the first, and double the memory
MOST_WAITING = 30
RETRY_AFTER = 10  # seconds
MOST_FAILURES = 30  # of one address; then one in RETRY_AFTER, so that an office is never shut out
MOST_ADDRESSES = 1000  # remembered before those are forgotten that may do all again


class TooManyAttempts(Exception):
    """Nothing was examined: try again after RETRY_AFTER."""


class Attempts:
    """Of one process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._buckets: dict[str, Bucket] = {}
        self._room = BoundedSemaphore(MOST_AT_ONCE + MOST_WAITING)
        self._examining = BoundedSemaphore(MOST_AT_ONCE)

    @contextmanager
    def attempt(self, address: str) -> Iterator[Bucket]:
        """Wait for one's turn to examine a password. Raises TooManyAttempts.

        It counts as a failure, unless one is put back into the bucket.
        """
        bucket = self._bucket(network_of(address))
        with self._lock:
            may_try = bucket.take()
        if not may_try:
            raise TooManyAttempts
        if not self._room.acquire(blocking=False):
            bucket.put_back(1)
            raise TooManyAttempts
        try:
            self._wait_for_turn()
            try:
                yield bucket
            finally:
                self._examining.release()
        finally:
            self._room.release()

    def _wait_for_turn(self) -> None:
        if self._examining.acquire(blocking=False):
            return
        # Who waits must not keep a connection from those who work.
        if not connection.in_atomic_block:
            connection.close()
        self._examining.acquire()

    def _bucket(self, network: str) -> Bucket:
        with self._lock:
            if len(self._buckets) > MOST_ADDRESSES:
                busy = {key: one for key, one in self._buckets.items() if not one.is_full}
                self._buckets = busy
            fresh = Bucket(MOST_FAILURES, 1 / RETRY_AFTER)
            return self._buckets.setdefault(network, fresh)


sign_ins = Attempts()
