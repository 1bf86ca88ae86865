"""Of which events anybody wants to be told: kept by each process, so that where nobody does, the
database is asked nothing.

The pulse reads it anew with the rules (chat.sockets.hub); a process without one, when it is asked
and what it knows is old.
"""

import time

from chat.models import Webhook
from operators.prepared import Prepared

VALID = 5.0  # seconds

_kinds: frozenset[str] = frozenset()
_until = 0.0


def is_known() -> bool:
    """Whether `are_wanted` asks the database nothing."""
    return time.monotonic() <= _until


def are_wanted(kinds: frozenset[str]) -> bool:
    if not is_known():
        read()
    return not kinds.isdisjoint(_kinds)


def read() -> None:
    know(frozenset(kind for kinds in _active.all() for kind in kinds))


_active = Prepared(lambda: Webhook.objects.active().order_by().values_list("kinds", flat=True))


def know(kinds: frozenset[str], *, seconds: float = VALID) -> None:
    global _kinds, _until
    _kinds, _until = kinds, time.monotonic() + seconds
