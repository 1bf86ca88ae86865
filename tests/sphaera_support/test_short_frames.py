"""Usual frames are read and written in one step, exactly as the protocol has them."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from sphaera_support.server import PacedQueue, SupportSocket
from sphaera_support.short_frames import read_text, text_frame

pytestmark = pytest.mark.once

texts = st.text() | st.sampled_from(["", "a" * 125, "a" * 126, "a" * 65_535])


def masked(content: bytes, opcode: Opcode = Opcode.TEXT, **head: bool) -> bytes:
    return Frame(opcode, content, **head).serialize(mask=True, extensions=[])


@given(texts, st.binary(max_size=20))
def test_a_usual_frame_is_read_and_what_follows_is_left(text, behind):
    assert read_text(masked(text.encode()) + behind) == (text, behind)


@given(texts | st.just("a" * 65_536))
def test_a_frame_is_written_as_others_write_it(text):
    assert text_frame(text) == Frame(Opcode.TEXT, text.encode()).serialize(
        mask=False, extensions=[]
    )


@pytest.mark.parametrize(
    "unusual",
    [
        b"",
        masked(b"abc", Opcode.BINARY),
        masked(b"abc", Opcode.CONT),
        masked(b"", Opcode.PING),
        masked(b"abc", fin=False),
        bytes([masked(b"abc")[0] | 0x40]) + masked(b"abc")[1:],
        Frame(Opcode.TEXT, b"abc").serialize(mask=False, extensions=[]),
        masked("щ".encode()[:1]),
        masked(b"\xed\xa0\x80"),
        masked(b"a" * 65_536),
        b"\x81\xfe\x00\x05" + bytes(4) + b"abcde",
    ],
    ids=[
        *("nothing", "bytes", "the end of a message", "ping", "the beginning of a message"),
        *("compressed", "not masked", "half a letter", "no letter", "long"),
        "length not written as short as it goes",
    ],
)
def test_all_else_is_left_to_autobahn(unusual):
    assert read_text(unusual) is None


@pytest.mark.parametrize("text", ["", "да", "a" * 300])
def test_a_frame_of_which_the_end_has_not_come_is_left_lying(text):
    whole = masked(text.encode())
    assert [read_text(whole[:end]) for end in range(len(whole))] == [None] * len(whole)


class Connection(SupportSocket):
    """Open, with somebody known behind it, whose pings are answered at once."""

    muted = False

    def __init__(self) -> None:
        super().__init__()
        self.state, self.data = self.STATE_OPEN, b""
        self.current_frame, self.inside_message = None, False
        self.application_queue = PacedQueue(self)
        self.answered: list[str] = []
        self.answers = self.answer

    def answer(self, text: str) -> bool:
        if text.startswith("ping"):
            self.answered.append(text)
        return text.startswith("ping")


def taken(connection: Connection, *turns: list[str]) -> list[str]:
    """By the consumer, after these frames, those of a turn in one read."""

    async def read() -> list[str]:
        seen: list[str] = []

        async def consume() -> None:
            while True:
                seen.append((await connection.application_queue.get())["text"])

        consumer = asyncio.create_task(consume())
        for frames in turns:
            await asyncio.sleep(0)
            connection.data = b"".join(masked(text.encode()) for text in frames)
            connection.consumeData()
        await asyncio.sleep(0)
        consumer.cancel()
        return seen

    return asyncio.run(read())


def test_what_can_be_is_answered_at_once():
    connection = Connection()
    assert taken(connection, ["ping 1", "ping 2"]) == []
    assert connection.answered == ["ping 1", "ping 2"]


def test_all_else_is_for_the_consumer_and_what_comes_behind_it_too():
    connection = Connection()
    assert taken(connection, ["ping 1", "text", "ping 2"], ["ping 3"]) == ["text", "ping 2"]
    assert connection.answered == ["ping 1", "ping 3"]


def test_nothing_is_answered_past_a_consumer_that_is_busy():
    connection = Connection()
    connection.data = masked(b"ping")
    connection.consumeData()
    assert connection.answered == []
    assert connection.application_queue.get_nowait()["text"] == "ping"


def test_a_connection_that_has_been_let_go_hears_nothing():
    connection = Connection()
    connection.muted = True
    assert taken(connection, ["text"]) == []
