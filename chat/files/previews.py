"""Previews of pictures, drawn by a program apart (drawing.py): what is wrong there stays there."""

import subprocess  # nosec B404
import sys
import threading
from pathlib import Path

from django.core.files.base import ContentFile

from chat.files import drawing
from chat.models import Attachment

AT_ONCE = 2  # in one process
WAITS = 5.0  # seconds an upload may wait for its turn; then a sweep draws it
DRAWN_WITHIN = 20.0  # seconds

_turns = threading.BoundedSemaphore(AT_ONCE)


def add_preview(attachment: Attachment) -> None:
    """Beside the file, which has its place already; the caller saves the row.

    What is no picture, or too much of one, has none; where all are busy, it is left for the sweep.
    """
    attachment.preview_size = None if attachment.is_picture else 0
    if attachment.is_picture and _turns.acquire(timeout=WAITS):
        try:
            drawn = _draw(Path(attachment.file.path))
        finally:
            _turns.release()
        if drawn:
            attachment.file.storage.delete(attachment.preview_name)
            attachment.file.storage.save(attachment.preview_name, ContentFile(drawn))
        attachment.preview_size = len(drawn)


def _draw(path: Path) -> bytes:
    """Empty where nothing can be drawn."""
    program = [sys.executable, "-I", str(Path(drawing.__file__))]
    with path.open("rb") as picture:
        try:
            done = subprocess.run(  # nosec B603: a program of ours, and no word from outside
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
