import tempfile
import urllib.error
from argparse import ArgumentParser
from base64 import b64encode
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Any
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from chat.actions.errors import Refusal
from chat.geo import MOST_BYTES, take_in

# Free databases with Russian names; nothing is asked of them unless the command is told to.
DBIP = "https://download.db-ip.com/free/dbip-{name}-lite-{at:%Y-%m}.mmdb.gz"
MAXMIND = "https://download.maxmind.com/geoip/databases/GeoLite2-{name}/download?suffix=tar.gz"
PATIENCE = 60  # seconds without a byte


class Command(BaseCommand):
    help = "Take in the files by which addresses are places: City and ASN, from disk or a service."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="*", type=Path, help=".mmdb, .mmdb.gz or .tar.gz")
        parser.add_argument(
            "--service", choices=["dbip", "maxmind"], help="ask it over the network"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["file"]) == bool(options["service"]):
            raise CommandError("Name the files, or a service with --service.")
        for path in options["file"]:
            self._take(path.name, _opened(path))
        for request in _requests(options["service"]):
            self._take(options["service"], _downloaded(request))

    def _take(self, source: str, opened: AbstractContextManager[IO[bytes]]) -> None:
        try:
            with opened as content:
                taken = take_in(content, source=source, at=timezone.now())
        except (OSError, Refusal) as error:
            words = error.detail if isinstance(error, Refusal) else str(error)
            raise CommandError(f"{source}: {words}") from error
        self.stdout.write(f"{taken.type} of {taken.built_at:%Y-%m-%d} from {taken.source}.")


def _requests(service: str | None) -> Iterator[Request]:
    match service:
        case "dbip":
            for name in ("city", "asn"):
                yield Request(DBIP.format(name=name, at=timezone.now()))
        case "maxmind":
            who, key = settings.MAXMIND_ACCOUNT_ID, settings.MAXMIND_LICENSE_KEY
            if not who or not key:
                raise CommandError("Set MAXMIND_ACCOUNT_ID and MAXMIND_LICENSE_KEY.")
            for name in ("City", "ASN"):
                request = Request(MAXMIND.format(name=name))
                proof = b64encode(f"{who}:{key}".encode()).decode()
                # Not for whom the service sends us on to.
                request.add_unredirected_header("Authorization", f"Basic {proof}")
                yield request


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as file:
        yield file


@contextmanager
def _downloaded(request: Request) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile(dir=settings.DATA_DIR) as file:
        try:
            with urlopen(request, timeout=PATIENCE) as answer:  # nosec B310  our own https
                while piece := answer.read(1024**2):
                    file.write(piece)
                    if file.tell() > MOST_BYTES:
                        raise CommandError("The service sends without end.")
        except urllib.error.HTTPError as error:
            raise CommandError(f"The service answers {error.code} {error.reason}.") from error
        file.seek(0)
        yield file
