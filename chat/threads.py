"""Threads for what waits for the database, each with a connection of its own."""

import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue

Job = Callable[[], object]


class Threads:
    """At most so many at once. Who was free last is asked first.

    So what comes one after the other, as the work of a pulse does, is done by one thread, and its
    connection has planned and read it all before; the stock pool goes round all of them.
    """

    def __init__(self, most: int, name: str, end: Job) -> None:
        """`end` is done by each thread as its last."""
        self._most, self._name, self._end = most, name, end
        self._lock = threading.Lock()
        self._threads: list[_Thread] = []
        self._free: list[_Thread] = []
        self._waiting: deque[Job] = deque()
        self._is_over = False

    def submit(self, job: Job) -> None:
        """`job` raises nothing. Raises RuntimeError once these have been closed."""
        with self._lock:
            if self._is_over:
                raise RuntimeError("The threads were closed.")
            if not self._free and len(self._threads) < self._most:
                self._begin()
            if self._free:
                self._free.pop().jobs.put(job)
            else:
                self._waiting.append(job)

    def close(self) -> None:
        """Return when all that was submitted is done, and the threads have ended."""
        with self._lock:
            self._is_over = True
            for thread in self._free:
                thread.jobs.put(None)
            self._free.clear()
        for thread in self._threads:
            thread.join()

    def _begin(self) -> None:
        thread = _Thread(self._after, self._end, f"{self._name}_{len(self._threads)}")
        thread.start()  # raises where the machine has none left: then nothing waits for it
        self._threads.append(thread)
        self._free.append(thread)

    def _after(self, thread: "_Thread") -> Job | None:
        """What a thread does next; None: nothing any more."""
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            if self._is_over:
                return None
            self._free.append(thread)
        return thread.jobs.get()


class _Thread(threading.Thread):
    def __init__(self, after: Callable[["_Thread"], Job | None], end: Job, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self._after, self._end = after, end
        self.jobs: SimpleQueue[Job | None] = SimpleQueue()

    def run(self) -> None:
        job = self.jobs.get()
        while job is not None:
            job()
            job = None
            job = self._after(self)
        self._end()
