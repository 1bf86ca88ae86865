"""Twenty operators and two hundred visitors at once: one owner each, no limit exceeded."""

import threading
import time
from collections import Counter
from contextlib import suppress
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from chat.actions import presence as zone
from chat.actions.errors import Refusal
from chat.models import Conversation, LineCode, Message
from departments.models import Distribution, Membership
from operators.models import Lease
from tests.cast import accepts, closes, staff, writes
from tests.crowd import at_once, customers

OPERATORS, VISITORS, LIMIT = 20, 200, 3
PATIENCE_SECONDS = 180

pytestmark = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="one writer at a time: nothing happens at once"
)


@pytest.fixture
def crew(site, first_line):
    people = [staff(f"op{n}", f"Оператор {n}", first_line) for n in range(OPERATORS)]
    Membership.objects.update(limit=LIMIT)
    for account in people:
        zone.enter_zone(account, Lease().place, at=timezone.now())
    return people


class Doors:
    """As many transactions at a time as a server has threads for; the others wait outside."""

    def __init__(self, width):
        self.inside = threading.Semaphore(width)
        self.ends = time.monotonic() + PATIENCE_SECONDS

    def pass_through(self, act, *given):
        with self.inside:
            try:
                return act(*given)
            finally:
                connection.close()

    def arrive(self, visitors):
        for visitor in visitors:
            self.pass_through(writes, visitor)
        return 0

    def hold(self):
        """All stay in the zone, as their sockets would keep them there."""
        try:
            while not is_over() and time.monotonic() < self.ends:
                Lease.objects.update(valid_until=timezone.now() + Lease.VALID)
                time.sleep(1)
        finally:
            connection.close()
        return 0

    def work(self, account):
        """The most conversations that the operator had at once."""
        most = 0
        while not self.pass_through(is_over) and time.monotonic() < self.ends:
            most = max(most, self.pass_through(serve, account))
            time.sleep(0.3)
        return most


def is_over():
    return Conversation.objects.exclude(operator=None).count() == VISITORS


def serve(account):
    """Take what is offered, and try for the head; close when full. How many were held."""
    waiting = Conversation.objects.waiting().in_queue_order()
    for conversation in [*waiting.filter(offered_to=account)[:LIMIT], *waiting[:1]]:
        with suppress(Refusal):
            accepts(account, conversation)
    mine = list(Conversation.objects.active().filter(operator=account))
    for conversation in mine if len(mine) >= LIMIT else ():
        closes(account, conversation)
    return len(mine)


def test_no_conversation_has_two_owners_and_no_operator_more_than_allowed(
    wires, settings, first_line, site, crew
):
    """With a process's pulse beside them, which looks after the queue too.

    Nobody listens here, and telling two hundred people of each step would take most of the time.
    """
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "tests.lossy_layers.DeafLayer"}}
    wires.hub()
    first_line.distribution = Distribution.LEAST_LOADED
    first_line.save()
    visitors = customers(site, VISITORS)
    doors = Doors(settings.DATABASE_THREADS)
    outcomes = at_once(
        [partial(doors.arrive, visitors[number::5]) for number in range(5)]
        + [partial(doors.work, account) for account in crew]
        + [doors.hold],
        within=PATIENCE_SECONDS + 30,
    )
    assert [repr(outcome) for outcome in outcomes if isinstance(outcome, Exception)] == []
    held = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    assert (len(held), max(held)) == (5 + OPERATORS + 1, LIMIT)
    assert Conversation.objects.exclude(operator=None).count() == VISITORS
    joined = Message.objects.filter(code=LineCode.ACCEPTED)
    assert set(Counter(joined.values_list("conversation", flat=True)).values()) == {1}
