"""Previews of pictures, drawn by a program apart (drawing.py): what is wrong there stays there."""

import subprocess  # nosec B404
import sys
import threading
from pathlib import Path

from chat.files import drawing

AT_ONCE = 2  # in one process
WAITS = 5.0  # seconds an upload may wait for its turn; then a sweep draws it
DRAWN_WITHIN = 20.0  # seconds

_turns = threading.BoundedSemaphore(AT_ONCE)


def preview_of(picture: Path) -> bytes | None:
    """Empty where none can be drawn, None where all are busy."""
    if not _turns.acquire(timeout=WAITS):
        return None
    try:
        return _draw(picture)
    finally:
        _turns.release()


def _draw(path: Path) -> bytes:
    program = [sys.executable, "-I", str(Path(drawing.__file__))]
    with path.open("rb") as picture:
        try:
            done = subprocess.run(  # nosec B603
                program,
                stdin=picture,
                capture_output=True,
                env={},
                timeout=DRAWN_WITHIN,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return b""
    return done.stdout if done.returncode == 0 else b""
