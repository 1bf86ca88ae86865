"""What is told at once crosses the layer at once, whomever it is for."""

import asyncio

import pytest
from channels.layers import get_channel_layer

from chat import streams
from chat.streams import EVERYBODY, MOST_PARTS, attach, push, send_all


@pytest.fixture(autouse=True)
def _in_memory(settings, services, monkeypatch):
    # Nor is it left alone because it failed in another test.
    monkeypatch.setattr(streams, "_silent_until", 0.0)
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "chat.sockets.layers.MemoryLayer"}}


def messages_of(tell):
    """The groups in each message of the layer that `tell` makes."""

    async def heard():
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(EVERYBODY, channel)
        await tell()
        queue = layer.channels[channel]
        messages = [queue.get_nowait() for _message in range(queue.qsize())]
        return [[part["group"] for part in message["parts"]] for message in messages]

    return asyncio.run(heard())


def test_what_an_action_tells_goes_together_and_in_order():
    groups = ["visitor.1", "staff.1", "account.7", "visitor.1"]

    async def tell():
        await send_all([{"group": group} for group in groups])

    assert messages_of(tell) == [groups]


def test_very_many_go_in_several_messages():
    async def tell():
        await send_all([{"group": "department.1"}] * (MOST_PARTS + 1))

    assert [len(parts) for parts in messages_of(tell)] == [MOST_PARTS, 1]


def test_so_does_what_sockets_tell_in_one_turn_of_the_loop():
    async def tell():
        attach(asyncio.get_running_loop())
        for groups in (["visitor.1", "staff.2"], ["visitor.3"]):
            for group in groups:
                push(group)
            await asyncio.sleep(0.01)

    assert messages_of(tell) == [["visitor.1", "staff.2"], ["visitor.3"]]
