"""The scene of a measurement: one web process of the product, and the crowd that talks to it."""

import asyncio
import random
import signal
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidHandshake, InvalidMessage

from tests.bench.crowd import (
    ANSWER_SECONDS,
    ENDED,
    Inbound,
    Ledger,
    Operator,
    Socket,
    Visitor,
    addresses,
    dial,
    dumps,
)
from tests.bench.meter import Meter
from tests.faults.signin import SITE, sign_in, tokens
from tests.faults.world import Server, World

OPERATORS = 20
PULSE_LOG = "pulse.log"
DIALLING_AT_ONCE = 40
PING_SECONDS = 20.0  # as a folded window without a conversation has it (connection.js)
RETURN_JITTER_SECONDS = 1.0
RETURN_PATIENCE_SECONDS = 60.0
LOOKED_BACK_SECONDS = 35.0  # chat.sockets.hub.LOOK_BACK
DRAIN_SECONDS, DRAIN_LOOKS = 5.0, 50
REFUSED = (*ENDED, InvalidHandshake, InvalidMessage)


@dataclass
class Stage:
    world: World
    ledger: Ledger = field(default_factory=Ledger)
    visitors: list[Visitor] = field(default_factory=list)
    operators: list[Operator] = field(default_factory=list)
    idle: list[Socket] = field(default_factory=list)
    idle_tokens: list[str] = field(default_factory=list)

    @property
    def server(self) -> Server:
        return self.world.servers[0]

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.port}"

    def meter(self) -> Meter:
        pids = {"web": [self.server.pid]}
        for name, service in (("postgres", self.world.postgres), ("redis", self.world.redis)):
            if service and service.process:
                pids[name] = [service.process.pid]
        return Meter(pids)

    def beats(self) -> list[float]:
        """Seconds that each beat of the pulse took, of a server that is watched."""
        log = self.world.directory / PULSE_LOG
        return [float(line) for line in log.read_text().split()] if log.exists() else []

    # The crowd

    async def sessions(self, name: str, count: int, *, level: int) -> list[str]:
        """Cookies of so many operators `<name>1` …; those that are missing are made."""
        call = f"tell_sessions({name!r}, {count}, {level})"
        script = f"from tests.bench.accounts import tell_sessions; {call}"
        keys = await self.world.manage("shell", "--no-imports", "-c", script)
        return [f"sessionid={key}" for key in keys.split()]

    async def open_conversations(self, count: int) -> None:
        """So many visitors in conversations, shared out among the operators: each comes, and takes
        a share before the next comes.
        """
        passes = await tokens(self.world, "talker", count)
        people = list(zip(passes, addresses(count), strict=True))
        for number in range(OPERATORS):
            cookie = await sign_in(f"http://{self.host}", f"load{number + 1}")
            operator = await self.operator(cookie)
            self.operators.append(operator)
            mine = [await self.visitor(*person) for person in people[number::OPERATORS]]
            self.visitors += mine
            opened = await asyncio.gather(*(visitor.say() for visitor in mine))
            async with asyncio.timeout(ANSWER_SECONDS):
                for conv in opened:
                    await operator.sees_waiting(conv)
                    await operator.ask("accept", conversation=conv)

    async def visitor(self, token: str, address: str) -> Visitor:
        connection, _welcome = await self._dial_visitor(token, address)
        return Visitor(self.ledger, connection)

    async def operator(self, cookie: str) -> Operator:
        connection, welcome = await dial(
            f"ws://{self.host}/ws/operator/",
            {"type": "hello", "after": {}},
            origin=f"http://{self.host}",
            cookie=cookie,
            address="127.0.0.1",
        )
        operator = Operator(self.ledger, connection)
        operator.heard(welcome)
        return operator

    async def _dial_visitor(
        self, token: str, address: str, visit: str | None = None
    ) -> tuple[ClientConnection, Inbound]:
        hello: dict[str, object] = {
            "type": "hello",
            "token": token,
            "visit": visit,
            "page": {"url": "http://127.0.0.1/", "title": "Главная", "referrer": ""},
            "after": 0,
        }
        url, origin = f"ws://{self.host}/ws/visitor/{SITE}/", f"http://{self.host}"
        return await dial(url, hello, origin=origin, address=address)

    async def gather_idle(self, count: int) -> None:
        """So many visitors who only look."""
        self.idle_tokens = await tokens(self.world, "reader", count)
        gate = asyncio.Semaphore(DIALLING_AT_ONCE)

        async def come(token: str, address: str) -> Socket:
            async with gate:
                connection, welcome = await self._dial_visitor(token, address)
                return Socket(self.ledger, connection, welcome.visit)

        pairs = zip(self.idle_tokens, addresses(count), strict=True)
        self.idle = list(await asyncio.gather(*(come(*pair) for pair in pairs)))

    async def ping_idle(self, seconds: float) -> None:
        """Each idle socket pings as a window does, evenly spread."""
        if not self.idle:
            await asyncio.sleep(seconds)
            return
        async for number in paced(len(self.idle) / PING_SECONDS, seconds):
            socket = self.idle[number % len(self.idle)]
            await socket.send(dumps({"type": "ping", "id": str(uuid.uuid4())}))

    async def settle(self) -> None:
        """What rest and a quiet hour cost is measured when many messages cost nothing any more: the
        pulse looks back at them for a while, and embedded the server puts them into the index of
        the history, for minutes.
        """
        await asyncio.sleep(LOOKED_BACK_SECONDS)
        if self.world.mode == "embedded":
            done = "catch_up(timedelta(minutes=10))"
            script = f"from datetime import timedelta; from chat.actions.history import *; {done}"
            await self.world.manage("shell", "--no-imports", "-c", script)

    async def close(self) -> None:
        sockets: list[Socket] = [*self.visitors, *self.operators, *self.idle]
        await asyncio.gather(*(socket.close() for socket in sockets), return_exceptions=True)

    # What the crowd does

    async def talk_at_full_rate(self, seconds: float) -> float:
        """Every visitor sends as soon as the last was acknowledged; messages a second."""
        self.ledger.clear()
        began = time.perf_counter()

        async def chatter(visitor: Visitor) -> None:
            while time.perf_counter() - began < seconds:
                await visitor.say()

        await asyncio.gather(*map(chatter, self.visitors))
        return len(self.ledger.acks) / (time.perf_counter() - began)

    async def talk_at(self, rate: float, seconds: float) -> None:
        """Messages at a steady rate whatever the server does, then a pause for the last of them."""
        self.ledger.clear()
        async for number in paced(rate, seconds):
            await self.visitors[number % len(self.visitors)].post_only()
        for _ in range(DRAIN_LOOKS):
            if not self.ledger.sent:
                break
            await asyncio.sleep(DRAIN_SECONDS / DRAIN_LOOKS)

    async def come_back(self) -> "Return":
        """Kill the server under all idle visitors; they return, each after a random moment."""
        visits = [socket.visit for socket in self.idle]
        await self.server.end(signal.SIGKILL)
        await self.close()
        await self.server.start()
        meter = self.meter()
        meter.start()
        ready, refusals = time.perf_counter(), 0

        async def come(token: str, address: str, visit: str | None) -> None:
            nonlocal refusals
            while True:
                await asyncio.sleep(random.uniform(0, RETURN_JITTER_SECONDS))
                try:
                    connection, _welcome = await self._dial_visitor(token, address, visit)
                    self.idle.append(Socket(self.ledger, connection))
                    return
                except REFUSED:
                    refusals += 1

        self.idle = []
        people = zip(self.idle_tokens, addresses(len(visits)), visits, strict=True)
        coming = [asyncio.create_task(come(*person)) for person in people]
        _done, missing = await asyncio.wait(coming, timeout=RETURN_PATIENCE_SECONDS)
        for task in missing:
            task.cancel()
        spent = sum(meter.spent().values())
        return Return(time.perf_counter() - ready, spent, refusals, len(missing))


@dataclass(frozen=True)
class Return:
    seconds: float
    cpu: float
    refusals: int
    missing: int


async def paced(rate: float, seconds: float) -> AsyncIterator[int]:
    """0, 1, 2, … at their times; late ones at once, so that the rate holds."""
    began = time.perf_counter()
    for number in range(int(rate * seconds)):
        wait = began + number / rate - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        yield number
