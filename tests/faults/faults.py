"""The faults: each breaks something of the world, lets it be broken for a while, and mends it."""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable

from tests.faults.talk import Pace
from tests.faults.world import World

FROZEN_SECONDS = 2.0
REDIS_DOWN_SECONDS = 3.0
MUTED_AT_MOST_SECONDS = 15.0
PAUSE_SECONDS = 0.5, 2.0


async def kill(world: World) -> None:
    server = random.choice(world.servers)
    await server.end(signal.SIGKILL)
    await asyncio.sleep(random.uniform(0, 0.5))
    await server.start()


async def drain(world: World) -> None:
    """An orderly restart: the server sends its people away before it goes."""
    server = random.choice(world.servers)
    await server.end(signal.SIGTERM)
    await server.start()


async def freeze(world: World) -> None:
    server = random.choice(world.servers)
    server.signal(signal.SIGSTOP)
    try:
        await asyncio.sleep(FROZEN_SECONDS)
    finally:
        server.signal(signal.SIGCONT)


async def cut(world: World) -> None:
    links = list(world.proxy.links)
    for link in random.sample(links, random.randint(1, len(links)) if links else 0):
        link.cut()


async def mute(world: World) -> None:
    """Half-open connections: broken until the people notice the silence and hang up."""
    links = random.sample(links := list(world.proxy.links), min(2, len(links)))
    for link in links:
        link.muted = True
    noticed = [asyncio.create_task(link.closed.wait()) for link in links]
    if noticed:
        await asyncio.wait(noticed, timeout=MUTED_AT_MOST_SECONDS)


async def postgres(world: World) -> None:
    """What `pg_ctl -m immediate restart` does: no checkpoint, recovery from the log."""
    assert world.postgres is not None
    await asyncio.to_thread(world.postgres.stop, signal.SIGQUIT)
    await asyncio.to_thread(world.postgres.start)


async def redis(world: World) -> None:
    assert world.redis is not None
    await asyncio.to_thread(world.redis.stop, signal.SIGKILL)
    await asyncio.sleep(random.uniform(0, REDIS_DOWN_SECONDS))
    await asyncio.to_thread(world.redis.start)


FAULTS: dict[str, Callable[[World], Awaitable[None]]] = {
    fault.__name__: fault for fault in (kill, drain, freeze, cut, mute, postgres, redis)
}
LIGHT = ["freeze", "cut", "mute", "drain"]
CLUSTER = [
    "kill",
    "postgres",
    "redis",
    "cut",
    "kill",
    "freeze",
    "postgres",
    "redis",
    "mute",
    "drain",
]


def plan(mode: str, number: int) -> list[str]:
    """Embedded: this many kills, and half as many lighter faults; cluster: all kinds in turn."""
    if mode == "embedded":
        names = ["kill"] * number + [LIGHT[place % len(LIGHT)] for place in range(number // 2)]
    else:
        names = [CLUSTER[place % len(CLUSTER)] for place in range(number)]
    random.shuffle(names)
    return names


async def suffer(world: World, names: list[str], pace: Pace) -> None:
    for name in names:
        await asyncio.sleep(random.uniform(*PAUSE_SECONDS))
        world.history.write("fault", code=name)
        try:
            await FAULTS[name](world)
        finally:
            world.history.write("healed", code=name)
        pace.step()
