"""Whoever is connected and says nothing is asked for a sign of life."""

import asyncio
import time

import pytest

from sphaera_support.server import LOOKS, SupportServer, SupportSocket

pytestmark = pytest.mark.once


class Peer(SupportSocket):
    """A connection of whose transport we write down what it would do."""

    def __init__(self, silence: float = 0.0) -> None:
        super().__init__()
        self.state = self.STATE_OPEN
        self.heard_at = time.monotonic() - silence
        self.gathered: list[bytes] = []
        self.done: list[str] = []

    def sendPing(self, payload: bytes | None = None) -> None:  # noqa: N802
        self.done.append("asked")

    def _dataReceived(self, data: bytes) -> None:  # noqa: N802
        self.done.append("read")

    def dropConnection(self, abort: bool = False) -> None:  # noqa: N802
        self.done.append("cut off")


@pytest.mark.parametrize(("silence", "done"), [(4, []), (6, ["asked"]), (16, ["cut off"])])
def test_silence_is_asked_about_and_then_ended(silence, done):
    peer = Peer(silence)
    peer.check_timeouts()
    assert peer.done == done


@pytest.mark.parametrize(("silence", "done"), [(24, []), (26, ["asked"]), (36, ["cut off"])])
def test_who_merely_has_the_window_is_asked_later(silence, done):
    peer = Peer(silence)
    peer.is_calm = True
    peer.check_timeouts()
    assert peer.done == done


def test_any_byte_is_a_sign_of_life():
    peer = Peer(16)
    peer.dataReceived(b"\x8a")
    peer.check_timeouts()
    assert peer.done == ["read"]


@pytest.mark.parametrize(("peers", "parts"), [(3, 1), (350, 4), (4000, LOOKS)])
def test_all_are_looked_at_but_not_many_at_once(peers, parts):
    server = SupportServer(None, host="127.0.0.1", port=0)
    silent = [Peer(6) for _number in range(peers)]
    server.connections = {peer: {} for peer in silent}
    asked = []

    async def look() -> None:
        for _part in range(parts):
            server.timeout_checker()
            asked.append(sum(len(peer.done) for peer in silent))

    asyncio.run(look())
    part = -(-peers // parts)
    assert asked == [min(peers, part * number) for number in range(1, parts + 1)]
