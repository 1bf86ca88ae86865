"""What does not work in this process at present: said once in the log when it begins and once when
it is over, and shown on /readyz meanwhile.
"""

import logging
import threading
from collections.abc import Mapping

from django.db import DatabaseError, InterfaceError

logger = logging.getLogger(__name__)

_present: dict[str, set[str]] = {}
_lock = threading.Lock()


def tell(part: str, failing: Mapping[str, Exception]) -> None:
    """All that fails of a part by now, {which: why}; what does not fail any more is over."""
    with _lock:
        before = _present.get(part, set())
        _present[part] = set(failing)
        if not failing:
            del _present[part]
    for which in failing.keys() - before:
        error = failing[which]
        # A fault of ours needs its traceback; that the database is away needs none.
        is_known = isinstance(error, DatabaseError | InterfaceError | Unreadable)
        words = f"{part} {which}".strip()
        logger.warning(
            "%s: %s: %s", words, type(error).__name__, error, exc_info=None if is_known else error
        )
    for which in before - failing.keys():
        logger.warning("%s: works again", f"{part} {which}".strip())


def parts() -> list[str]:
    with _lock:
        return sorted(_present)


def forget() -> None:
    """Begin without any (a test's end)."""
    with _lock:
        _present.clear()


class Unreadable(ValueError):
    """Something that somebody wrote into the database makes no sense."""
