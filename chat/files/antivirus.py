"""A client of clamd: are these bytes known to be harmful?"""

import logging
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings

from chat.models import Verdict

logger = logging.getLogger("sphaera_support.files")

PIECE = 64 * 1024
CONNECTS_WITHIN = 3  # seconds
ANSWERS_WITHIN = 60  # seconds
LONGEST_ANSWER = 4096  # bytes


@dataclass(frozen=True)
class Finding:
    verdict: str
    virus: str = ""
    is_away: bool = False  # nobody was there to say it


def examine(content: IO[Any]) -> Finding:
    """Pending where clamd is asked for and is away; empty where nobody is asked."""
    if not settings.CLAMD:
        return Finding("")
    try:
        answer = _ask(content)
    except OSError as error:
        logger.warning("clamd does not answer: %s", error)
        return Finding(Verdict.PENDING, is_away=True)
    if answer == "stream: OK":
        return Finding(Verdict.CLEAN)
    if answer.endswith(" FOUND"):
        virus = answer.removeprefix("stream: ").removesuffix(" FOUND")
        return Finding(Verdict.INFECTED, virus[:100])
    logger.warning("clamd did not look into a file: %s", answer)
    return Finding(Verdict.PENDING)


def _ask(content: IO[Any]) -> str:
    """Its command INSTREAM: pieces with their lengths before them, an empty one at the end."""
    content.seek(0)
    with _connected() as wire:
        try:
            wire.sendall(b"zINSTREAM\0")
            while piece := content.read(PIECE):
                wire.sendall(struct.pack("!I", len(piece)) + piece)
            wire.sendall(struct.pack("!I", 0))
        except ConnectionError:
            pass  # it has had enough, and says why
        return _answer(wire)


def _answer(wire: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < LONGEST_ANSWER:
        piece = wire.recv(LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    if not answer:
        raise ConnectionError("no answer")
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")


@contextmanager
def _connected() -> Iterator[socket.socket]:
    host, _colon, port = settings.CLAMD.rpartition(":")
    if settings.CLAMD.startswith("/"):
        wire = socket.socket(socket.AF_UNIX)
        wire.settimeout(CONNECTS_WITHIN)
        wire.connect(settings.CLAMD)
    else:
        wire = socket.create_connection((host.strip("[]"), int(port)), CONNECTS_WITHIN)
    with wire:
        wire.settimeout(ANSWERS_WITHIN)
        yield wire
