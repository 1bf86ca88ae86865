"""What a change of state costs beside few operators and beside many, and what it makes wait.

CPU is that of all processes together; what they spend anyway in the same time is taken off.
"""

import asyncio
import math
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.bench.crowd import Operator, Visitor, addresses
from tests.bench.figures import Figure
from tests.bench.stage import Stage, paced
from tests.faults.signin import tokens

ALONE, MANY = 1, 40
OTHERS = 40  # operators of another level
GOAL_ALONE = {"embedded": None, "cluster": 30.0}
RATE = 2.0  # conversations a second
# Changes of the list of operators are told one by one; that somebody is gone is seen by the pulse.
APART_SECONDS, GONE_APART_SECONDS = 0.5, 1.2
GRACE_SECONDS = 7.0  # until who left is taken out of the lists
SETTLE_SECONDS = 4.0
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class StatePlan:
    conversations: int  # for each figure
    changes: int  # of an operator's presence
    foreign: int  # conversations of another department
    idle: float  # seconds


WHOLE = StatePlan(40, 10, 300, 15)
QUICK = StatePlan(12, 8, 100, 5)


class StateBench:
    """The figures of one mode; the stage is fresh, and its servers tell of their pulse."""

    def __init__(self, mode: str, stage: Stage, plan: StatePlan) -> None:
        self.mode, self.stage, self.plan = mode, stage, plan
        self.figures: list[Figure] = []
        self.rested = 0.0  # CPU a second with nothing going on
        self.cookies: list[str] = []
        self.others: list[str] = []

    async def run(self) -> list[Figure]:
        await self._prepare()
        await self._come(ALONE)
        await self._measure_conversations("warm")  # its caches and ours
        alone = await self._measure_conversations("alone")
        goal = GOAL_ALONE[self.mode]
        self.note(f"conversation beside {ALONE} operator: CPU", alone * 1e3, "ms", goal=goal)
        await self._measure_foreign()
        await self._come(MANY)
        beside = await self._measure_conversations("beside")
        self.note(f"conversation beside {MANY} operators: CPU", beside * 1e3, "ms")
        self.note(f"conversation: beside {MANY} ÷ beside {ALONE}", beside / alone, "", goal=1.6)
        await self._measure_presence()
        await self._measure_dropping()
        return self.figures

    def note(self, name: str, value: float, unit: str, **more: object) -> None:
        figure = Figure(name, value, unit, **more)  # type: ignore[arg-type]
        self.figures.append(figure)
        print("  ".join(figure.row()[:2]), file=sys.stderr, flush=True)

    # What is measured

    async def _measure_conversations(self, name: str) -> float:
        """CPU of a conversation opened, accepted and closed, at a steady rate."""
        count = self.plan.conversations
        visitors = await self._visitors(f"{name}-", count)
        await asyncio.sleep(SETTLE_SECONDS)

        async def lead() -> None:
            async for number in paced(RATE, count / RATE):
                await self._lead(visitors[number])

        spent = await self._spent(lead)
        await self._go(visitors)
        return spent / count

    async def _lead(self, visitor: Visitor) -> None:
        await self._accepted(visitor, self.stage.operators[0])
        await visitor.ask("end")

    async def _accepted(self, visitor: Visitor, operator: Operator) -> None:
        conversation = await visitor.say()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await operator.sees_waiting(conversation)
        await operator.ask("accept", conversation=conversation)

    async def _measure_presence(self) -> None:
        """Beside all the others one comes, chooses what to be, and goes, several times over."""
        count, here = self.plan.changes, len(self.stage.operators)

        async def come() -> None:
            await self._come(here + count, apart=APART_SECONDS)

        async def choose() -> None:
            for number in range(count):
                value = ("busy", "online")[number % 2]
                await self.stage.operators[0].ask("presence", value=value)
                await asyncio.sleep(APART_SECONDS)

        async def go() -> None:
            for operator in self.stage.operators[here:]:
                await operator.close()
                await asyncio.sleep(GONE_APART_SECONDS)
            await asyncio.sleep(GRACE_SECONDS)

        goal = 15.0
        for name, act in (("comes", come), ("chooses a status", choose), ("leaves", go)):
            cost = await self._spent(act) / count
            self.note(f"operator {name} beside {here}: CPU", cost * 1e3, "ms", goal=goal)
        del self.stage.operators[here:]

    async def _measure_foreign(self) -> None:
        """What sockets of another level cost while the pulse has conversations of the first to
        compare them with: all were written in within the time that it looks back.
        """
        own = await self._cost_of_others([])
        visitors = await self._visitors("foreign-", self.plan.foreign)
        for visitor in visitors:
            await self._accepted(visitor, self.stage.operators[0])
        beside = await self._cost_of_others(visitors)
        name = f"sockets of others beside {len(visitors)} foreign conversations ÷ without"
        # What is lost in the noise of rest meets no goal.
        is_told = own > 0 and beside > 0
        self.note(name, beside / own if is_told else math.nan, "", goal=1.1)
        for visitor in visitors:
            await visitor.ask("end")
        await self._go(visitors)

    async def _cost_of_others(self, writing: list[Visitor]) -> float:
        async def rest() -> float:
            for visitor in writing:
                await visitor.say()
            await asyncio.sleep(SETTLE_SECONDS)
            return await self._raw(lambda: asyncio.sleep(self.plan.idle))

        without = await rest()
        others = await self._enter(self.others)
        beside = await rest()
        await asyncio.gather(*(operator.close() for operator in others))
        await asyncio.sleep(GRACE_SECONDS)
        return beside - without

    async def _measure_dropping(self) -> None:
        visitors = await self._visitors("dropping-", self.plan.foreign)
        for visitor in visitors:
            await self._accepted(visitor, self.stage.operators[0])
        await asyncio.sleep(SETTLE_SECONDS)
        self.note("longest beat of the pulse at rest", await self._longest_beat() * 1e3, "ms")
        await self._go(visitors)
        name = f"{len(visitors)} dialogues drop at once: longest beat of the pulse"
        self.note(name, await self._longest_beat() * 1e3, "ms", goal=200.0)

    async def _longest_beat(self) -> float:
        before = len(self.stage.beats())
        await asyncio.sleep(2 * GRACE_SECONDS)
        return max(self.stage.beats()[before:], default=0.0)

    # The crowd

    async def _prepare(self) -> None:
        self.cookies = await self.stage.sessions("load", MANY + self.plan.changes, level=1)
        self.others = await self.stage.sessions("other", OTHERS, level=2)

    async def _come(self, count: int, *, apart: float = 0.0) -> None:
        """So many operators of the first level in all."""
        coming = self.cookies[len(self.stage.operators) : count]
        self.stage.operators += await self._enter(coming, apart=apart)

    async def _enter(self, cookies: list[str], *, apart: float = 0.0) -> list[Operator]:
        entered = []
        for cookie in cookies:
            entered.append(await self.stage.operator(cookie))
            await asyncio.sleep(apart)
        return entered

    async def _visitors(self, subject: str, count: int) -> list[Visitor]:
        passes = await tokens(self.stage.world, subject, count)
        return [
            await self.stage.visitor(token, address)
            for token, address in zip(passes, addresses(count), strict=True)
        ]

    async def _go(self, visitors: list[Visitor]) -> None:
        await asyncio.gather(*(visitor.close() for visitor in visitors), return_exceptions=True)

    # CPU

    async def _rest(self) -> None:
        self.rested = await self._raw(lambda: asyncio.sleep(self.plan.idle)) / self.plan.idle

    async def _spent(self, act: Callable[[], Awaitable[None]]) -> float:
        """CPU seconds of what is done and of what it sets off, without what is spent anyway: that
        is measured just before, since what else the machine does changes the price of everything.
        """
        await self._rest()

        async def and_all() -> None:
            await act()
            await asyncio.sleep(SETTLE_SECONDS)

        began = time.perf_counter()
        spent = await self._raw(and_all)
        return spent - self.rested * (time.perf_counter() - began)

    async def _raw(self, act: Callable[[], Awaitable[None]]) -> float:
        meter = self.stage.meter()
        meter.start()
        await act()
        return sum(meter.spent().values())
