"""What grows with the history and with the number of people: hellos, idle sockets, a return."""

import asyncio
import time
from dataclasses import dataclass

from websockets.asyncio.client import ClientConnection

from tests.bench.crowd import BEAT_SECONDS, ENDED, Inbound, decode, dial
from tests.bench.echo import percentile
from tests.bench.figures import Figure
from tests.bench.measures import SETTLE_SECONDS, SLOW_RATE, Bench
from tests.bench.stage import OPERATORS

LOGIN = "load"
CONVERSATIONS, MESSAGES, GREETERS = 50, 500, 20
ALONE = 8  # of the greeters: one after the other, before all come at once
TALKERS = 10
QUIET_SECONDS = 1.0  # without a frame, all that a hello brings has come
LONGEST_SECONDS = 120.0


@dataclass
class Arrival:
    """An operator's tab that has just come, and what it was sent."""

    connection: ClientConnection
    messages: int

    async def quiet(self) -> None:
        """Return when nothing more comes."""
        deadline = time.perf_counter() + LONGEST_SECONDS
        try:
            while time.perf_counter() < deadline:
                async with asyncio.timeout(QUIET_SECONDS):
                    self.count(decode(await self.connection.recv()))
        except ENDED:
            return

    def count(self, frame: Inbound) -> None:
        self.messages += len(frame.messages) + (frame.type == "message")


async def measure(bench: Bench) -> list[Figure]:
    """All lines of growth; the stage is empty before it."""
    bench.show_echo()
    cookies = await bench.stage.sessions(LOGIN, OPERATORS + GREETERS, level=1)
    write = f"write({LOGIN!r}, {OPERATORS + 1}, {GREETERS}, {CONVERSATIONS}, {MESSAGES})"
    await bench.stage.world.manage("shell", "-c", f"from tests.bench.written import write; {write}")
    await bench.stage.settle()
    await bench.stage.open_conversations(TALKERS)
    await measure_hellos(bench, cookies[OPERATORS:])
    await bench.measure_idle_memory()
    await bench.measure_idle_cpu()
    await bench.measure_return()
    return bench.figures


async def measure_hellos(bench: Bench, cookies: list[str]) -> None:
    meter = bench.stage.meter()
    await (await arrive(bench, cookies[0])).connection.close()  # warms its caches and ours
    await asyncio.sleep(SETTLE_SECONDS)
    idle = await idle_cost(bench, BEAT_SECONDS)
    meter.start()
    began = time.perf_counter()
    sent = 0
    for cookie in cookies[:ALONE]:
        arrival = await arrive(bench, cookie)
        await arrival.quiet()
        await arrival.connection.close()
        sent += arrival.messages
    seconds = time.perf_counter() - began
    spent = sum(meter.spent().values()) - idle * seconds
    name = f"hello of an operator with {CONVERSATIONS} conversations of {MESSAGES} messages"
    bench.note(f"{name}: CPU", spent / ALONE * 1e3, "ms", goal=60.0)
    bench.note(f"{name}: messages sent", sent / ALONE, "", goal=200.0)
    await measure_hellos_at_once(bench, cookies)


async def measure_hellos_at_once(bench: Bench, cookies: list[str]) -> None:
    """Others talk meanwhile."""
    talk = asyncio.create_task(bench.stage.talk_at(SLOW_RATE, 2 * BEAT_SECONDS))
    await asyncio.sleep(1)
    began = time.perf_counter()
    outcomes = await asyncio.gather(
        *(arrive(bench, cookie) for cookie in cookies), return_exceptions=True
    )
    welcomed = time.perf_counter() - began
    arrivals = [outcome for outcome in outcomes if isinstance(outcome, Arrival)]
    reading = asyncio.gather(*(arrival.quiet() for arrival in arrivals))
    await talk
    p99 = percentile(bench.stage.ledger.acks, 0.99) * 1e3
    name = f"{GREETERS} such hellos at once"
    bench.note(f"{name}: the last is welcome after", welcomed, "s")
    bench.note(f"{name}: not welcome", GREETERS - len(arrivals), "", goal=0.0)
    bench.note(f"{name}: p99 of others' acks", p99, "ms", goal=250.0)
    await reading
    for arrival in arrivals:
        await arrival.connection.close()
    await asyncio.sleep(SETTLE_SECONDS)


async def arrive(bench: Bench, cookie: str) -> Arrival:
    stage = bench.stage
    connection, welcome = await dial(
        f"ws://{stage.host}/ws/operator/",
        {"type": "hello", "after": {}},
        origin=f"http://{stage.host}",
        cookie=cookie,
        address="127.0.0.1",
    )
    return Arrival(connection, len(welcome.messages))


async def idle_cost(bench: Bench, seconds: float) -> float:
    """Processor seconds a second while nobody does anything."""
    meter = bench.stage.meter()
    meter.start()
    await asyncio.sleep(seconds)
    return sum(meter.spent().values()) / seconds
