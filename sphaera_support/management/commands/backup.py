import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from sphaera_support.moving.backing import write_backup
from sphaera_support.moving.container import Written
from sphaera_support.moving.passphrase import passphrase_for_writing
from sphaera_support.moving.sealing import Sealer


class Command(BaseCommand):
    help = (
        "Write database and files into one FILE (- for the standard output), while the product"
        " runs; sealed with a passphrase where one is given or --seal asks for it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--seal", action="store_true", help="ask for a passphrase")
        parser.add_argument("--passphrase-file", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        passphrase = passphrase_for_writing(options["passphrase_file"], wanted=options["seal"])
        try:
            with _target(options["file"]) as target:
                written = _write(target, passphrase)
        except OSError as error:
            raise CommandError(f"Nothing was written: {error.strerror or error}.") from error
        except DatabaseError as error:
            reason = " ".join(str(error).split())
            raise CommandError(f"The database cannot be read: {reason}") from error
        total = sum(written.rows.values())
        self.stderr.write(
            f"{total} rows, {written.files} files, {written.bytes} bytes of them;"
            f" {'sealed' if passphrase else 'not sealed'}."
        )


def _write(target: IO[bytes], passphrase: str | None) -> Written:
    if passphrase is None:
        return write_backup(target)
    sealer = Sealer(target, passphrase)
    written = write_backup(sealer)
    sealer.close()
    return written


@contextmanager
def _target(name: str) -> Iterator[IO[bytes]]:
    """A file that has its name when all of it is on the disk."""
    if name == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(name)
    if path.exists():
        raise CommandError(f"{path} is there already.")
    part = path.with_name(f"{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with open(descriptor, "wb") as target:  # noqa: PTH123
            yield target
            target.flush()
            os.fsync(target.fileno())
        part.rename(path)
    except BaseException:
        with suppress(FileNotFoundError):
            part.unlink()
        raise
