from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from chat.identity import BadToken, sign, verify
from departments.models import Site


class Command(BaseCommand):
    help = "Print identity tokens of a site, one a line, for integrators and load tests."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("site_key")
        parser.add_argument("sub", help="the customer; with --count a number is appended")
        parser.add_argument("--name", help="shown to operators; the subject if left out")
        parser.add_argument("--count", type=int, metavar="N")

    def handle(self, *args: Any, **options: Any) -> None:
        site = Site.objects.active().filter(key=options["site_key"]).first()
        if site is None:
            raise CommandError(f"There is no active site with the key {options['site_key']!r}.")
        count = options["count"]
        if count is not None and count < 1:
            raise CommandError("--count takes a positive number.")
        numbers = [""] if count is None else [str(number) for number in range(1, count + 1)]
        for number in numbers:
            subject = f"{options['sub']}{number}"
            name = f"{options['name'] or options['sub']}{number and ' ' + number}"
            token = sign(site, subject, name, at=timezone.now())
            try:
                verify(site, token, at=timezone.now())
            except BadToken as bad:
                raise CommandError(f"No window would take this token: {bad}.") from bad
            self.stdout.write(token)
