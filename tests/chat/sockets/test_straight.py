"""Usual messages are stored by the event loop itself; what hinders it is left to a thread."""

import asyncio
import socket
import threading
import time
import uuid
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvloop
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from chat.actions import straight
from chat.actions.posts import Post
from chat.models import AuthorKind, Message, WebhookDelivery
from chat.sockets import gatherer
from chat.sockets.gatherer import MOST, Gatherer
from chat.streams import close_database_threads, in_own_thread
from chat.webhooks import kinds, wanted
from operators.models import Account
from sphaera_support.sqlite.base import DatabaseWrapper
from tests.chat.webhooks.telling import tells

PATIENCE = 20.0  # seconds
SOONER = 6.0  # than PostgreSQL gives up waiting for a lock (settings)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _end_threads(services):
    yield
    close_database_threads()


@pytest.fixture
def by_thread(monkeypatch):
    """How many bundles went by a thread."""
    bundles = []

    async def noted(append, posts):
        bundles.append(posts)
        return await in_own_thread(append, posts)

    monkeypatch.setattr(gatherer, "in_own_thread", noted)
    return bundles


def says(dialogue, text, client_id=None, at=None):
    visitor, id = dialogue.visitor_id, client_id or uuid.uuid4()
    return Post(dialogue.pk, AuthorKind.VISITOR, visitor, id, text, at or timezone.now())


def store(*turns):
    """What becomes of the posts of each turn of a loop."""

    async def all_of_them():
        posts, results = Gatherer(), []
        await posts.begin()
        for turn in turns:
            results += await asyncio.gather(*(posts.store(post) for post in turn))
        return results

    return asyncio.run(all_of_them())


def texts(dialogue):
    return [*dialogue.messages.order_by("seq").values_list("text", flat=True)]


def test_no_thread_is_asked(dialogue, by_thread):
    at = timezone.now()
    (stored,) = store([says(dialogue, "Слышно?", at=at)])
    assert by_thread == []
    message = dialogue.messages.get(text="Слышно?")
    assert (stored[0].seq, stored[0].visitor_seq) == (message.seq, message.visitor_seq)
    assert message.created_at == at
    dialogue.refresh_from_db()
    assert dialogue.last_seq == message.seq


def test_what_came_in_one_turn_is_numbered_in_order(dialogue, by_thread):
    said = [str(number) for number in range(MOST + 5)]
    results = store([says(dialogue, text) for text in said])
    assert [message.text for message, _conversation in results] == said
    assert texts(dialogue)[-len(said) :] == said
    assert by_thread == []


def test_more_than_the_connection_takes_at_once_is_stored_whole(dialogue, by_thread):
    long = ["ж" * 4000 + str(number) for number in range(MOST)]
    store([says(dialogue, text) for text in long])
    assert texts(dialogue)[-MOST:] == long
    assert by_thread == []


def test_what_is_not_usual_takes_the_long_way_and_hinders_no_other(dialogue, by_thread):
    first = says(dialogue, "раз")
    again, beside = says(dialogue, "раз", client_id=first.client_id), says(dialogue, "два")
    _stored, resent, other = store([first], [again, beside])
    assert resent is None
    assert other[0].text == "два"
    assert by_thread == []


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="it keeps every character")
def test_a_text_that_no_database_holds_is_refused_alone(dialogue):
    refused, stored = store([says(dialogue, "а\0б")], [says(dialogue, "целое")])
    assert (refused, stored[0].text) == (None, "целое")


def test_what_webhooks_hear_of_goes_by_a_thread_with_what_they_are_told(dialogue, elena, by_thread):
    tells(elena)
    store([says(dialogue, "Слышно?")])
    assert len(by_thread) == 1
    assert WebhookDelivery.objects.filter(kind=kinds.MESSAGE).count() == 1


def test_while_it_is_not_known_who_hears_of_it_a_thread_finds_out(dialogue, by_thread, monkeypatch):
    monkeypatch.setattr(wanted, "_until", 0.0)
    store([says(dialogue, "раз")])
    assert len(by_thread) == 1
    store([says(dialogue, "два")])
    assert len(by_thread) == 1
    assert texts(dialogue)[-2:] == ["раз", "два"]


def test_a_listener_that_fails_keeps_nobody_waiting(dialogue, by_thread, monkeypatch):
    def fail(*_told):
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(gatherer, "send_soon", fail)
        with pytest.raises(ZeroDivisionError):
            store([says(dialogue, "раз")])
    store([says(dialogue, "два")])
    assert texts(dialogue)[-2:] == ["раз", "два"]


ON_SERVER = pytest.mark.skipif("connection.vendor == 'sqlite'", reason="it has no server")


def end(pid):
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    connection.close()


@contextmanager
def held(account):
    """Nobody else can commit what refers to the account."""
    is_held, may_go = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Account.objects.select_for_update().get(pk=account.pk)
            is_held.set()
            may_go.wait(PATIENCE)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    is_held.wait(PATIENCE)
    try:
        yield
    finally:
        may_go.set()
        thread.join()


@ON_SERVER
def test_a_connection_that_ended_costs_no_message(dialogue, by_thread, monkeypatch):
    monkeypatch.setattr(gatherer, "BEGIN_PAUSE", 0.0)

    async def say():
        posts = Gatherer()
        await posts.begin()
        await posts.store(says(dialogue, "раз"))
        before = posts._straight
        await asyncio.to_thread(end, before._session.info.backend_pid)
        await posts.store(says(dialogue, "два"))
        await asyncio.gather(*posts._tasks)
        assert posts._straight is not before
        by_thread.clear()
        await posts.store(says(dialogue, "три"))

    asyncio.run(say())
    assert texts(dialogue)[-3:] == ["раз", "два", "три"]
    assert by_thread == []


@ON_SERVER
@pytest.mark.parametrize("loops", [asyncio, uvloop], ids=["asyncio", "uvloop"])
@pytest.mark.parametrize("is_ended", [True, False])
def test_one_that_ends_or_falls_silent_while_it_is_asked_costs_none(
    dialogue, ilya, monkeypatch, loops, is_ended
):
    monkeypatch.setattr(straight, "ANSWERS_WITHIN", PATIENCE if is_ended else 0.3)
    client_id = uuid.uuid4()
    post = Post(dialogue.pk, AuthorKind.OPERATOR, ilya.pk, client_id, "Проверяю", timezone.now())

    async def say():
        posts, went = Gatherer(), asyncio.Event()

        async def by_thread(append, given):
            went.set()
            return await in_own_thread(append, given)

        monkeypatch.setattr(gatherer, "in_own_thread", by_thread)
        await posts.begin()
        pid = posts._straight._session.info.backend_pid
        with held(ilya):
            waiting = asyncio.ensure_future(posts.store(post))
            done, _waiting = await asyncio.wait([waiting], timeout=0.2)
            assert not done
            if is_ended:
                await asyncio.to_thread(end, pid)
            async with asyncio.timeout(SOONER):
                await went.wait()
        async with asyncio.timeout(PATIENCE):
            await waiting

    with asyncio.Runner(loop_factory=loops.new_event_loop) as runner:
        runner.run(say())
    assert dialogue.messages.filter(client_id=client_id).count() == 1


@ON_SERVER
def test_one_that_ended_at_rest_leaves_the_next_with_its_number_alone(dialogue):
    async def say():
        posts, loop, heard = Gatherer(), asyncio.get_running_loop(), asyncio.Event()
        await posts.begin()
        session = posts._straight._session
        number = session.fileno()
        await asyncio.to_thread(end, session.info.backend_pid)
        async with asyncio.timeout(PATIENCE):
            await loop.run_in_executor(None, wait_until_closed, session)
        pairs = [socket.socketpair() for _pair in range(20)]
        ends = [*pairs, *((b, a) for a, b in pairs)]
        ours, theirs = next(two for two in ends if two[0].fileno() == number)
        loop.add_reader(ours, heard.set)
        await posts.store(says(dialogue, "раз"))
        theirs.send(b"!")
        async with asyncio.timeout(PATIENCE):
            await heard.wait()
        for pair in pairs:
            for one in pair:
                loop.remove_reader(one)
                one.close()

    asyncio.run(say())
    assert texts(dialogue)[-1] == "раз"


def wait_until_some(bundles):
    ends = time.monotonic() + PATIENCE
    while not bundles:
        assert time.monotonic() < ends
        time.sleep(0.01)


def wait_until_closed(session):
    while not session.closed:
        time.sleep(0.01)


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="others write beside")
def test_while_another_writes_for_long_a_thread_waits_and_not_the_loop(dialogue, by_thread):
    is_held, may_go = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Message.objects.filter(pk=0).update(text="")
            is_held.set()
            may_go.wait(PATIENCE)
        connection.close()

    async def say():
        posts = Gatherer()
        await posts.begin()
        holder = threading.Thread(target=hold)
        holder.start()
        is_held.wait()
        waiting = asyncio.ensure_future(posts.store(says(dialogue, "раз")))
        await asyncio.to_thread(wait_until_some, by_thread)
        done, _waiting = await asyncio.wait([waiting], timeout=0.1)
        assert not done
        may_go.set()
        await waiting
        holder.join()
        by_thread.clear()
        await posts.store(says(dialogue, "два"))

    asyncio.run(say())
    assert texts(dialogue)[-2:] == ["раз", "два"]
    assert by_thread == []


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="it has no log to tidy up")
def test_who_writes_for_a_moment_is_waited_for(dialogue, by_thread, monkeypatch):
    monkeypatch.setattr(gatherer, "MOST_LOOKS", 10**6)
    turn = DatabaseWrapper.turn

    async def say():
        posts = Gatherer()
        await posts.begin()
        turn.acquire()
        waiting = [asyncio.ensure_future(posts.store(says(dialogue, "раз")))]
        await asyncio.sleep(0.02)
        waiting.append(asyncio.ensure_future(posts.store(says(dialogue, "два"))))
        await asyncio.sleep(0.02)
        assert not any(one.done() for one in waiting)
        turn.release()
        await asyncio.gather(*waiting)

    asyncio.run(say())
    assert texts(dialogue)[-2:] == ["раз", "два"]
    assert by_thread == []


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="it has no log to tidy up")
def test_the_log_does_not_grow_without_end(dialogue, by_thread, monkeypatch):
    monkeypatch.setattr(straight, "TIDIED_AFTER", 120)
    log = Path(f"{connection.settings_dict['NAME']}-wal")
    posts = Gatherer()

    async def say(turns):
        for _turn in range(turns):
            assert await posts.store(says(dialogue, "ж" * 4000))
            if posts._straight._tidying is not None:
                await posts._straight._tidying  # which may take as long as a disk does

    with asyncio.Runner() as runner:
        runner.run(posts.begin())
        runner.run(say(100))
        early = log.stat().st_size
        runner.run(say(400))
    assert log.stat().st_size < 2 * early
    assert by_thread == []


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="it has no log to tidy up")
def test_a_log_that_cannot_be_tidied_up_hinders_nobody(dialogue, monkeypatch, caplog):
    caplog.set_level("INFO", "chat")
    monkeypatch.setattr(straight, "TIDIED_AFTER", 0)
    monkeypatch.setattr(straight, "_put_into_file", fails)

    async def say():
        posts, turns = Gatherer(), 0
        await posts.begin()
        while caplog.text.count("the log grows: disk I/O error") < 2:
            turns += 1
            assert await posts.store(says(dialogue, "раз"))
        return turns

    turns = asyncio.run(asyncio.wait_for(say(), PATIENCE))
    assert texts(dialogue)[-turns:] == ["раз"] * turns


def fails():
    raise OperationalError("disk I/O error")
