"""One run: build the world, let people talk while it breaks, wait for quiet, read afresh, judge."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt

from tests.faults import database, faults
from tests.faults.checker import Checker, Verdict
from tests.faults.client import Client
from tests.faults.history import History, read_all
from tests.faults.liveness import Waits
from tests.faults.people import Bystander, Operator, Visitor, read_afresh
from tests.faults.signin import SITE, sign_in, tokens
from tests.faults.talk import Pace, talk
from tests.faults.world import World
from tests.server import Prepared

VISITORS = 3
OPERATORS = 3
BYSTANDER = "operator2"  # of the demo: second level, given nothing
ANSWERED_SECONDS = 15.0  # an answer that never comes, and a new connection
QUIET_SECONDS = 6.0  # three beats of the server
LOOK_SECONDS = 0.1
# How long the talk may go on after the last fault before the run counts as stuck.
SLACK_SECONDS = 90.0


@dataclass(frozen=True)
class Options:
    mode: str
    messages: int
    faults: int
    seed: int
    directory: Path
    tables: Prepared | None = None


@dataclass(frozen=True)
class Outcome:
    checker: Checker
    waits: Waits
    suffered: list[str]
    seconds: float

    @property
    def verdict(self) -> Verdict:
        return self.checker.verdict


@dataclass
class Cast:
    visitors: list[Visitor]
    operators: list[Operator]
    bystander: Bystander

    @property
    def all(self) -> list[Client]:
        return [*self.visitors, *self.operators, self.bystander]

    def sent(self) -> int:
        return -sum(len(client.outbox) for client in self.all)

    def seen(self) -> int:
        return sum(sum(client.cursors.values()) for client in self.all)

    def settled(self) -> bool:
        return all(client.online.is_set() and not client.outbox for client in self.all)


async def run(options: Options) -> Outcome:
    random.seed(options.seed)
    loop = asyncio.get_running_loop()
    start = loop.time()
    suffering = faults.plan(options.mode, options.faults)
    async with World(
        options.mode, options.directory, operators=OPERATORS, tables=options.tables
    ) as world:
        cast = await assemble(world)
        stuck = await live_through(world, cast, options.messages, suffering)
        await read_all_afresh(world, cast)
        record = await asyncio.to_thread(
            database.read, options.directory / "data", world.environment.get("DATABASE_URL")
        )
        recount = await recounted(world)
    checker = Checker(
        read_all(options.directory), record, bystanders=[cast.bystander.history.actor]
    )
    checker.run()
    waits = Waits(checker)
    waits.run()
    for line in recount:
        checker.verdict.blame("miscounted", line)
    if stuck:
        checker.verdict.blame("late", f"the talk did not come to an end: {stuck}")
    return Outcome(checker, waits, suffering, loop.time() - start)


async def recounted(world: World) -> list[str]:
    """What the rows of owners tell differently than the log."""
    try:
        await world.manage("verify_history")
    except RuntimeError as differences:
        return str(differences).splitlines()
    return []


async def assemble(world: World) -> Cast:
    passes = await tokens(world, "guest", VISITORS)
    cookies = [await sign_in(world.origin, f"load{n}") for n in range(1, OPERATORS + 1)]
    return Cast(
        [visitor(world, token) for token in passes],
        [
            Operator(**operator_place(world, f"load{number}", cookie))
            for number, cookie in enumerate(cookies, 1)
        ],
        Bystander(**operator_place(world, BYSTANDER, await sign_in(world.origin, BYSTANDER))),
    )


def visitor(world: World, token: str) -> Visitor:
    subject = jwt.decode(token, options={"verify_signature": False})["sub"]
    return Visitor(
        f"{world.socket_origin}/ws/visitor/{SITE}/",
        History(world.directory, f"visitor:{subject}"),
        origin=world.origin,
        token=token,
    )


def operator_place(world: World, login: str, cookie: str) -> dict[str, Any]:
    return {
        "url": f"{world.socket_origin}/ws/operator/",
        "history": History(world.directory, f"operator:{login}"),
        "origin": world.origin,
        "cookie": cookie,
    }


async def live_through(world: World, cast: Cast, messages: int, suffering: list[str]) -> str:
    """Talk and break until both are done; then wait for quiet. Says what never came to an end."""
    living = [asyncio.create_task(client.run()) for client in cast.all]
    pace = Pace(len(suffering))
    talking = asyncio.create_task(talk(cast.visitors, cast.operators, messages, pace))
    stuck = ""
    try:
        await faults.suffer(world, suffering, pace)
        await asyncio.wait_for(talking, SLACK_SECONDS)
    except TimeoutError:
        stuck = ", ".join(describe(client) for client in cast.all)
    await calm(cast.sent, ANSWERED_SECONDS, cast.settled)
    await calm(cast.seen, QUIET_SECONDS)
    for client in cast.all:
        await client.stop()
    await asyncio.gather(*living)
    return stuck


async def calm(
    progress: Callable[[], int], patience: float, is_over: Callable[[], bool] = lambda: False
) -> None:
    """Until it is over, or nothing moved for a while; the checker names what was left behind."""
    reached, since = progress(), time.monotonic()
    while not is_over() and time.monotonic() - since < patience:
        await asyncio.sleep(LOOK_SECONDS)
        if progress() > reached:
            reached, since = progress(), time.monotonic()


def describe(client: Client) -> str:
    state = "on line" if client.online.is_set() else "away"
    return f"{client.history.actor} {state}, {len(client.outbox)} unsent"


async def read_all_afresh(world: World, cast: Cast) -> None:
    for old in cast.visitors:
        await read_afresh(visitor(world, old.token), [old.current])
    for operator in cast.operators:
        login = operator.history.actor.removeprefix("operator:")
        fresh = Operator(**operator_place(world, login, operator.headers["Cookie"]))
        fresh.mine = {"reads only"}
        fresh.held = set(operator.held)
        await read_afresh(fresh, operator.held)
