"""The purge: how many messages a second, and what those who talk meanwhile feel of it."""

import asyncio

from tests.bench.echo import percentile
from tests.bench.figures import Figure
from tests.bench.measures import QUICK, SLOW_RATE, Bench

CONVERSATIONS, FEWER, MESSAGES = 20_000, 4_000, 15
TALKERS = 10
SECONDS = 10.0
GOALS = {"embedded": 20_000.0, "cluster": 50_000.0}


async def measure(bench: Bench) -> list[Figure]:
    bench.show_echo()
    is_quick = bench.plan.conversations == QUICK.conversations
    conversations = FEWER if is_quick else CONVERSATIONS
    manage = bench.stage.world.manage
    write = f"from tests.bench.long_ago import write; write({conversations}, {MESSAGES})"
    await manage("shell", "-c", write)
    await bench.stage.open_conversations(TALKERS)
    before = await _talk(bench)
    talk = asyncio.create_task(_talk(bench))
    await asyncio.sleep(1)
    await manage("purge")
    during = await talk
    told = await manage("shell", "-c", "from tests.bench.long_ago import tell; tell()")
    rate, longest = map(float, told.split()[-2:])
    bench.note("purge: messages", rate, "/s", goal=GOALS[bench.mode], at_least=True)
    bench.note("purge: longest batch with its pause", longest, "ms", goal=200.0)
    bench.note("purge: p99 of others' acks before", before * 1e3, "ms")
    bench.note("purge: p99 of others' acks during it ÷ before", during / before, "", goal=2.0)
    return bench.figures


async def _talk(bench: Bench) -> float:
    await bench.stage.talk_at(SLOW_RATE, SECONDS)
    return percentile(bench.stage.ledger.acks, 0.99)
