"""`manage.py serve` that writes down how long each beat of its pulse took: a line of seconds each.

The file is named by PULSE_LOG. For the bench alone: the product knows nothing of it.
"""

import os
import sys
import time
from pathlib import Path

import django
from django.core.management import execute_from_command_line


def watch(log: Path) -> None:
    from chat.sockets.hub import Hub

    beat = Hub.beat

    async def timed(hub: Hub, now: float) -> None:
        began = time.perf_counter()
        try:
            await beat(hub, now)
        finally:
            with log.open("a") as lines:
                lines.write(f"{time.perf_counter() - began:.4f}\n")

    Hub.beat = timed  # type: ignore[method-assign,assignment]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sphaera_support.settings")
    django.setup()
    watch(Path(os.environ["PULSE_LOG"]))
    execute_from_command_line(sys.argv)
