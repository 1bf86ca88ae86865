"""Measure the speed figures of goals, on loopback and for a few minutes."""

import argparse
import asyncio
import json
import resource
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.bench import echo, growth, on_site, purge, reports, rules, state
from tests.bench.figures import Figure, table
from tests.bench.measures import QUICK, SLOW_RATE, WHOLE, Bench, Plan
from tests.bench.stage import OPERATORS, PULSE_LOG, Stage
from tests.bench.state import StateBench
from tests.faults.world import World

MODES = ["embedded", "cluster"]
SPARE_FILES = 500


def main() -> int:
    arguments = parse()
    plan = QUICK if arguments.quick else WHOLE
    if arguments.sockets:
        plan = replace(plan, sockets=arguments.sockets)
    allow_sockets(plan.sockets)
    found = {}
    for mode in [arguments.mode] if arguments.mode else MODES:
        found[mode] = [
            figure
            for part in ([arguments.only] if arguments.only else PARTS)
            for figure in asyncio.run(PARTS[part](mode, plan))
        ]
        print(f"{mode}\n\n{table(found[mode])}\n", flush=True)
    if arguments.json:
        content = {mode: [figure.as_json() for figure in found[mode]] for mode in found}
        arguments.json.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--mode", choices=MODES, help="default: one after the other")
    parser.add_argument("--quick", action="store_true", help="rough figures in a minute")
    parser.add_argument("--only", choices=PARTS, help="one part of it; default: all")
    parser.add_argument("--sockets", type=int, help="idle visitors; default 2000, quick 400")
    parser.add_argument("--json", type=Path, help="write the figures into this file as well")
    return parser.parse_args()


def allow_sockets(count: int) -> None:
    """The server inherits the limit; so a number that does not fit is said at once."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count + SPARE_FILES:
        sys.exit(f"{count} sockets need more open files than the {hard} allowed here")
    wanted = count + SPARE_FILES
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(_soft, wanted), hard))


async def measure_messages(mode: str, plan: Plan) -> list[Figure]:
    yardstick = await echo.measure(plan.echoes, plan.slow, SLOW_RATE)
    async with fresh_stage(mode) as stage:
        return await Bench(mode, stage, plan, yardstick).measure_messages()


async def measure_sockets(mode: str, plan: Plan) -> list[Figure]:
    yardstick = await echo.measure(plan.echoes, plan.slow, SLOW_RATE)
    async with fresh_stage(mode) as stage:
        return await Bench(mode, stage, plan, yardstick).measure_sockets()


async def measure_growth(mode: str, plan: Plan) -> list[Figure]:
    yardstick = await echo.measure(plan.echoes, plan.slow, SLOW_RATE)
    async with fresh_stage(mode) as stage:
        return await growth.measure(Bench(mode, stage, plan, yardstick))


async def measure_on_site(mode: str, plan: Plan) -> list[Figure]:
    yardstick = await echo.measure(plan.echoes, plan.slow, SLOW_RATE)
    async with fresh_stage(mode) as stage:
        return await on_site.measure(Bench(mode, stage, plan, yardstick))


async def measure_purge(mode: str, plan: Plan) -> list[Figure]:
    yardstick = await echo.measure(plan.echoes, plan.slow, SLOW_RATE)
    async with fresh_stage(mode) as stage:
        return await purge.measure(Bench(mode, stage, plan, yardstick))


async def measure_state(mode: str, plan: Plan) -> list[Figure]:
    async with fresh_stage(mode, watched=True) as stage:
        chosen = state.QUICK if plan.conversations == QUICK.conversations else state.WHOLE
        return await StateBench(mode, stage, chosen).run()


async def measure_reports(mode: str, plan: Plan) -> list[Figure]:
    yardstick = await echo.measure(plan.echoes, plan.slow, SLOW_RATE)
    async with fresh_stage(mode) as stage:
        return await reports.measure(Bench(mode, stage, plan, yardstick))


async def measure_rules(mode: str, _plan: Plan) -> list[Figure]:
    """Without a server: the same in both."""
    return rules.measure() if mode == "embedded" else []


@asynccontextmanager
async def fresh_stage(mode: str, *, watched: bool = False) -> AsyncIterator[Stage]:
    with tempfile.TemporaryDirectory(prefix="sphaera-bench-") as directory:
        world = World(mode, Path(directory), operators=OPERATORS, servers=1)
        if watched:
            (server,) = world.servers
            server.command = [sys.executable, "-m", "tests.bench.watched"]
            server.variables = {"PULSE_LOG": str(world.directory / PULSE_LOG)}
        async with world:
            stage = Stage(world)
            try:
                yield stage
            finally:
                await stage.close()


# What can be measured alone, each on servers of its own.
PARTS: dict[str, Callable[[str, Plan], Coroutine[Any, Any, list[Figure]]]] = {
    "messages": measure_messages,
    "sockets": measure_sockets,
    "growth": measure_growth,
    "on_site": measure_on_site,
    "purge": measure_purge,
    "state": measure_state,
    "reports": measure_reports,
    "rules": measure_rules,
}


if __name__ == "__main__":
    sys.exit(main())
