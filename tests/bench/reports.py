"""Reports over three years of history: the database, pages, exports, and what the zone feels."""

import asyncio
import json
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.bench.echo import percentile
from tests.bench.figures import Figure
from tests.bench.measures import QUICK, SLOW_RATE, Bench
from tests.faults.signin import sign_in
from tests.server import ROOT

CONVERSATIONS = {"embedded": 20_000, "cluster": 200_000}
SHARE_OF_QUICK = 0.1
TALKERS = 10
SECONDS = 60.0
# Of whoever reads three years before they ask for the next page; and of nobody.
READING, HASTE = 2.0, 0.0
DAYS = 3 * 365 - 1
EXPORTS = 3
# Milliseconds of the database; where it is one process, of the whole.
GOALS = {
    "summary of a month": 30.0,
    "of a year": 120.0,
    "of three years": 250.0,
    "operators of a month": 60.0,
}
GOAL_OF_DETAIL, GOAL_EMBEDDED = 20.0, 300.0
# Of a whole page, with its summary.
GOALS_OF_PAGES = {"a month": 180.0, "a year": 270.0, "three years": 400.0}
GOAL_DEMO = 2000.0


async def measure(bench: Bench) -> list[Figure]:
    is_quick = bench.plan.conversations == QUICK.conversations
    count = int(CONVERSATIONS[bench.mode] * (SHARE_OF_QUICK if is_quick else 1))
    told = await _inside(bench, "fill", str(count))
    is_cluster = bench.mode == "cluster"
    goal = GOAL_DEMO if is_cluster else None
    bench.note("demo: conversations made", told["made"], "/s", goal=goal, at_least=True)
    bench.note("demo: CPU of its process for one", told["cost"] * 1e6, "µs")
    bench.note("counting conversations", told["counted"], "/s")
    _note_reports(bench, await _inside(bench, "ask"))
    await _measure_exports(bench, count)
    await _measure_others(bench)
    return bench.figures


def _note_reports(bench: Bench, told: dict[str, Any]) -> None:
    if bench.mode == "embedded":
        # The database is within the process.
        for page, (_database, own) in told["pages"].items():
            bench.note(f"page {page}", own, "ms", goal=GOAL_EMBEDDED)
        return
    for name, milliseconds in told["reports"].items():
        bench.note(f"report, {name}", milliseconds, "ms", goal=GOALS[name.partition(":")[0]])
    count, pair, milliseconds = told["pairs"]
    name = f"detail, first page, slowest of {count} pairs of filters ({pair})"
    bench.note(name, milliseconds, "ms", goal=GOAL_OF_DETAIL)
    for page, (database, own) in told["pages"].items():
        goal = GOALS_OF_PAGES[page.partition(", ")[2]]
        bench.note(f"page {page}", database + own, "ms", goal=goal)
        bench.note(f"page {page}: of it database", database, "ms")


async def _measure_exports(bench: Bench, count: int) -> None:
    for shape in ("csv", "xlsx"):
        told = await _inside(bench, "export", shape)
        name = f"export of {told['rows']} rows as {shape}"
        goal = 60.0 * max(told["rows"], count) / CONVERSATIONS["cluster"]
        bench.note(f"{name}: seconds", told["seconds"], "s", goal=goal)
        bench.note(f"{name}: CPU", told["cpu"], "s")
        bench.note(f"{name}: growth", told["growth"], "MB", goal=50.0)


async def _measure_others(bench: Bench) -> None:
    """Who talks, while somebody reads three years, and while they are taken out."""
    await bench.stage.open_conversations(TALKERS)
    await _talk(bench)  # warms its caches and ours
    before = await _talk(bench)
    bench.note("zone: p99 of delivery before", before * 1e3, "ms")
    for pause, goal in ((READING, 1.5), (HASTE, None)):
        talk = asyncio.create_task(_talk(bench))
        seen = await _read_on(bench, talk, pause)
        name = f"zone: p99 beside {seen} reports of three years in {SECONDS:.0f} s ÷ before"
        bench.note(name, await talk / before, "", goal=goal)
    await _inside(bench, "begin", str(EXPORTS))
    # What a worker does; embedded, the server sees to it.
    writing = asyncio.create_task(_write_exports(bench)) if bench.mode == "cluster" else None
    beside = await _talk(bench) / before
    bench.note("zone: p99 beside exports ÷ before", beside, "", goal=1.5)
    if writing is not None:
        await writing


async def _write_exports(bench: Bench) -> None:
    await bench.stage.world.manage("write_exports")


async def _read_on(bench: Bench, talk: "asyncio.Task[float]", pause: float) -> int:
    """Three years again and again while they talk; how often."""
    origin = f"http://{bench.stage.host}"
    cookie = await sign_in(origin, "admin")
    today = datetime.now(UTC).date()
    address = f"{origin}/reports/conversations/?from={today - timedelta(days=DAYS)}&to={today}"
    request, seen = urllib.request.Request(address, headers={"Cookie": cookie}), 0
    while not talk.done():
        answer = await asyncio.to_thread(urllib.request.urlopen, request)
        await asyncio.to_thread(answer.read)
        seen += 1
        await asyncio.wait([talk], timeout=pause)
    return seen


async def _talk(bench: Bench) -> float:
    await bench.stage.talk_at(SLOW_RATE, SECONDS)
    return percentile(bench.stage.ledger.deliveries, 0.99)


async def _inside(bench: Bench, *arguments: str) -> Any:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.reported", *arguments),
        env=bench.stage.world.environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    output, _errors = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"tests.bench.reported {' '.join(arguments)} failed")
    return json.loads(output.splitlines()[-1])
