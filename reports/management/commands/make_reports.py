import os
from typing import Any

from django.core.management.base import BaseCommand

from reports.beside import LESS_URGENT, make_what_is_asked


class Command(BaseCommand):
    help = "Make pages of reports for the server, which starts this itself."

    def handle(self, *args: Any, **options: Any) -> None:
        os.nice(LESS_URGENT)
        make_what_is_asked()
