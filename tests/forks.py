"""Other processes on the same database: copies of this one, which can be killed."""

import os
from collections.abc import Callable

from django.db import connections


def forked(act: Callable[[], object]) -> int:
    """The id of a process that does it, and nothing else."""
    leave_connections()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            act()
            status = 0
        finally:
            os._exit(status)
    return child


def ended(process: int) -> int:
    """How, as the system says it; 0 for well."""
    return os.waitpid(process, 0)[1]


def leave_connections() -> None:
    """What a process shares with its child, neither can use."""
    connections.close_all()
    if close_pool := getattr(connections["default"], "close_pool", None):
        close_pool()
