"""A passphrase from where no list of processes shows it: a file, the environment, or a person."""

import getpass
import os
import sys
from pathlib import Path

from django.core.management.base import CommandError

VARIABLE = "BACKUP_PASSPHRASE"
LEAST = 12


def passphrase_for_writing(path: str | None, *, wanted: bool) -> str | None:
    """None where the backup is not to be sealed. Asked for twice. Raises CommandError."""
    given = _given(path)
    if given is None and wanted:
        given = _asked("Passphrase: ")
        if given != _asked("Once more: "):
            raise CommandError("The two are not the same.")
    if given is not None and len(given) < LEAST:
        raise CommandError(f"A passphrase has at least {LEAST} characters.")
    return given


def passphrase_for_reading(path: str | None) -> str:
    """Raises CommandError."""
    given = _given(path)
    return _asked("Passphrase: ") if given is None else given


def _given(path: str | None) -> str | None:
    if path is not None:
        try:
            return Path(path).read_text().rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"The passphrase cannot be read from {path}.") from error
    return os.environ.get(VARIABLE) or None


def _asked(words: str) -> str:
    if not sys.stdin.isatty():
        raise CommandError(
            f"A passphrase is needed: --passphrase-file FILE, or the variable {VARIABLE}."
        )
    return getpass.getpass(words)
