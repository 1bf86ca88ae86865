"""What is measured, one function for each line of goals; F is the bare echo's cost of a message."""

import asyncio
import sys
from dataclasses import dataclass, replace

from tests.bench import echo
from tests.bench.echo import Yardstick, percentile
from tests.bench.figures import Figure
from tests.bench.meter import resident_bytes
from tests.bench.stage import Stage

# Goals of F for a message through the whole path: web process, PostgreSQL, Redis.
GOALS_OF_PATH = {"embedded": {"web": 14.0}, "cluster": {"web": 20.0, "postgres": 8.0, "redis": 2.0}}
SLOW_RATE = 50.0
GOAL_SLOW_MS = {"embedded": 0.8, "cluster": 1.5}
GOAL_IDLE_SOCKETS, GOAL_IDLE_PERCENT = 5000, 10.0
SETTLE_SECONDS = 3.0


@dataclass(frozen=True)
class Plan:
    """How much is measured; seconds for each phase."""

    conversations: int
    sockets: int
    echoes: int
    pings: int
    full: float
    half: float
    slow: float
    idle: float


WHOLE = Plan(100, 2000, 50_000, 200, 10, 10, 20, 30)
QUICK = Plan(40, 400, 10_000, 100, 4, 4, 6, 10)


class Bench:
    def __init__(self, mode: str, stage: Stage, plan: Plan, bare: Yardstick) -> None:
        self.mode, self.stage, self.plan, self.echo = mode, stage, plan, bare
        self.figures: list[Figure] = []
        self.full_rate = self.full_cost = self.idle_cost = 0.0

    async def measure_messages(self) -> list[Figure]:
        await self.begin()
        await self.measure_pings()
        await self.refresh_yardstick()
        await self.measure_full_rate()
        await self.measure_half_rate()
        await self.measure_slow_rate()
        return self.figures

    async def measure_sockets(self) -> list[Figure]:
        await self.begin()
        await self.measure_full_rate()
        await self.stage.settle()
        await self.measure_idle_memory()
        await self.measure_idle_cpu()
        await self.measure_size()
        return self.figures

    async def begin(self) -> None:
        self.show_echo()
        await self.stage.open_conversations(self.plan.conversations)
        await self.stage.talk_at_full_rate(self.plan.full / 4)  # warms its caches and ours
        await self.refresh_yardstick()

    def note(self, name: str, value: float, unit: str, **more: object) -> None:
        figure = Figure(name, value, unit, **more)  # type: ignore[arg-type]
        self.figures.append(figure)
        print("  ".join(figure.row()[:2]), file=sys.stderr, flush=True)

    def show_echo(self) -> None:
        self.note("bare echo: CPU a message (F)", self.echo.cpu * 1e6, "µs", ratio=1.0)
        self.note("bare echo: messages a second", self.echo.rate, "/s", ratio=1.0)
        self.note("bare echo: round trip p50", self.echo.p50 * 1e3, "ms", ratio=1.0)
        self.note(
            "bare echo: CPU a message, 50 a second", self.echo.slow_cpu * 1e3, "ms", ratio=1.0
        )

    async def refresh_yardstick(self) -> None:
        self.echo = replace(self.echo, cpu=await echo.cost(self.plan.echoes // 4))

    async def measure_pings(self) -> None:
        """The own consumer's echo: a frame in, a frame out, nothing between."""
        meter, visitors = self.stage.meter(), self.stage.visitors
        meter.start()
        for _ in range(self.plan.pings):
            await asyncio.gather(*(visitor.ask("ping") for visitor in visitors))
        cost = meter.spent()["web"] / (self.plan.pings * len(visitors))
        self.cost("ping and its ack: CPU", cost, 3.0)
        await asyncio.sleep(SETTLE_SECONDS)

    async def measure_full_rate(self) -> None:
        meter = self.stage.meter()
        meter.start()
        self.full_rate = await self.stage.talk_at_full_rate(self.plan.full)
        spent, messages = meter.spent(), len(self.stage.ledger.acks)
        ratio = self.full_rate / self.echo.rate
        self.note(
            "whole path: messages a second",
            self.full_rate,
            "/s",
            ratio=ratio,
            goal=1000.0,
            at_least=True,
        )
        for name, goal in GOALS_OF_PATH[self.mode].items():
            self.cost(f"whole path: CPU a message, {name}", spent[name] / messages, goal)
        self.full_cost = spent["web"] / messages
        await asyncio.sleep(SETTLE_SECONDS)

    async def measure_half_rate(self) -> None:
        await self.stage.talk_at(self.full_rate / 2, self.plan.half)
        self.latencies("half load", 3.0, 25.0)

    async def measure_slow_rate(self) -> None:
        await self.stage.settle()
        meter = self.stage.meter()
        meter.start()
        await self.stage.talk_at(SLOW_RATE, self.plan.slow)
        messages = max(1, len(self.stage.ledger.acks))
        spent = meter.spent()
        cost = sum(spent.values()) / messages
        p50, p99 = self.latencies("50 a second", 4.0, 20.0)
        self.note("50 a second: p99 ÷ p50", p99 / p50 if p50 else 0.0, "", goal=10.0)
        self.note(
            "50 a second: CPU a message, database included",
            cost * 1e3,
            "ms",
            ratio=cost / self.echo.slow_cpu,
            goal=GOAL_SLOW_MS[self.mode],
        )
        for name, seconds in spent.items() if len(spent) > 1 else ():
            self.note(f"50 a second: of it {name}", seconds / messages * 1e3, "ms")

    async def measure_idle_memory(self) -> None:
        server = self.stage.server.pid
        before = resident_bytes(server)
        await self.stage.gather_idle(self.plan.sockets)
        await asyncio.sleep(SETTLE_SECONDS)
        each = (resident_bytes(server) - before) / self.plan.sockets / 1024
        self.note(f"memory of an idle socket ({self.plan.sockets} of them)", each, "KiB", goal=40.0)

    async def measure_idle_cpu(self) -> None:
        meter = self.stage.meter()
        meter.start()
        await self.stage.ping_idle(self.plan.idle)
        percent = 100 * meter.spent()["web"] / self.plan.idle
        name = f"idle CPU, {self.plan.sockets} sockets with pings"
        goal = GOAL_IDLE_PERCENT * self.plan.sockets / GOAL_IDLE_SOCKETS
        self.note(name, percent, "% of a core", goal=goal)
        self.idle_cost = percent / 100

    async def measure_size(self) -> None:
        """What a message costs beside all those sockets, their own idle cost taken off."""
        meter = self.stage.meter()
        meter.start()
        seconds = self.plan.full
        await asyncio.gather(self.stage.talk_at_full_rate(seconds), self.stage.ping_idle(seconds))
        spent = meter.spent()["web"] - self.idle_cost * seconds
        ratio = spent / len(self.stage.ledger.acks) / self.full_cost
        self.note(
            f"CPU a message beside {self.plan.sockets} sockets ÷ without", ratio, "", goal=1.3
        )

    async def measure_return(self) -> None:
        back = await self.stage.come_back()
        name = f"return of {self.plan.sockets} sockets after kill -9"
        self.note(name, back.seconds, "s", goal=5.0)
        self.note(f"{name}: CPU of all processes", back.cpu, "s")
        self.note("refused while returning", back.refusals, "", goal=0.0)
        self.note("not returned after a minute", back.missing, "", goal=0.0)

    def cost(self, name: str, seconds: float, goal: float) -> None:
        ratio = seconds / self.echo.cpu
        self.note(name, seconds * 1e6, "µs", ratio=ratio, goal=goal, goal_of_ratio=True)

    def latencies(self, load: str, goal_p50: float, goal_p99: float) -> tuple[float, float]:
        """Figures of acks and deliveries; the deliveries' p50 and p99 in ms."""
        found = {}
        for what, values in (
            ("ack", self.stage.ledger.acks),
            ("delivery", self.stage.ledger.deliveries),
        ):
            for part, goal, bare in (
                (0.5, goal_p50, self.echo.p50),
                (0.99, goal_p99, self.echo.p99),
            ):
                seconds = percentile(values, part)
                found[what, part] = seconds * 1e3
                name = f"{load}: {what} p{part * 100:.0f}"
                wanted = goal if what == "delivery" else None
                self.note(name, seconds * 1e3, "ms", ratio=seconds / bare, goal=wanted)
        return found["delivery", 0.5], found["delivery", 0.99]
