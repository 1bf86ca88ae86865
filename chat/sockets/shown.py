"""What sites show, as this process sees it, goes into the database beside the pulse."""

import time
from collections.abc import Mapping
from datetime import datetime, timedelta

from chat import streams
from chat.actions.availability import Showing, note_availability
from chat.models import Heartbeat
from chat.queue.availability import SiteRules, Snapshot
from chat.sockets import troubles

Showings = Mapping[int, Showing]

PART = "what sites show"


def showing_of(snapshot: Snapshot, rules: Mapping[int, SiteRules]) -> dict[int, Showing]:
    return {
        site: Showing(snapshot.cause(site), site in snapshot.open_sites, rules[site])
        for site in snapshot.operators.keys() & rules.keys()
    }


class ShownStates:
    """Asked at every beat; while nothing changes it writes a beat of its own now and then. What
    fails is tried at the next one.
    """

    def __init__(self) -> None:
        self._noted: Showings = {}
        self._noted_at: float | None = None
        self._is_noting = False

    def is_due(self, showing: Showings, now: float) -> bool:
        if self._is_noting:
            return False
        if self._noted_at is None or now - self._noted_at >= _EVERY:
            return True
        if not _are_alike(showing, self._noted):
            return True
        self._noted = showing  # what is the same object is compared in no time
        return False

    async def note(self, showing: Showings, at: datetime) -> None:
        now = time.monotonic()
        quiet = None if self._noted_at is None else timedelta(seconds=now - self._noted_at)
        self._is_noting = True
        try:
            await streams.in_database(note_availability, showing, at=at, quiet=quiet)
            self._noted, self._noted_at = showing, now
            troubles.tell(PART, {})
        except Exception as error:
            troubles.tell(PART, {"": error})
        finally:
            self._is_noting = False


_EVERY = Heartbeat.EVERY.total_seconds()


def _are_alike(one: Showings, other: Showings) -> bool:
    if one.keys() != other.keys():
        return False
    return all(_is_alike(showing, other[site]) for site, showing in one.items())


def _is_alike(one: Showing, other: Showing) -> bool:
    if (one.cause, one.is_open) != (other.cause, other.is_open):
        return False
    # Rules are read anew every other second; of what is in them a look, say, is no other mark.
    return one.rules == other.rules or one.mark == other.mark
