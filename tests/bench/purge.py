"""The purge: how many messages a second, and what those who talk meanwhile feel of it."""

import asyncio
import time

from tests.bench.echo import percentile
from tests.bench.figures import Figure
from tests.bench.measures import QUICK, SLOW_RATE, Bench

CONVERSATIONS, FEWER, MESSAGES = 20_000, 4_000, 15
# So many that it goes on for most of the time in which others are measured.
AT_NIGHT = {"embedded": 2_000, "cluster": 6_000}
TALKERS = 10
SECONDS = 10.0
GOALS = {"embedded": 20_000.0, "cluster": 50_000.0}


async def measure(bench: Bench) -> list[Figure]:
    bench.show_echo()
    await _measure_rate(bench)
    await _measure_others(bench)
    return bench.figures


async def _measure_rate(bench: Bench) -> None:
    """By hand, while nobody does anything else."""
    await _write(bench, FEWER if _is_quick(bench) else CONVERSATIONS)
    await bench.stage.world.manage("purge")
    tell = "from tests.bench.long_ago import tell; tell()"
    told = await bench.stage.world.manage("shell", "-c", tell)
    rate, longest = map(float, told.split()[-2:])
    bench.note("purge: messages", rate, "/s", goal=GOALS[bench.mode], at_least=True)
    bench.note("purge: longest batch with its pause", longest, "ms", goal=300.0)


async def _measure_others(bench: Bench) -> None:
    """As at night, beside people who talk."""
    await bench.stage.open_conversations(TALKERS)
    before = await _talk(bench)
    await _write(bench, AT_NIGHT[bench.mode] // (3 if _is_quick(bench) else 1))
    began, lasted = time.perf_counter(), list[float]()
    purge = asyncio.create_task(bench.stage.world.manage("purge", "--gently"))
    purge.add_done_callback(lambda _over: lasted.append(time.perf_counter() - began))
    during = await _talk(bench)
    await purge
    bench.note("purge: beside those who talk", lasted[0], "s of 10")
    for what, at_first, then in zip(("acks", "deliveries"), before, during, strict=True):
        bench.note(f"purge: p99 of others' {what} before", at_first * 1e3, "ms")
        bench.note(
            f"purge: p99 of others' {what} during it ÷ before", then / at_first, "", goal=2.0
        )


def _is_quick(bench: Bench) -> bool:
    return bench.plan.conversations == QUICK.conversations


async def _write(bench: Bench, conversations: int) -> None:
    write = f"from tests.bench.long_ago import write; write({conversations}, {MESSAGES})"
    await bench.stage.world.manage("shell", "-c", write)


async def _talk(bench: Bench) -> tuple[float, float]:
    await bench.stage.talk_at(SLOW_RATE, SECONDS)
    ledger = bench.stage.ledger
    return percentile(ledger.acks, 0.99), percentile(ledger.deliveries, 0.99)
