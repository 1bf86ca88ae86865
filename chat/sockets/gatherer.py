"""Usual messages that come while others are being stored wait, and are stored together."""

import asyncio
import logging
from dataclasses import dataclass, field

from django.db import DataError, OperationalError

from chat.actions.posts import LOCKED, Post, Result, Stored, append_posts
from chat.streams import in_own_thread

logger = logging.getLogger(__name__)

MOST = 64  # posts in one transaction
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
        self._storing: asyncio.Task[None] | None = None

    async def store(self, post: Post) -> Stored | None:
        """Return when it is in the database; None for what is not usual and was not stored."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(post, loop.create_future(), loop.time())
        self._take(waiting)
        return await waiting.answer

    def _take(self, waiting: _Waiting) -> None:
        self._waiting.append(waiting)
        if self._storing is None:
            self._storing = asyncio.ensure_future(self._store_all())

    async def _store_all(self) -> None:
        try:
            while self._waiting:
                bundle, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._store(bundle)
        finally:
            self._storing = None

    async def _store(self, bundle: list[_Waiting]) -> None:
        results: list[Result] = [None] * len(bundle)
        failure: Exception | None = None
        try:
            results = await in_own_thread(append_posts, [waiting.post for waiting in bundle])
        except DataError as error:
            logger.warning("posts are stored one by one: %s", error)
        except Exception as error:
            failure = error  # nobody's fault: asking again for each alone would not help
        for waiting, result in zip(bundle, results, strict=True):
            self._answer(waiting, failure or result)

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
