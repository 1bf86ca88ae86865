import fcntl
import io
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, IntegrityError, connection

from sphaera_support.moving.container import NoBackup
from sphaera_support.moving.passphrase import passphrase_for_reading
from sphaera_support.moving.restoring import (
    NotEmpty,
    OtherVersion,
    Restored,
    check_backup,
    restore_backup,
)
from sphaera_support.moving.sealing import MAGIC, Broken, Opener, WrongPassphrase


class Command(BaseCommand):
    help = (
        "Put a backup (FILE, or - for the standard input) where there is nothing yet, or with"
        " --replace in the place of all there is; the product is stopped meanwhile."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--replace", action="store_true", help="what there is goes")
        parser.add_argument("--check", action="store_true", help="only read and compare all of it")
        parser.add_argument("--passphrase-file", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        is_check = options["check"]
        with (
            _told_in_a_sentence(),
            nullcontext() if is_check else _nobody_serves(),
            _source(options["file"], options["passphrase_file"]) as source,
        ):
            if is_check:
                found = check_backup(source)
            else:
                found = restore_backup(source, replaces=options["replace"])
        self.stdout.write(_told(found, is_check=is_check))


def _told(found: Restored, *, is_check: bool) -> str:
    count = f"{sum(found.rows.values())} rows and {found.files} files of {found.made_at}"
    if is_check:
        return f"The backup is whole: {count}."
    return (
        f"Restored: {count}. The search of the history finds them little by little;"
        " everybody signs in anew."
    )


@contextmanager
def _told_in_a_sentence() -> Iterator[None]:
    """What there was is as it was: the words say why."""
    try:
        yield
    except NotEmpty as error:
        raise CommandError(
            "There is data here already: restore elsewhere, or say --replace, and it goes."
        ) from error
    except OtherVersion as error:
        raise CommandError(str(error)) from error
    except WrongPassphrase as error:
        raise CommandError("The passphrase is another one. Nothing was changed.") from error
    except Broken as error:
        raise CommandError("The backup was cut off or changed. Nothing was changed.") from error
    except NoBackup as error:
        raise CommandError(f"Not restored: {error}. Nothing was changed.") from error
    except IntegrityError as error:
        reason = " ".join(str(error).split())
        raise CommandError(f"Its rows contradict each other: {reason}") from error
    except DatabaseError as error:
        reason = " ".join(str(error).split())
        raise CommandError(
            f"The database cannot be written: {reason} Is the product stopped?"
        ) from error
    except KeyboardInterrupt as error:
        raise CommandError("Interrupted. Nothing was changed.", returncode=130) from error
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        raise CommandError(f"{name}{error.strerror or error}. Nothing was changed.") from error


@contextmanager
def _nobody_serves() -> Iterator[None]:
    """SQLite belongs to one process; PostgreSQL says itself when its tables are in use."""
    if connection.vendor != "sqlite":
        yield
        return
    with (settings.DATA_DIR / "serve.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CommandError("The product is running: stop it first.") from error
        yield


@contextmanager
def _source(name: str, passphrase_file: str | None) -> Iterator[Any]:
    with nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb") as source:
        beginning = source.read(len(MAGIC))
        if beginning == MAGIC:
            yield Opener(source, passphrase_for_reading(passphrase_file))
        else:
            yield _Rejoined(beginning, source)


class _Rejoined:
    """What was looked at, and the rest."""

    def __init__(self, beginning: bytes, rest: IO[bytes]) -> None:
        self._beginning, self._rest = io.BytesIO(beginning), rest

    def read(self, count: int) -> bytes:
        first = self._beginning.read(count)
        return first + self._rest.read(count - len(first))
