"""The yardstick: a bare `websockets` echo server in a process of its own.

F is its processor time per message; figures of this run are compared with its figures.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve

from tests.bench.meter import Meter
from tests.services import free_port

ROOT = Path(__file__).resolve().parents[2]
CONNECTIONS = 50
# As long as a message frame of the product.
FRAME = '{"type":"message","id":"00000000-0000-4000-8000-000000000000","text":"' + "а" * 40 + '"}'
START_SECONDS = 10.0


@dataclass(frozen=True)
class Yardstick:
    """F and messages a second when saturated; at the slow rate round trip in seconds, and what a
    message costs then, when each wakes the process.
    """

    cpu: float
    rate: float
    p50: float
    p99: float
    slow_cpu: float


async def cost(messages: int) -> float:
    """F once more, close in time to what is compared with it: other work disturbs both alike."""
    return (await measure(messages, 0, 1)).cpu


async def measure(messages: int, slow_seconds: float, slow_rate: float) -> Yardstick:
    async with _server() as (process, port):
        sockets = [await _dial(port) for _ in range(CONNECTIONS)]
        meter = Meter({"echo": [process.pid]})
        meter.start()
        began = time.perf_counter()
        each = messages // CONNECTIONS
        await asyncio.gather(*(_bounce(socket, each) for socket in sockets))
        seconds, cpu = time.perf_counter() - began, meter.spent()["echo"]
        meter.start()
        trips = await _slowly(sockets, slow_seconds, slow_rate)
        slow_cpu = meter.spent()["echo"] / max(1, len(trips))
        await asyncio.gather(*(socket.close() for socket in sockets))
    sent = each * CONNECTIONS
    p50, p99 = percentile(trips, 0.5), percentile(trips, 0.99)
    return Yardstick(cpu / sent, sent / seconds, p50, p99, slow_cpu)


async def _bounce(socket: ClientConnection, times: int) -> None:
    for _ in range(times):
        await socket.send(FRAME)
        await socket.recv()


async def _slowly(sockets: list[ClientConnection], seconds: float, rate: float) -> list[float]:
    trips = []
    for number in range(int(seconds * rate)):
        socket = sockets[number % len(sockets)]
        began = time.perf_counter()
        await _bounce(socket, 1)
        trips.append(time.perf_counter() - began)
        await asyncio.sleep(max(0.0, 1 / rate - trips[-1]))
    return trips


def percentile(values: list[float], part: float) -> float:
    """0 when nothing was measured."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0


@contextlib.asynccontextmanager
async def _server() -> AsyncIterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    process = subprocess.Popen(  # noqa: ASYNC220 - it is spawned once, before anything is measured
        [sys.executable, "-m", "tests.bench.echo", str(port)], cwd=ROOT, env=os.environ
    )
    try:
        yield process, port
    finally:
        process.kill()
        await asyncio.to_thread(process.wait)


async def _dial(port: int) -> ClientConnection:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return await connect(
                f"ws://127.0.0.1:{port}/", compression=None, proxy=None, ping_interval=None
            )
        except OSError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.05)


async def _echo(socket: ServerConnection) -> None:
    async for message in socket:
        await socket.send(message)


async def main() -> None:
    port = int(sys.argv[1])
    async with serve(_echo, "127.0.0.1", port, compression=None, ping_interval=None) as server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
