"""Several processes on one Redis: each hears all there is, once; one alone does without."""

import asyncio
import signal
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from channels.layers import get_channel_layer
from channels_redis.pubsub import RedisPubSubLoopLayer
from django.conf import settings

from chat import streams
from chat.sockets import hub, layers
from chat.sockets.layers import RedisLayer
from tests.services import Redis

pytestmark = pytest.mark.skipif(not settings.REDIS_URL, reason="is one process")

GROUP = "test"


class Process:
    """What one has of the layer, and what it heard."""

    def __init__(self) -> None:
        config: Any = settings.CHANNEL_LAYERS["default"]["CONFIG"]
        self.layer = RedisLayer(**config)
        self.heard: list[int] = []
        self.listening: asyncio.Task[None] | None = None

    async def listens(self) -> None:
        channel = await self.layer.new_channel()
        self.listening = asyncio.ensure_future(self._listen(channel))
        await self.layer.group_add(GROUP, channel)
        await until(lambda: self.near.heard_at > 0)

    async def listens_alone(self) -> None:
        await self.listens()
        await self.says(0)
        assert self.is_alone

    async def _listen(self, channel: str) -> None:
        while True:
            self.heard.append((await self.layer.receive(channel))["number"])

    async def says(self, *numbers: int) -> None:
        for number in numbers:
            await self.layer.group_send(GROUP, {"number": number})

    @property
    def near(self) -> Any:
        return self.layer._get_layer()

    @property
    def is_alone(self) -> bool:
        return bool(self.near.alone_until)

    async def published(self) -> int:
        """How often Redis was told anything, by whomever."""
        shard = self.near._shards[0]
        shard._ensure_redis()
        stats = await shard._redis.info("commandstats")
        return int(stats.get("cmdstat_publish", {"calls": 0})["calls"])

    async def ends(self) -> None:
        if self.listening is not None:
            self.listening.cancel()
            await asyncio.gather(self.listening, return_exceptions=True)
        await self.layer.flush()


def among(play: Callable[..., Awaitable[None]], count: int) -> None:
    async def run() -> None:
        processes = [Process() for _number in range(count)]
        try:
            await play(*processes)
        finally:
            for process in processes:
                await process.ends()

    asyncio.run(run())


async def until(is_so: Callable[[], object]) -> None:
    for _time in range(500):
        if is_so():
            return
        await asyncio.sleep(0.01)
    pytest.fail("It did not happen.")


def test_each_hears_all_there_is_once_and_in_order():
    async def play(one, other):
        await one.listens()
        await other.listens()
        await one.says(*range(50))
        await other.says(*range(50, 100))
        await one.says(100)
        await until(lambda: 100 in other.heard)
        await asyncio.sleep(0.1)
        for process, of_its_own in ((one, range(50)), (other, range(50, 100))):
            assert sorted(process.heard) == [*range(101)]
            assert [n for n in process.heard if n in of_its_own] == [*of_its_own]

    among(play, 2)


def test_one_alone_asks_nothing_of_redis_and_hears_itself_at_once(monkeypatch):
    monkeypatch.setattr(layers, "ALONE_FOR", 60.0)

    async def play(one):
        await one.listens_alone()
        before = await one.published()
        await one.says(*range(1, 100))
        await asyncio.sleep(0)
        assert one.heard == [*range(100)]
        assert await one.published() == before

    among(play, 1)


def test_who_comes_is_heard_of_and_hears(monkeypatch):
    monkeypatch.setattr(layers, "ALONE_FOR", 60.0)

    async def play(one, other):
        await one.listens_alone()
        await other.listens()
        await until(lambda: not one.is_alone)
        await one.says(1)
        await until(lambda: other.heard == [1])
        assert one.heard == [0, 1]

    among(play, 2)


def test_who_comes_unheard_hears_after_a_while(monkeypatch):
    """Its word of it was lost: the next message after a second finds it."""
    monkeypatch.setattr(layers, "ALONE_FOR", 0.3)

    async def play(one, other):
        await one.listens_alone()
        channel = await other.layer.new_channel()
        await RedisPubSubLoopLayer.group_add(other.near, GROUP, channel)  # and says nothing
        other.listening = asyncio.ensure_future(other._listen(channel))
        await asyncio.sleep(0.4)
        await one.says(1)
        await until(lambda: other.heard == [1])

    among(play, 2)


def test_who_only_tells_is_heard():
    async def play(one, worker):
        await one.listens()
        await worker.says(1, 2)
        await until(lambda: one.heard == [1, 2])

    among(play, 2)


def test_redis_is_asked_each_time_where_nobody_listens(monkeypatch):
    """As the probe of readiness does, which has to learn that Redis is gone."""
    monkeypatch.setattr(layers, "ALONE_FOR", 60.0)

    async def play(one):
        await one.listens_alone()
        before = await one.published()
        for number in range(3):
            await one.layer.group_send("readyz", {"number": number})
        assert await one.published() == before + 3

    among(play, 1)


def test_another_s_group_says_nothing_of_one_s_own(monkeypatch):
    monkeypatch.setattr(layers, "ALONE_FOR", 60.0)

    async def play(one, other):
        await one.listens()
        await other.listens()
        await other.layer.group_add("theirs", await other.layer.new_channel())
        assert other.is_alone  # in that one
        await other.says(1)
        await until(lambda: one.heard == [1])
        await one.layer.group_send("theirs", {"number": 2})
        await one.says(3)
        await until(lambda: other.heard == [1, 3])

    among(play, 2)


def test_who_does_not_hear_itself_does_not_believe_to_be_alone(monkeypatch):
    """Its line is dead, and the one who listens is another."""
    monkeypatch.setattr(layers, "HEARING", 0.1)

    async def play(one, other):
        await one.listens()
        await other.listens()
        await one.near._shards[0]._pubsub.unsubscribe(one.near._get_group_channel_name(GROUP))
        await asyncio.sleep(0.3)
        await one.says(*range(20))
        await until(lambda: other.heard == [*range(20)])

    among(play, 2)


def test_what_redis_cannot_carry_is_refused_before_anybody_hears_it(monkeypatch):
    monkeypatch.setattr(layers, "ALONE_FOR", 0.0)

    async def play(one):
        await one.listens()
        with pytest.raises(TypeError):
            await one.layer.group_send(GROUP, {"number": uuid.uuid4()})
        await one.says(1)
        await until(lambda: one.heard == [1])

    among(play, 1)


@pytest.fixture
def own_redis(services):
    """One that a test may stop; it goes after those who talk to it."""
    with Redis() as redis:
        yield redis


def settings_of(redis):
    hosts = {"hosts": [{"address": redis.url, "socket_timeout": None}]}
    backend = settings.CHANNEL_LAYERS["default"]["BACKEND"]
    return {"default": {"BACKEND": backend, "CONFIG": hosts}}


def test_without_redis_a_process_still_hears_itself(own_redis, settings, monkeypatch):
    """Every message, also while the layer is left alone after a failure."""
    monkeypatch.setattr(layers, "ALONE_FOR", 0.0)
    monkeypatch.setattr(streams, "_silent_until", 0.0)
    settings.CHANNEL_LAYERS = settings_of(own_redis)

    async def play():
        layer, numbers = get_channel_layer(), range(3 * streams.MOST_PARTS)
        channel = await layer.new_channel()
        await layer.group_add(streams.EVERYBODY, channel)
        await asyncio.to_thread(own_redis.stop, signal.SIGKILL)
        for _time in range(2):
            await streams.send_all([{"group": "processes", "number": n} for n in numbers])
            heard = [part["number"] for _ in range(3) for part in await _parts(layer, channel)]
            assert heard == [*numbers]
            assert streams._silent_until > 0
        await layer.flush()

    asyncio.run(play())


async def _parts(layer, channel):
    async with asyncio.timeout(5):
        return (await layer.receive(channel))["parts"]


def test_a_process_that_starts_before_redis_hears_itself_and_others_later(
    own_redis, wires, settings, monkeypatch, marina, ilya, dialogue
):
    async def asleep(self, since):
        """Nothing is compared."""
        return since

    monkeypatch.setattr(hub.Hub, "_compare", asleep)
    monkeypatch.setattr(hub.Hub, "_compare_log", asleep)
    own_redis.stop()
    settings.CHANNEL_LAYERS = settings_of(own_redis)
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    for number in range(3):
        tab.ask("message", text=f"Без Redis, {number}")
        zone.expect("message", text=f"Без Redis, {number}")
    own_redis.start()
    near = wires.run(_near())
    wires.until(lambda: near._shards[0]._subscribed_to)
    assert len(near.channels) == 1
    tab.ask("message", text="С ним")
    zone.expect("message", text="С ним")


async def _near():
    return get_channel_layer()._get_layer()
