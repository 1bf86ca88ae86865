"""What the people say: short texts, paced so that the talk lasts as long as the faults."""

import asyncio
import random
import time
from collections.abc import Callable
from functools import partial

from tests.faults.client import Entry
from tests.faults.people import Operator, Visitor

# A visitor ends a conversation this often on the way, and goes on in the next (or the reopened).
ROUNDS = 3
NOTE_SHARE = 0.05
LOOK_SECONDS = 0.05
# What one fault takes with the pause before it, on an idle machine.
STEP_SECONDS = 4.0
SAMPLES = [
    "Здравствуйте, не открывается отчёт",
    "Проверяю, минуту…",
    "<b>жирный</b> & «кавычки» \"'",
    "две\nстроки",
    "ссылка https://пример.рф/?а=1&b=2",
    "👩‍💻 эмодзи и ё",
    '{"type":"message","seq":1}',
]


def text(number: int, author: str) -> str:
    """A text that nobody else says, so a double is told from a repetition."""
    return f"{random.choice(SAMPLES)} [{author} {number}]"


class Pace:
    """How much of the talk is due: as large a part of it as of the faults."""

    def __init__(self, steps: int) -> None:
        self.steps = steps
        self.done = 0
        self.since = time.monotonic()

    def step(self) -> None:
        self.done += 1
        self.since = time.monotonic()

    def is_due(self, number: int, messages: int) -> bool:
        if self.done >= self.steps:
            return True
        under_way = min(1.0, (time.monotonic() - self.since) / STEP_SECONDS)
        return number < messages * (self.done + under_way) / self.steps


async def visitor_talks(visitor: Visitor, messages: int, pace: Pace) -> None:
    turns = {messages * part // ROUNDS for part in range(1, ROUNDS)}
    for number in range(messages):
        await until(partial(pace.is_due, number, messages))
        if number in turns:
            await until(lambda: not visitor.outbox)
            await visitor.end()
        visitor.compose(Entry("", text(number, visitor.history.actor)))


async def operator_talks(
    operator: Operator, messages: int, pace: Pace, is_over: Callable[[], bool]
) -> None:
    """Whoever has nobody to talk to when the visitors have said all keeps the rest."""
    for number in range(messages):
        await until(partial(pace.is_due, number, messages))
        await until(lambda: bool(operator.mine) or is_over())
        if not operator.mine:
            return
        conv = random.choice(sorted(operator.mine))
        note = random.random() < NOTE_SHARE
        operator.compose(Entry(conv, text(number, operator.history.actor), note))


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - conditions over several people have no one event
        await asyncio.sleep(random.uniform(0, LOOK_SECONDS))


async def talk(
    visitors: list[Visitor], operators: list[Operator], messages: int, pace: Pace
) -> None:
    share = messages // (len(visitors) + len(operators))
    said = [asyncio.ensure_future(visitor_talks(visitor, share, pace)) for visitor in visitors]

    def is_over() -> bool:
        return all(one.done() for one in said) and not any(one.outbox for one in visitors)

    talks = [operator_talks(operator, share, pace, is_over) for operator in operators]
    await asyncio.gather(*said, *talks)
