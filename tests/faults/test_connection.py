"""A connection of `make faults` that dies leaves nothing for whoever runs next to complain of."""

import asyncio
import gc

import pytest

from tests.faults.connection import Connection, Silent
from tests.faults.history import History

PATIENCE = 20.0  # seconds


class Nobody(Connection):
    def hello(self):
        return {"type": "hello"}

    def greeted(self, welcome):
        pass

    def pushed(self, frame):
        pass


@pytest.fixture
def connection(tmp_path):
    history = History(tmp_path, "nobody")
    yield Nobody("ws://127.0.0.1:9", history, origin="http://127.0.0.1:9")
    history.close()


class Broken:
    """A socket in the middle of a send, which breaks."""

    close_code = 1006

    def __init__(self):
        self.may_break = asyncio.Event()

    async def send(self, text):
        await self.may_break.wait()
        raise ConnectionResetError


class Unheard:
    """A socket that sends; nobody answers."""

    close_code = 1006

    async def send(self, text):
        pass


def test_a_request_whose_send_breaks_is_over(connection):
    async def request():
        complaints = []
        asyncio.get_running_loop().set_exception_handler(lambda _, told: complaints.append(told))
        connection.stopping = True
        connection._socket = socket = Broken()
        asked = asyncio.ensure_future(connection.request({"type": "ping", "id": "1"}))
        await asyncio.sleep(0)
        await connection._rest(0)
        socket.may_break.set()
        with pytest.raises(ConnectionResetError):
            await asked
        del asked
        gc.collect()
        return complaints

    assert asyncio.run(request()) == []


def test_a_request_that_waits_for_its_answer_hears_that_none_will_come(connection):
    async def request():
        connection.stopping = True
        connection._socket = Unheard()
        ping = connection.request({"type": "ping", "id": "1"}, within=2 * PATIENCE)
        asked = asyncio.ensure_future(ping)
        await asyncio.sleep(0)
        await connection._rest(0)
        with pytest.raises(Silent):
            await asyncio.wait_for(asked, PATIENCE)

    asyncio.run(request())
