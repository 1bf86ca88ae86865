"""What people who are merely on the site cost those who look at the list of them, and who talk."""

import asyncio

from tests.bench.crowd import dumps
from tests.bench.echo import percentile
from tests.bench.figures import Figure
from tests.bench.measures import SETTLE_SECONDS, SLOW_RATE, Bench
from tests.bench.stage import Stage, paced

FEW = 50
TALKERS = 10
TURNS_A_SECOND = 50.0
MOST_PERCENT = 15.0
MOST_RATIO = 1.3


async def measure(bench: Bench) -> list[Figure]:
    """Every operator looks at the first page of the list throughout."""
    stage, plan = bench.stage, bench.plan
    await stage.open_conversations(TALKERS)
    for operator in stage.operators:
        await operator.ask("people", page=1, words="")
    few = await delivery_beside(bench, FEW)
    many = await delivery_beside(bench, plan.sockets)
    names = f"delivery p99 with {{}} on the site, {TURNS_A_SECOND:.0f} page changes a second"
    bench.note(names.format(FEW), few * 1e3, "ms")
    bench.note(names.format(plan.sockets), many * 1e3, "ms")
    bench.note("the second ÷ the first", many / few, "", goal=MOST_RATIO)
    await measure_turning(bench)
    return bench.figures


async def delivery_beside(bench: Bench, count: int) -> float:
    """Seconds, while so many are on the site and turn pages."""
    stage, seconds = bench.stage, bench.plan.slow
    await asyncio.gather(*(socket.close() for socket in stage.idle))
    await stage.gather_idle(count)
    await asyncio.sleep(SETTLE_SECONDS)
    await asyncio.gather(
        stage.talk_at(SLOW_RATE, seconds), turn_pages(stage, seconds), stage.ping_idle(seconds)
    )
    return percentile(stage.ledger.deliveries, 0.99)


async def measure_turning(bench: Bench) -> None:
    """Of the web process, above what those sockets cost anyway."""
    stage, seconds = bench.stage, bench.plan.idle
    spent = []
    for turning in (False, True):
        meter = stage.meter()
        meter.start()
        beside = turn_pages(stage, seconds) if turning else asyncio.sleep(seconds)
        await asyncio.gather(stage.ping_idle(seconds), beside)
        spent.append(meter.spent()["web"])
    percent = 100 * (spent[1] - spent[0]) / seconds
    name = f"CPU of {TURNS_A_SECOND:.0f} page changes a second beside {bench.plan.sockets}"
    bench.note(name, percent, "% of a core", goal=MOST_PERCENT)


async def turn_pages(stage: Stage, seconds: float) -> None:
    """One after the other of those on the site."""
    async for number in paced(TURNS_A_SECOND, seconds):
        socket = stage.idle[number % len(stage.idle)]
        url, title = f"http://127.0.0.1/{number}", f"Страница {number}"
        await socket.send(dumps({"type": "page", "url": url, "title": title}))
