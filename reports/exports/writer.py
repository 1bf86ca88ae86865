"""Who writes large exports: a worker; embedded, where tasks run in the process of the chat, a
process beside it, for as long as something waits. Making rows keeps an interpreter busy, and chats
would wait for theirs.
"""

import atexit
import subprocess  # nosec B404
import sys

from django.conf import settings
from django.utils import timezone

from reports.actions.exports import is_any_due, write_next_export

_process: subprocess.Popen[bytes] | None = None


def write_what_waits() -> None:
    """One at a time, so that those of many do not keep all workers busy."""
    at = timezone.now()
    if not settings.CELERY_TASK_ALWAYS_EAGER:
        write_next_export(at=at)
    elif not is_writing() and is_any_due(at=at):
        _begin()


def is_writing() -> bool:
    """In a process of ours."""
    return _process is not None and _process.poll() is None


def _begin() -> None:
    global _process
    # A group of its own, for Ctrl-C is the server's, which ends it; within the session of the
    # server, for Linux weighs priorities there.
    _process = subprocess.Popen(  # nosec B603
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "write_exports", "--gently"],
        stdin=subprocess.DEVNULL,
        process_group=0,
    )


@atexit.register
def stop() -> None:
    """What it was writing is taken up again by the next one."""
    if _process is not None and is_writing():
        _process.terminate()
        _process.wait()
