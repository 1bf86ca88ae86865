"""Usual messages that come while others are being stored wait, and are stored together."""

import asyncio
import logging
import math
from collections.abc import Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import DataError, OperationalError

from chat.actions.posts import LOCKED, Bundle, Kept, Post, Result, Stored, append_posts
from chat.actions.straight import REFUSED, Straight, open_straight
from chat.happened import told
from chat.streams import gathering, in_own_thread, send_soon
from chat.webhooks.actions.outbox import may_note_messages

logger = logging.getLogger(__name__)

MOST = 64  # posts in one transaction
# Seconds until the database is looked at again that is busy for a moment, and how often at most:
# then a thread waits for it.
LOOK_AGAIN, MOST_LOOKS = 0.001, 20
BEGIN_PAUSE = 1.0  # seconds until it is tried again to go straight
# Seconds until a conversation that somebody held is asked for again, each time twice as many, and
# how many are waited for it in all: PostgreSQL's lock_timeout (settings) for those who wait there.
FIRST_PAUSE, LONGEST_PAUSE, PATIENCE = 0.004, 0.128, 10.0


@dataclass
class _Waiting:
    post: Post
    answer: asyncio.Future[Stored | None]
    since: float
    pause: float = field(default=FIRST_PAUSE)


class Gatherer:
    """One of a process. Alone, a post is stored at once; one that must wait delays no other."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []
        self._is_storing = False
        self._looks = 0
        self._begins_after = 0.0
        self._straight: Straight | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self) -> None:
        """Be ready to go straight. Until then, and where it fails, threads do the work."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._begins_after:
            return
        self._begins_after = math.inf
        try:
            self._straight = await open_straight()
        except Exception as error:
            logger.info("messages go by a thread: %s", error)
        finally:
            self._begins_after = loop.time() + BEGIN_PAUSE

    async def store(self, post: Post) -> Stored | None:
        """Return when it is in the database; None for what is not usual and was not stored."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(post, loop.create_future(), loop.time())
        self._take(waiting)
        return await waiting.answer

    def _take(self, waiting: _Waiting) -> None:
        self._waiting.append(waiting)
        if not self._is_storing:
            self._is_storing = True
            asyncio.get_running_loop().call_soon(self._store_next)

    def _store_next(self) -> None:
        self._is_storing = bool(self._waiting)
        if not self._is_storing:
            return
        straight = self._straight
        if straight is not None and self._looks < MOST_LOOKS and not straight.is_ready():
            self._looks += 1
            asyncio.get_running_loop().call_later(LOOK_AGAIN, self._store_next)
            return
        self._looks = 0
        taken, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        is_under_way = False
        try:
            is_under_way = self._go_straight(taken)
        except Exception:
            logger.exception("messages go by a thread")
        if not is_under_way:
            self._spawn(self._go_by_thread(taken))

    def _go_straight(self, taken: list[_Waiting]) -> bool:
        if self._straight is None or may_note_messages():
            return False
        bundle = Bundle([waiting.post for waiting in taken])
        return self._straight.store(bundle, partial(self._went_straight, taken, bundle))

    def _went_straight(self, taken: list[_Waiting], bundle: Bundle, kept: Kept | Exception) -> None:
        works_beside = self._straight is not None and self._straight.works_beside
        if isinstance(kept, Exception) and not isinstance(kept, REFUSED):
            self._straight = None
            self._spawn(self._go_by_thread(taken))
            return
        if works_beside:
            self._store_next()
        results, failure = bundle.refused(), None
        try:
            if isinstance(kept, Kept):
                results, pushed = gathering(bundle.results, (kept, told), {})
                send_soon(pushed)
        except Exception as error:
            failure = error
        for waiting, result in zip(taken, results, strict=True):
            self._answer(waiting, failure or result)
        if not works_beside:
            self._store_next()

    async def _go_by_thread(self, taken: list[_Waiting]) -> None:
        results: list[Result] = [None] * len(taken)
        failure: Exception | None = None
        try:
            results = await in_own_thread(append_posts, [waiting.post for waiting in taken])
        except DataError as error:
            logger.warning("posts are stored one by one: %s", error)
        except Exception as error:
            failure = error  # nobody's fault: asking again for each alone would not help
        self._store_next()
        for waiting, result in zip(taken, results, strict=True):
            self._answer(waiting, failure or result)
        if self._straight is None and failure is None:
            await self.begin()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _answer(self, waiting: _Waiting, result: Result | Exception) -> None:
        loop = asyncio.get_running_loop()
        if result is LOCKED and loop.time() - waiting.since > PATIENCE:
            result = OperationalError("somebody else holds the conversation")
        if waiting.answer.done():
            return  # the socket is gone
        if isinstance(result, Exception):
            waiting.answer.set_exception(result)
        elif result is LOCKED:
            loop.call_later(waiting.pause, self._take, waiting)
            waiting.pause = min(2 * waiting.pause, LONGEST_PAUSE)
        else:
            waiting.answer.set_result(result)
