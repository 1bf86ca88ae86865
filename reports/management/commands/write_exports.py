import os
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from reports.actions.exports import write_next_export

# What the chat does comes first.
LESS_URGENT = 10


class Command(BaseCommand):
    help = "Write the large exports that wait; without workers the server starts this itself."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--gently", action="store_true", help="at a low priority")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["gently"]:
            os.nice(LESS_URGENT)
        while write_next_export(at=timezone.now()) is not None:
            pass
