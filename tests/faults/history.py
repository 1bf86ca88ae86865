"""What each actor saw, written down by itself: one append-only JSONL file per actor."""

import hashlib
import time
from pathlib import Path
from typing import BinaryIO, Self

import msgspec

WORLD = "world"


class Event(msgspec.Struct, omit_defaults=True, frozen=True):
    """One line of a history. `t` is the monotonic clock of the test, shared by all actors.

    The checker reads send, ack, nack; correcting and corrected (`hash` of the other words, `of` the
    message); recv, cold, cold_end, glimpse; welcome, disc, stopped;
    accepting and accepted, ending and ended (asked and answered); and of the world fault and
    healed, where `code` says which. `seq` is the number in the actor's own sequence.
    """

    t: float
    actor: str
    ev: str
    conv: str = ""
    id: str = ""
    seq: int = 0
    hash: str = ""
    note: bool = False
    code: str = ""
    of: str = ""


class History:
    """The pen of one actor; each line reaches the file before the actor acts on it."""

    def __init__(self, directory: Path, actor: str) -> None:
        self.actor = actor
        self._file: BinaryIO = (directory / f"{actor.replace(':', '-')}.jsonl").open(
            "ab", buffering=0
        )

    def write(
        self,
        ev: str,
        *,
        conv: str = "",
        id: str = "",
        seq: int = 0,
        hash: str = "",
        note: bool = False,
        code: str = "",
        of: str = "",
    ) -> None:
        event = Event(time.monotonic(), self.actor, ev, conv, id, seq, hash, note, code, of)
        self._file.write(msgspec.json.encode(event) + b"\n")

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_all(directory: Path) -> list[Event]:
    """The histories of all actors in one list, by time."""
    decode = msgspec.json.Decoder(Event).decode
    lines = (line for path in directory.glob("*.jsonl") for line in path.read_bytes().splitlines())
    return sorted((decode(line) for line in lines), key=lambda event: event.t)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
