"""A change of state costs the database the same however many operators are told of it."""

import asyncio
import threading
from contextlib import contextmanager

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.actions.visitors import Device, tell_departed
from chat.models import Visit
from chat.sockets.frames import VisitorHello
from chat.sockets.hub import LOOK_BACK
from chat.sockets.visitor import VisitorConsumer, _arrive, _recognise
from tests.cast import accepts, loses_its_owner, staff, token, writes
from tests.crowd import customers
from tests.wires import PATIENCE

MOST = 26  # two of them a first consent
MOST_TO_READ = 6  # of the log: where its last page begins, and the page


@pytest.fixture
def statements(monkeypatch):
    """What the threads of the sockets ask of the database, but for beats of places."""
    told: list[str] = []
    execute = CursorWrapper.execute

    def counted(self, sql, params=None):
        if threading.current_thread().name.startswith("database"):
            told.append(str(sql))
        return execute(self, sql, params)

    monkeypatch.setattr(CursorWrapper, "execute", counted)
    return told


@contextmanager
def counting(wires, statements):
    """Without the pulse, which asks whatever happens."""
    hub = wires.hub()
    steps, hub._steps = hub._steps, ()
    wires.run(hub.beat(0.0))
    statements.clear()
    yield
    hub._steps = steps


def asked(statements):
    aside = ("BEGIN", 'UPDATE "operators_lease"')
    return [sql for sql in statements if not sql.startswith(aside)]


@pytest.mark.parametrize("operators", [1, 5])
def test_a_conversation_opened_accepted_and_closed(
    wires, statements, first_line, marina, ilya, operators
):
    colleagues = [
        wires.operator(staff(f"colleague{number}", f"Коллега {number}", first_line))
        for number in range(1, operators)
    ]
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    for wire in (*colleagues, zone, tab):
        wire.settle()
    with counting(wires, statements):
        key = tab.ask("message", text="Не приходит счёт")["conversation"]
        for wire in (*colleagues, zone):
            wire.expect("message", text="Не приходит счёт")
        zone.ask("accept", conversation=key)
        tab.expect("conversation", state="active")
        for wire in colleagues:
            wire.expect("message", kind="event")
        tab.ask("end")
        for wire in (*colleagues, zone, tab):
            wire.expect("conversation", state="closed")
        for wire in (*colleagues, zone, tab):
            wire.ask("ping")
    assert len(asked(statements)) <= MOST, asked(statements)


@pytest.mark.parametrize("operators", [1, 5])
def test_what_waits_again_is_read_once_for_all(
    wires, statements, first_line, marina, ilya, dialogue, operators
):
    """Nobody followed it, and its history is not in the push: each is handed the same page."""
    colleagues = [
        wires.operator(staff(f"colleague{number}", f"Коллега {number}", first_line))
        for number in range(operators)
    ]
    for wire in colleagues:
        wire.settle()
    with counting(wires, statements):
        loses_its_owner(dialogue)
        for wire in colleagues:
            wire.expect("message", text="Не приходит счёт")
            wire.ask("ping")
    read = [sql for sql in asked(statements) if 'FROM "chat_message"' in sql]
    assert len(read) <= MOST_TO_READ, read


def test_many_who_leave_at_once_cost_what_one_does(transactional_db, site, ilya):
    def leaving(people):
        visits = [there(visitor) for visitor in people]
        with CaptureQueriesContext(connection) as asked:
            tell_departed(visits, at=timezone.now() + Visit.VALID + Visit.GRACE)
        return len(asked)

    people = customers(site, 8)
    for visitor in people:
        accepts(ilya, writes(visitor).conversation)
    assert leaving(people[:1]) == leaving(people[1:])


def there(visitor):
    at = timezone.now()
    until = at + Visit.VALID
    visit = Visit.objects.create(visitor=visitor, started_at=at, seen_at=at, present_until=until)
    return visit.pk


def test_who_comes_is_told_nothing_of_what_has_just_ended(wires, site, ilya, darya):
    """What was over before is in the lists, which are asked for after the welcome."""
    zone = wires.operator(ilya)
    tabs = [wires.visitor(person) for person in customers(site, 4)]
    for tab in tabs:
        key = tab.ask("message", text="Не приходит счёт")["conversation"]
        zone.expect("message", text="Не приходит счёт")
        zone.ask("accept", conversation=key)
        tab.ask("end")
        zone.expect("conversation", id=key, state="closed")
    wires.beat(3)
    newcomer = wires.operator(darya)
    wires.beat(3)
    newcomer.settle()
    assert newcomer.of("conversation") == []
    again = tabs[0].ask("message", text="Всё-таки не пришёл")["conversation"]
    newcomer.expect("conversation", id=again, state="waiting")


def test_for_nobody_the_log_is_not_read(wires, statements, dialogue):
    hub = wires.hub()
    with counting(wires, statements):
        assert wires.run(hub._compare_log(0)) == dialogue.messages.latest("pk").pk
    assert [sql for sql in statements if "GROUP BY" in sql] == []


def test_the_pulse_tells_nothing_before_a_welcome(wires, monkeypatch, marina, dialogue):
    """A change that is found while somebody is being welcomed is in the welcome."""
    hub, asked, goes_on = wires.hub(), threading.Event(), threading.Event()
    answer = VisitorConsumer._answer_hello

    async def slowly(*args):
        asked.set()
        await asyncio.to_thread(goes_on.wait, PATIENCE)
        await answer(*args)

    monkeypatch.setattr(VisitorConsumer, "_answer_hello", slowly)
    tabs = []
    coming = threading.Thread(target=lambda: tabs.append(wires.visitor(marina)))
    coming.start()
    assert asked.wait(PATIENCE)
    wires.beat(2)
    wires.run(hub._compare(timezone.now() - LOOK_BACK))
    wires.run(asyncio.sleep(0.5))  # what it set off would have been told
    goes_on.set()
    coming.join(PATIENCE)
    assert tabs[0].frames[0]["type"] == "welcome"


@pytest.mark.parametrize("operators", [1, 5])
def test_a_status_that_is_chosen(wires, statements, first_line, ilya, operators):
    for number in range(1, operators):
        wires.operator(staff(f"colleague{number}", f"Коллега {number}", first_line))
    zone = wires.operator(ilya)
    zone.settle()
    with counting(wires, statements):
        zone.ask("presence", value="busy")
        zone.expect("fragment", target=f"operator-{ilya.pk}")
    assert len(asked(statements)) <= MOST, asked(statements)


def test_rights_of_visitors_beyond_doubt(wires, statements, site):
    for visitor in customers(site, 5):
        wires.visitor(visitor)
    with counting(wires, statements):
        wires.run(wires.hub()._check_access())
    assert [sql for sql in statements if '"chat_visitor"."id" IN' in sql] == []


def test_neither_a_frame_nor_an_arrival_asks_who_is_kept_out(wires, statements, marina, dialogue):
    """The process keeps the list."""
    tab = wires.visitor(marina)
    with counting(wires, statements):
        for number in range(5):
            tab.ask("message", text=f"Ещё {number}")
            tab.ask("sync", after=0)
            wires.visitor(marina)
    barriers = ('"chat_block"', '"chat_excludednetwork"')
    read = [sql for sql in statements if any(table in sql for table in barriers)]
    assert len(read) <= 3  # by a beat that had begun, and its sweep


def test_a_visitor_who_comes_back(transactional_db, marina):
    """As all do after a restart: read who it is, once; keep the visit, in one statement."""

    def comes(visit=None):
        hello = VisitorHello(token=token(marina), visit=visit)
        at = timezone.now()
        visitor, _identity = _recognise(marina.site.key, hello.token, at)
        return _arrive(visitor, hello, Device("127.0.0.1", "Tests"), at=at)[0].public_id

    visit = comes()
    with CaptureQueriesContext(connection) as asked:
        assert comes(visit) == visit
    assert len(asked) == 4
