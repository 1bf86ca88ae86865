"""How long the database is busy with a report, with three years of history; on PostgreSQL."""

import asyncio
import json
import subprocess
import sys

from tests.bench.figures import Figure
from tests.bench.stage import Stage
from tests.server import ROOT

CONVERSATIONS, MESSAGES = 200_000, 15
QUICK_CONVERSATIONS = 20_000
# Milliseconds of the database, of the whole history.
GOALS = {
    "month": 30.0,
    "year": 120.0,
    "three years": 250.0,
    "three years of two conditions": None,
    "operators of a month": 60.0,
    "first page": 20.0,
    "first page of two conditions": 20.0,
    "first page of two that nothing meets": 20.0,
}


async def measure(stage: Stage, *, is_quick: bool) -> list[Figure]:
    count = QUICK_CONVERSATIONS if is_quick else CONVERSATIONS
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.reported", str(count), str(MESSAGES)),
        env=stage.world.environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    output, _errors = await process.communicate()
    if process.returncode:
        raise RuntimeError("tests.bench.reported failed")
    told = json.loads(output)
    counting = told.pop("counting")[0]
    figures = [Figure("counting conversations", count / counting, "/s")]
    for name, (database, whole) in told.items():
        figures.append(Figure(f"report, {name}: database", database, "ms", goal=GOALS[name]))
        figures.append(Figure(f"report, {name}: in all", whole, "ms"))
    return figures
