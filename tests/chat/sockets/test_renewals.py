"""Places in the zone are kept alive together, and none that was left."""

import asyncio
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.sockets import renewals
from chat.sockets.renewals import Renewals
from chat.streams import close_database_threads
from operators import presence
from operators.models import Lease
from tests.cast import SECOND

PATIENCE = 20.0  # seconds

pytestmark = pytest.mark.django_db(transaction=True)


class Tab:
    def __init__(self, account):
        self.place, self.has_lost_it = uuid.uuid4(), False
        presence.take_place(account, self.place, at=timezone.now() - 8 * SECOND)

    async def lost_place(self):
        self.has_lost_it = True

    @property
    def until(self):
        return Lease.objects.get(place=self.place).valid_until


@pytest.fixture(autouse=True)
def _at_once(services, monkeypatch):
    monkeypatch.setattr(renewals, "WITHIN", 0.01)
    yield
    close_database_threads()


def beat(*tabs, leaving=()):
    """Each gives a sign of life; those who leave do so before anything was renewed."""

    async def beats():
        begun = asyncio.get_running_loop().create_future()
        together = Renewals(lambda work: begun.set_result(asyncio.ensure_future(work)))
        for tab in tabs:
            together.note(tab)
        for tab in leaving:
            await together.forget(tab.place)
        await (await begun)

    asyncio.run(beats())


def test_those_that_beat_are_kept_alive(ilya, darya):
    tabs = [Tab(ilya), Tab(darya)]
    before = [tab.until for tab in tabs]
    beat(*tabs)
    assert all(tab.until > was for tab, was in zip(tabs, before, strict=True))
    assert not any(tab.has_lost_it for tab in tabs)


def test_it_costs_one_transaction_however_many_they_are(ilya, darya, anton):
    places = [Tab(account).place for account in (ilya, darya, anton)]
    with CaptureQueriesContext(connection) as asked:
        assert presence.renew_all(places, at=timezone.now()) == set(places)
    assert [one["sql"].split()[0] for one in asked] == ["BEGIN", "UPDATE", "COMMIT"]


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="it locks no rows")
def test_one_that_somebody_holds_keeps_no_other_waiting(ilya, darya):
    held, free = Tab(ilya), Tab(darya)
    before = [held.until, free.until]
    with transaction.atomic():
        Lease.objects.select_for_update().get(place=held.place)
        with ThreadPoolExecutor() as pool:
            pool.submit(beat, held, free).result(PATIENCE)
    assert (held.has_lost_it, free.has_lost_it) == (False, False)
    assert held.until == before[0]
    assert free.until > before[1]


def test_who_gave_it_up_is_told_and_the_others_stay(ilya, darya):
    gone, stays = Tab(ilya), Tab(darya)
    assert presence.release(ilya, Lease.Ending.LEFT, at=timezone.now())
    before = stays.until
    beat(gone, stays)
    assert (gone.has_lost_it, stays.has_lost_it) == (True, False)
    assert stays.until > before


def test_who_left_meanwhile_is_not_brought_back(ilya, darya):
    gone, stays = Tab(ilya), Tab(darya)
    before = gone.until
    beat(gone, stays, leaving=[gone])
    assert gone.until == before


def test_who_leaves_while_places_are_renewed_waits_for_that(ilya, monkeypatch):
    tab, is_asked, may_go = Tab(ilya), threading.Event(), threading.Event()

    def renew_late(places, *, at):
        is_asked.set()
        may_go.wait(PATIENCE)
        return presence.renew_all(places, at=at)

    monkeypatch.setattr(renewals, "stay_in_zone", renew_late)

    async def leave():
        begun = []
        together = Renewals(lambda work: begun.append(asyncio.ensure_future(work)))
        together.note(tab)
        await asyncio.to_thread(is_asked.wait)
        leaving = asyncio.ensure_future(together.forget(tab.place))
        await asyncio.sleep(0.05)
        has_left = leaving.done()
        may_go.set()
        await leaving
        assert not has_left

    before = tab.until
    asyncio.run(leave())
    assert tab.until > before
