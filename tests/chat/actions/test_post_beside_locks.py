"""A conversation that somebody holds, a process that stands still among them, delays no other."""

import asyncio
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from chat.actions.locks import lock_conversation
from chat.actions.posts import Post, append_posts
from chat.models import AuthorKind
from chat.sockets import gatherer
from chat.sockets.gatherer import Gatherer
from chat.streams import close_database_threads, in_database
from tests.cast import accepts, writes

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor == 'sqlite'", reason="it locks no rows"),
]


@pytest.fixture(autouse=True)
def _end_threads():
    yield
    close_database_threads()


@pytest.fixture(params=["straight", "by a thread"])
def gathering(request, monkeypatch):
    """What stores posts, in the way that is tested."""

    async def begun() -> Gatherer:
        posts = Gatherer()
        if request.param == "straight":
            await posts.begin()
        else:
            monkeypatch.setattr(gatherer, "open_straight", None)
        return posts

    return begun


@pytest.fixture
def other_dialogue(sergey, ilya):
    return accepts(ilya, writes(sergey).conversation)


def says(conversation, text):
    visitor, id = conversation.visitor_id, uuid.uuid4()
    return Post(conversation.pk, AuthorKind.VISITOR, visitor, id, text, timezone.now())


@contextmanager
def held(conversation) -> Iterator[None]:
    """Its row is locked by another connection."""
    is_held, may_go = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            lock_conversation(pk=conversation.pk)
            is_held.set()
            may_go.wait()
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    is_held.wait()
    try:
        yield
    finally:
        may_go.set()
        thread.join()


def test_others_messages_go_through_and_its_own_when_it_is_free(
    gathering, dialogue, other_dialogue
):
    async def say() -> None:
        posts = await gathering()
        with held(dialogue):
            waiting = asyncio.ensure_future(posts.store(says(dialogue, "занято")))
            for number in range(5):
                await posts.store(says(other_dialogue, str(number)))
            assert not waiting.done()
        await waiting

    asyncio.run(say())
    texts = other_dialogue.messages.order_by("seq").values_list("text", flat=True)
    assert [*texts][-5:] == [*"01234"]
    assert dialogue.messages.last().text == "занято"


def test_threads_that_wait_for_locks_keep_no_message_waiting(
    gathering, settings, dialogue, other_dialogue
):
    async def say() -> None:
        posts = await gathering()
        with held(dialogue):
            lock = lock_conversation_in_a_transaction
            busy = [
                asyncio.ensure_future(in_database(lock, dialogue.pk))
                for _thread in range(settings.DATABASE_THREADS)
            ]
            await posts.store(says(other_dialogue, "свободно"))
            assert not any(one.done() for one in busy)
        await asyncio.gather(*busy)

    asyncio.run(say())


def lock_conversation_in_a_transaction(pk):
    with transaction.atomic():
        lock_conversation(pk=pk)


def test_what_is_held_for_good_is_said_to_be_unavailable(gathering, monkeypatch, dialogue):
    monkeypatch.setattr(gatherer, "PATIENCE", 0.1)

    async def say() -> None:
        with held(dialogue), pytest.raises(OperationalError):
            await (await gathering()).store(says(dialogue, "занято"))

    asyncio.run(say())


def test_a_message_changes_its_conversation_where_it_stands(dialogue):
    """Heap-only: no index of conversations is written. There is room for that in its page once the
    rows of other tests are out of it.
    """
    with connection.cursor() as cursor:
        cursor.execute("VACUUM chat_conversation")
    with transaction.atomic():
        before = updates_and_those_in_place()
        for number in range(10):
            append_posts([says(dialogue, str(number))])
        assert updates_and_those_in_place() == (before[0] + 10, before[1] + 10)


def updates_and_those_in_place():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables"
            " WHERE relname = 'chat_conversation'"
        )
        return cursor.fetchone()
