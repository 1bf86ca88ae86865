"""The cursor: whatever the layer drops, doubles and reorders, a client gets 1..n in order."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chat.sockets.delivery import Cursor, Entry, Page


class Follower:
    """A cursor over a growing log; reading takes some turns of the loop, as a database would."""

    def __init__(self, *, at: int = 0, turns: int = 0, page: int = 3) -> None:
        self.log: list[Entry] = []
        self.emitted: list[int] = []
        self.reads = 0
        self.turns, self.page = turns, page
        self.cursor = Cursor(at, self.read, self.emit)

    def post(self) -> None:
        number = len(self.log) + 1
        self.log.append(Entry(number, f"frame {number}", number))

    async def read(self, after: int) -> Page:
        self.reads += 1
        end = after + self.page
        page = Page(self.log[after:end], end < len(self.log))
        for _turn in range(self.turns):
            await asyncio.sleep(0)
        return page

    async def emit(self, entry: Entry) -> None:
        self.emitted.append(entry.seq)
        for _turn in range(self.turns):
            await asyncio.sleep(0)


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


# Each number is a message posted (0) or a push of some message that is in the log by then.
STORIES = st.lists(st.integers(0, 12), max_size=60)


@given(story=STORIES, turns=st.integers(0, 3), page=st.integers(1, 4))
def test_drops_doubles_and_reorders_end_in_the_whole_log_in_order(story, turns, page):
    follower = Follower(turns=turns, page=page)

    async def deliver() -> None:
        for step in story:
            if step == 0:
                follower.post()
            elif step <= len(follower.log):
                await follower.cursor.offer(follower.log[step - 1])
        await follower.cursor.catch_up()

    run(deliver())
    assert follower.emitted == list(range(1, len(follower.log) + 1))


@given(story=STORIES, turns=st.integers(0, 3), pauses=st.integers(0, 3))
def test_offers_at_the_same_time_end_in_the_whole_log_in_order(story, turns, pauses):
    follower = Follower(turns=turns)

    async def deliver() -> None:
        under_way = []
        for step in story:
            if step == 0:
                follower.post()
            elif step <= len(follower.log):
                offer = follower.cursor.offer(follower.log[step - 1])
                under_way.append(asyncio.ensure_future(offer))
            for _pause in range(pauses):
                await asyncio.sleep(0)
        await asyncio.gather(*under_way, follower.cursor.catch_up())

    run(deliver())
    assert follower.emitted == list(range(1, len(follower.log) + 1))


@given(posted=st.integers(0, 9), at=st.integers(0, 9))
def test_a_cursor_emits_only_what_is_beyond_it(posted, at):
    follower = Follower(at=min(at, posted))
    for _message in range(posted):
        follower.post()
    run(follower.cursor.catch_up())
    assert follower.emitted == list(range(min(at, posted) + 1, posted + 1))


def test_the_next_message_is_forwarded_without_reading():
    follower = Follower()
    follower.post()
    run(follower.cursor.offer(follower.log[0]))
    assert (follower.emitted, follower.reads) == ([1], 0)


def test_a_gap_makes_it_read():
    follower = Follower()
    follower.post()
    follower.post()
    run(follower.cursor.offer(follower.log[1]))
    assert follower.emitted == [1, 2]


def test_what_comes_while_it_reads_is_not_forgotten():
    """The read began before the message was there; its doorbell rang during the read."""
    follower = Follower(turns=5)

    async def deliver() -> None:
        reading = asyncio.ensure_future(follower.cursor.catch_up())
        await asyncio.sleep(0)
        follower.post()
        await follower.cursor.offer(follower.log[0])
        await reading

    run(deliver())
    assert follower.emitted == [1]


@given(stopped_after=st.integers(0, 12))
def test_a_stopped_cursor_emits_nothing_not_even_what_it_reads(stopped_after):
    """Whoever lost the conversation gets no message that was on its way."""
    follower = Follower(turns=2)
    for _message in range(7):
        follower.post()

    async def deliver() -> int:
        follower.cursor.ring()
        for _turn in range(stopped_after):
            await asyncio.sleep(0)
        follower.cursor.stop()
        until_then = len(follower.emitted)
        follower.post()
        await follower.cursor.offer(follower.log[follower.cursor.position])
        await follower.cursor.catch_up()
        return until_then

    until_then = asyncio.run(deliver())
    assert follower.emitted == list(range(1, until_then + 1))
    assert follower.cursor.position == until_then


def test_a_failed_read_does_not_stop_the_next():
    follower = Follower()
    follower.post()
    broken = Cursor(0, unreadable, follower.emit)

    async def deliver() -> None:
        try:
            await broken.catch_up()
        except ConnectionError:
            broken._read = follower.read
        await broken.catch_up()

    run(deliver())
    assert follower.emitted == [1]


async def unreadable(after: int) -> Page:
    raise ConnectionError
