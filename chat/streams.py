"""Between the database and the sockets: the only sender on the channel layer.

Synchronous code (actions, broadcasts) pushes; the event loop of the process carries it on. The
layer is a doorbell: each call of it is given a second and may fail, because every socket also
compares its cursors with the log (chat.sockets.hub).
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction

from chat.threads import Threads

logger = logging.getLogger(__name__)

T = TypeVar("T")
Push = dict[str, Any]

LAYER_TIMEOUT = 1.0  # seconds that sending may take, and beginning to listen
LAYER_PAUSE = 3.0  # seconds in which a layer that failed is not asked again
# The layer's only group. Each process hears everything and hands on what it has sockets for: to
# take a message apart costs a tenth of what it costs to send one more.
EVERYBODY = "support"
MOST_PARTS = 50  # of one message of the layer
KINDS = {"visitor", "staff", "department", "account", "internal", "processes"}

_loop: asyncio.AbstractEventLoop | None = None
_loop_thread = 0
_pushes = threading.local()
_threads: Threads | None = None
_own_thread: Threads | None = None
_silent_until = 0.0


def after_commit(follow_up: Callable[..., None], *args: Any, **kwargs: Any) -> None:
    """Call it once the transaction is in the database, and not if it is not."""
    transaction.on_commit(lambda: follow_up(*args, **kwargs), robust=True)


def push(group: str, frame: str | None = None, **fields: Any) -> None:
    """Send to a group, from any thread: a frame ready for the wire, or a signal for consumers.

    `fields` tell a consumer what the frame is about: conversation, seq, revision, signal, …
    """
    kind, _dot, _key = group.partition(".")
    if kind not in KINDS:
        raise ValueError(group)
    part = {"group": group, "frame": frame, **fields}
    gathered = getattr(_pushes, "gathered", None)
    if gathered is not None:
        gathered.append(part)
    elif _loop is None or not _loop.is_running():
        async_to_sync(send_all)([part])
    elif threading.get_ident() == _loop_thread:
        _send_soon(part)
    else:
        _loop.call_soon_threadsafe(_send_soon, part)


async def send_all(parts: list[Push]) -> None:
    """To every process. The layer may be slow or fail; then the pulse of the others does its work.

    After a failure it is left alone for a while, so that nobody waits for it in vain; this process
    hears what it says all the same.
    """
    global _silent_until
    layer = get_channel_layer()
    for message in _messages(parts):
        if _is_said_here(layer):
            layer.hand_on(EVERYBODY, message)
            continue
        try:
            async with asyncio.timeout(LAYER_TIMEOUT):
                await layer.group_send(EVERYBODY, message)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            _silent_until = time.monotonic() + LAYER_PAUSE
            logger.info("channel layer: %s", error)


def send_soon(parts: list[Push]) -> None:
    """Likewise, without waiting; at once where no other process has to be told."""
    layer = get_channel_layer()
    if _is_said_here(layer):
        for message in _messages(parts):
            layer.hand_on(EVERYBODY, message)
    else:
        task = asyncio.ensure_future(_send_in_turn(parts))
        _tasks.add(task)
        task.add_done_callback(_tasks.discard)


async def _send_in_turn(parts: list[Push]) -> None:
    async with _turn:
        await send_all(parts)


def _is_said_here(layer: Any) -> bool:
    return layer.is_alone(EVERYBODY) or time.monotonic() < _silent_until


def _messages(parts: list[Push]) -> Iterator[Push]:
    for start in range(0, len(parts), MOST_PARTS):
        yield {"type": "push", "parts": parts[start : start + MOST_PARTS]}


_turn = asyncio.Lock()
_soon: list[Push] = []
_tasks: set[asyncio.Task[None]] = set()


def _send_soon(part: Push) -> None:
    """With all others of this turn of the loop."""
    if not _soon:
        asyncio.get_running_loop().call_soon(_send_what_waits)
    _soon.append(part)


def _send_what_waits() -> None:
    parts = _soon.copy()
    _soon.clear()
    send_soon(parts)


def attach(loop: asyncio.AbstractEventLoop) -> None:
    """Name the loop that carries this process's sockets (chat.sockets.hub does, in its thread)."""
    global _loop, _loop_thread, _turn
    _loop, _loop_thread, _turn = loop, threading.get_ident(), asyncio.Lock()
    _soon.clear()


async def in_database(function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Run database work of a socket in one of a few threads, each with its own connection.

    What it pushed is sent before this returns. A connection that broke is replaced and the work
    tried once more: all of it is safe to repeat (client ids, compare-and-set).
    """
    return await _in(_shared(), function, args, kwargs)


async def in_own_thread(function: Callable[..., T], *args: Any) -> T:
    """Likewise, in a thread that nobody keeps busy who reads much, or waits for a lock."""
    return await _in(_its_own(), function, args, {})


async def _in(
    threads: Threads,
    function: Callable[..., T],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> T:
    answer: asyncio.Future[tuple[T, list[Push]]] = asyncio.get_running_loop().create_future()
    threads.submit(partial(_answer, answer, function, args, kwargs))
    result, pushed = await answer
    if pushed:
        await send_all(pushed)
    return result


def _answer(
    answer: "asyncio.Future[tuple[T, list[Push]]]",
    function: Callable[..., T],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> None:
    """In its thread. The loop is woken once: with a future of each side, as `run_in_executor` has
    it, half of the way there and back is theirs.
    """
    if answer.cancelled():
        return
    told: Callable[[], None]
    try:
        told = partial(answer.set_result, _run(function, args, kwargs))
    except BaseException as error:
        told = partial(answer.set_exception, error)
    with suppress(RuntimeError):  # its loop is closed
        answer.get_loop().call_soon_threadsafe(_tell, answer, told)


def _tell(answer: "asyncio.Future[Any]", told: Callable[[], None]) -> None:
    if not answer.done():
        told()


def _shared() -> Threads:
    global _threads
    if _threads is None:
        _threads = Threads(settings.DATABASE_THREADS, "database", _let_go)
    return _threads


def _its_own() -> Threads:
    global _own_thread
    if _own_thread is None:
        _own_thread = Threads(1, "posts", _let_go)
    return _own_thread


def _run(
    function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[T, list[Push]]:
    try:
        return gathering(function, args, kwargs)
    except (OperationalError, InterfaceError):
        connection.close()
        return gathering(function, args, kwargs)


def gathering(
    function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[T, list[Push]]:
    """Its result and what it pushed."""
    gathered: list[Push] = []
    _pushes.gathered = gathered
    try:
        return function(*args, **kwargs), gathered
    finally:
        _pushes.gathered = None


def _let_go() -> None:
    connection.close()


def close_with_threads(session: Any) -> None:
    """One that the loop asks itself."""
    _sessions.append(session)


def close_session(session: Any) -> None:
    if session in _sessions:
        _sessions.remove(session)
        session.close()


_sessions: list[Any] = []


def close_database_threads() -> None:
    """End the threads and all connections (a server's end, a test session's end)."""
    global _threads, _own_thread
    for threads in filter(None, (_threads, _own_thread)):
        threads.close()
    _threads = _own_thread = None
    for session in tuple(_sessions):  # after the threads, which open them
        close_session(session)
