"""What goes to a socket goes at once, and in its order whatever the line takes."""

import asyncio

import pytest

from sphaera_support.server import Outflow, SupportSocket

pytestmark = pytest.mark.once


class Line:
    """Takes so many bytes at once; what is left over waits, as Twisted has it, until they go."""

    connected = True

    def __init__(self, *takes: int) -> None:
        self.takes = list(takes)
        self.gone = self.waiting = b""
        self.asked = 0

    def writeSomeData(self, data: bytes) -> int:  # noqa: N802  Twisted's name
        self.asked += 1
        taken = self.takes.pop(0) if self.takes else len(data)
        self.gone += data[:taken]
        return min(taken, len(data))

    def write(self, data: bytes) -> None:
        self.waiting += data


def written(line: Line, *turns: list[bytes]) -> Line:
    """After these frames, some in each turn of the loop."""

    async def write() -> None:
        socket = SupportSocket()
        socket.transport, socket.outflow, socket.gathered = line, Outflow(), []
        for frames in turns:
            for frame in frames:
                socket.sendData(frame)
            await asyncio.sleep(0)

    asyncio.run(write())
    return line


def test_what_is_said_in_a_turn_goes_together():
    line = written(Line(), [b"one ", b"two "], [b"three"])
    assert (line.gone, line.waiting, line.asked) == (b"one two three", b"", 2)


def test_what_the_line_does_not_take_waits_and_all_that_follows_behind_it():
    line = written(Line(6, 0), [b"one ", b"two "], [b"three"], [b" four"])
    assert (line.gone, line.waiting) == (b"one tw", b"o three four")
