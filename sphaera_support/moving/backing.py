"""A backup: the database as it was at one moment, then the files, into one stream."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection
from django.utils import timezone

from sphaera_support.moving import rows
from sphaera_support.moving.container import Writer, Written
from sphaera_support.moving.files import kept_files
from sphaera_support.moving.snapshot import migrations, one_moment

LINES = 2000  # of one member
MOST_BYTES = 8 * 1024 * 1024  # likewise, about


def write_backup(target: Any) -> Written:
    """A file of now is on the disk before its row: all that the rows name is there by then, but
    for what is deleted meanwhile.
    """
    with Writer(target) as writer:
        with one_moment():
            models = rows.tables()
            writer.header(
                {
                    "made_at": timezone.now().isoformat(),
                    "database": connection.vendor,
                    "migrations": migrations(),
                    "tables": {model._meta.label: rows.columns_of(model) for model in models},
                }
            )
            for model in models:
                _write_table(writer, model)
        _write_files(writer)
        return writer.end()


def _write_files(writer: Writer) -> None:
    for name, path in kept_files():
        try:
            content = path.open("rb")
        except FileNotFoundError:
            continue
        with content:
            writer.file(name, content)


def _write_table(writer: Writer, model: rows.Model) -> None:
    label, digest = model._meta.label, hashlib.sha256()
    writer.written.rows[label] = 0
    for lines in _pieces(rows.lines_of(model)):
        for line in lines:
            digest.update(line.encode() + b"\n")
        writer.rows(label, lines)
    writer.written.digests[label] = digest.hexdigest()


def _pieces(lines: Iterable[str]) -> Iterator[list[str]]:
    """Bounded by count and by size: a message may be long."""
    piece: list[str] = []
    size = 0
    for line in lines:
        piece.append(line)
        size += len(line)
        if len(piece) >= LINES or size >= MOST_BYTES:
            yield piece
            piece, size = [], 0
    if piece:
        yield piece
