"""The pages that windows of a process turn to are written together: each alone costs as much."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from django.db import DatabaseError
from django.utils import timezone

from chat.actions.visitors import open_pages
from chat.sockets.frames import Page
from chat.streams import in_database

logger = logging.getLogger(__name__)

WRITTEN_EVERY = 0.2  # seconds
MOST = 200  # at once; a database that was away finds no statement of thousands


class TurnedPages:
    def __init__(self, spawn: Callable[[Coroutine[Any, Any, None]], None]) -> None:
        self._spawn = spawn
        self._turned: dict[int, Page] = {}
        self._is_writing = False

    def note(self, visit_id: int, page: Page) -> None:
        self._turned[visit_id] = page
        if not self._is_writing:
            self._is_writing = True
            self._spawn(self._write())

    async def _write(self) -> None:
        try:
            while self._turned:
                await asyncio.sleep(WRITTEN_EVERY)
                turned = {key: self._turned.pop(key) for key in list(self._turned)[:MOST]}
                try:
                    await in_database(open_pages, turned, at=timezone.now())
                except DatabaseError as error:
                    logger.warning("%d pages are not noted: %s", len(turned), error)
        finally:
            self._is_writing = False
