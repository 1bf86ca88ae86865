"""How much one person may ask for over all their sockets."""

import asyncio
from dataclasses import dataclass, field

from operators.buckets import Bucket


@dataclass
class Allowance:
    """What one signed person may send over all their sockets, and how many they may have.

    Generous against what people do (nobody types 60 messages a second, or opens a page every
    second for ever), small against what a process can bear and an installation wants to keep.
    """

    messages: Bucket
    frames: Bucket
    refused: Bucket
    arrivals: Bucket
    pages: Bucket
    reading: Bucket  # bytes of the log
    # The log is read for one socket of a person after the other: others' turns come in between.
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    sockets: int = 0

    @property
    def is_idle(self) -> bool:
        """Nothing is held against the person any more: reconnecting would change nothing."""
        buckets = (
            *(self.messages, self.frames, self.refused),
            *(self.arrivals, self.pages, self.reading),
        )
        return self.sockets <= 0 and all(bucket.is_full for bucket in buckets)


def visitor_allowance() -> Allowance:
    return Allowance(
        messages=Bucket(300, 60),
        frames=Bucket(600, 120),
        refused=Bucket(300, 20),
        arrivals=Bucket(60, 1 / 2),
        pages=Bucket(600, 1 / 6),
        reading=Bucket(8 * 2**20, 2**19),
    )


def operator_allowance() -> Allowance:
    return Allowance(
        messages=Bucket(600, 120),
        frames=Bucket(1200, 240),
        refused=Bucket(300, 20),
        arrivals=Bucket(60, 1 / 2),
        pages=Bucket(0, 0),
        reading=Bucket(64 * 2**20, 2**22),
    )


MAX_SOCKETS_PER_PERSON = 20
LEAST_READ = 16 * 1024  # bytes whose reading costs what one does that finds nothing
PAGE_EVERY = 1.0  # seconds; of the pages opened within one the last counts
