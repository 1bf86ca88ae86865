import os
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from reports.actions.exports import write_next_export

# What the chat does comes first.
LESS_URGENT = 10


class Command(BaseCommand):
    help = "Write the large exports that wait; where there are no workers, the server starts it."

    def handle(self, *args: Any, **options: Any) -> None:
        os.nice(LESS_URGENT)
        while write_next_export(at=timezone.now()) is not None:
            pass
