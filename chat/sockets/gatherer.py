"""Usual messages that come while others are being stored wait, and are stored together."""

import asyncio
import logging

from django.db import DataError

from chat.actions.posts import Post, Stored, append_posts
from chat.streams import in_database

logger = logging.getLogger(__name__)

MOST = 64  # posts in one transaction


class Gatherer:
    """One of a process. Nothing waits for a timer: alone, a post is stored at once."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Post, asyncio.Future[Stored | None]]] = []
        self._storing: asyncio.Task[None] | None = None

    async def store(self, post: Post) -> Stored | None:
        """Return when it is in the database; None for what is not usual and was not stored."""
        answer: asyncio.Future[Stored | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((post, answer))
        if self._storing is None:
            self._storing = asyncio.ensure_future(self._store_all())
        return await answer

    async def _store_all(self) -> None:
        try:
            while self._waiting:
                bundle, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                await self._store(bundle)
        finally:
            self._storing = None

    async def _store(self, bundle: list[tuple[Post, "asyncio.Future[Stored | None]"]]) -> None:
        stored: list[Stored | None] = [None] * len(bundle)
        failure: Exception | None = None
        try:
            stored = await in_database(append_posts, [post for post, _answer in bundle])
        except DataError as error:
            logger.warning("posts are stored one by one: %s", error)
        except Exception as error:
            failure = error  # nobody's fault: asking again for each alone would not help
        for (_post, answer), result in zip(bundle, stored, strict=True):
            if answer.done():
                continue  # the socket is gone
            if failure is not None:
                answer.set_exception(failure)
            else:
                answer.set_result(result)
