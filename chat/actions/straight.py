"""Usual messages stored by the event loop itself, without a thread's help.

The way to a thread and back takes as long as the database does, and where many write, each of them
waits until the other lets it run. So the loop asks PostgreSQL over a connection of its own and goes
on until the answer comes; and SQLite, which answers within a tenth of a millisecond, at once,
or as soon as nobody else is writing. Whatever is not plain sailing is left to the threads.
"""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable
from typing import Any, Protocol

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from psycopg.pq import DiagnosticField

from chat.actions.posts import ALONE, TOGETHER, Bundle, Kept
from chat.streams import close_session, close_with_threads, in_database, in_own_thread
from operators.prepared import encoded, rows_of, succeeded

logger = logging.getLogger(__name__)

Answer = Callable[[Kept | Exception], None]
# Posts, and for each bundle so many more, after which a thread puts SQLite's log into the file.
TIDIED_AFTER, OF_A_BUNDLE = 500, 5
# Seconds, more than a statement may take (settings): then the connection is believed to be gone.
ANSWERS_WITHIN = 20.0
FAREWELLS = (b"FATAL", b"PANIC")  # after which nothing comes
REFUSED = (psycopg.IntegrityError, psycopg.DataError, sqlite3.IntegrityError, sqlite3.DataError)


class Straight(Protocol):
    works_beside: bool  # so that the next may be asked before others are told of the last

    def is_ready(self) -> bool:
        """Otherwise it is worth asking again within milliseconds."""

    def store(self, bundle: Bundle, answer: Answer) -> bool:
        """One at a time. False: not now, nothing was done. An error that is none of REFUSED is the
        last answer.
        """


async def open_straight() -> Straight:
    """For the running loop. Raises what the database raises."""
    if connection.vendor == "postgresql":
        return OverPostgreSQL(await in_database(_opened, _postgresql))
    ours: Any = connections[DEFAULT_DB_ALIAS]
    return OverSQLite(await in_database(_opened, _sqlite), ours.turn)


def _opened(connect: Callable[[Any], Any]) -> Any:
    session = connect(connections.create_connection(DEFAULT_DB_ALIAS))
    close_with_threads(session)
    return session


def _postgresql(ours: Any) -> Any:
    """Beside the pool."""
    session = psycopg.connect(**ours.get_connection_params(), autocommit=True)
    try:
        for planned in (ALONE, TOGETHER):
            planned.plan(session.pgconn)
    except BaseException:
        session.close()
        raise
    return session


def _sqlite(ours: Any) -> Any:
    """It waits for nobody, and not for the disk either: what is in the log is put into the file by
    threads.
    """
    session = ours.get_new_connection(ours.get_connection_params())
    session.isolation_level = None
    session.execute("PRAGMA busy_timeout = 0")
    session.execute("PRAGMA wal_autocheckpoint = 0")
    return session


class OverPostgreSQL:
    works_beside = True

    def __init__(self, session: Any) -> None:
        self._session, self._pgconn = session, session.pgconn
        self._pgconn.nonblocking = 1
        self._loop, self._socket = asyncio.get_running_loop(), self._pgconn.socket
        self._asked: tuple[Bundle, Answer] | None = None
        self._found: Any = None
        self._asked_at, self._is_watched, self._is_over = 0.0, False, False
        self._loop.add_reader(self._socket, self._guarded, self._read)

    def is_ready(self) -> bool:
        return True

    def store(self, bundle: Bundle, answer: Answer) -> bool:
        planned, values = bundle.asked()
        self._asked, self._asked_at = (bundle, answer), self._loop.time()
        if not self._is_watched:
            self._watch()
        self._guarded(self._write, planned.name, values)
        return True

    def _watch(self) -> None:
        """One timer for many bundles."""
        self._is_watched = self._asked is not None
        if self._is_watched:
            over = self._asked_at + ANSWERS_WITHIN
            if self._loop.time() < over:
                self._loop.call_at(over, self._watch)
            else:
                self._guarded(self._give_up)

    def _give_up(self) -> None:
        raise psycopg.OperationalError("the database does not answer")

    def _guarded(self, step: Callable[..., Kept | None], *args: Any) -> None:
        outcome: Kept | Exception | None
        try:
            outcome = step(*args)
        except REFUSED as error:
            outcome = error
        except Exception as error:
            outcome = error
            self._end()
        if outcome is not None and self._asked is not None:
            (_bundle, answer), self._asked = self._asked, None
            answer(outcome)

    def _write(self, name: bytes, values: list[str]) -> None:
        self._pgconn.send_query_prepared(name, encoded(values))
        self._flush()

    def _flush(self) -> None:
        """What does not fit goes when there is room."""
        if self._pgconn.flush():
            self._loop.add_writer(self._socket, self._guarded, self._flush)
        else:
            self._loop.remove_writer(self._socket)

    def _read(self) -> Kept | None:
        """Where the answer is not whole it is asked once more whether the connection is: of one
        that was reset uvloop tells no second time.
        """
        for _look in range(2):
            self._pgconn.consume_input()
            while not self._pgconn.is_busy():
                result = self._pgconn.get_result()
                if result is None:
                    return self._kept()
                if result.error_field(DiagnosticField.SEVERITY_NONLOCALIZED) in FAREWELLS:
                    succeeded(self._pgconn, result)
                self._found = result
        return None

    def _kept(self) -> Kept | None:
        found, self._found = self._found, None
        if found is None or self._asked is None:
            return None  # it was not asked
        return self._asked[0].answered(rows_of(succeeded(self._pgconn, found)))

    def _end(self) -> None:
        """Once: its socket's number may be another's by the next time."""
        if self._is_over:
            return
        self._is_over = True
        self._loop.remove_reader(self._socket)
        self._loop.remove_writer(self._socket)
        close_session(self._session)


class OverSQLite:
    works_beside = False

    def __init__(self, session: sqlite3.Connection, turn: threading.Lock) -> None:
        self._session, self._loop = session, asyncio.get_running_loop()
        self._turn = turn  # the writer's (sphaera_support.sqlite)
        self._in_log = 0
        self._tidying: asyncio.Task[None] | None = None
        self._others_wait = False

    def is_ready(self) -> bool:
        """Begins to tidy up where it is time."""
        if self._in_log > TIDIED_AFTER and self._tidying is None:
            self._in_log = 0
            self._tidying = asyncio.ensure_future(self._tidy())
        return not (self._others_wait or self._turn.locked())

    async def _tidy(self) -> None:
        """So long as somebody goes on writing no new log is begun, so others wait for the rest."""
        try:
            await in_own_thread(_put_into_file)
            self._others_wait = True
            await in_own_thread(_put_into_file)
        except Exception as error:
            logger.info("the log grows: %s", error)
        finally:
            self._others_wait, self._tidying = False, None

    def store(self, bundle: Bundle, answer: Answer) -> bool:
        self._in_log += len(bundle) + OF_A_BUNDLE
        if not self._turn.acquire(blocking=False):
            return False
        try:
            outcome = self._outcome(bundle)
        finally:
            self._turn.release()
        if outcome is not None:
            self._loop.call_soon(answer, outcome)
        return outcome is not None

    def _outcome(self, bundle: Bundle) -> Kept | Exception | None:
        execute = self._session.execute
        try:
            execute("BEGIN IMMEDIATE")
            try:
                kept = bundle.stored_in(execute)
                execute("COMMIT")
            except BaseException:
                if self._session.in_transaction:
                    execute("ROLLBACK")
                raise
        except REFUSED as error:
            return error
        except sqlite3.Error:
            return None
        return kept


def _put_into_file() -> None:
    """What is in SQLite's log, but for what is written meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
