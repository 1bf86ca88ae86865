"""The files by which places are known: taken in, tested, put in place of those before.

A file is whole and tested before it has its name, so whoever reads finds the old one or the new.
"""

import gzip
import json
import os
import tarfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, Protocol

import maxminddb
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from maxminddb import InvalidDatabaseError

from chat.actions.errors import Refusal
from chat.places import CITY, OWNER, path_of
from chat.text import clean_line

MOST_BYTES = 2 * 1024**3  # unpacked; the largest there are have a tenth
# Which kind a database is, by a word of its type.
_TYPES = (("City", CITY), ("Country", CITY), ("ASN", OWNER), ("ISP", OWNER))
_GZIP = b"\x1f\x8b"
# Looked up before a file is believed, beside the first networks that it has.
_SAMPLES = [f"{first}.{second}.1.1" for first in range(1, 224) for second in (0, 64, 113, 200)]
_FIRST = 2000


class NoGeoFile(Refusal):
    code = "invalid"
    words = _("Это не база адресов или она пришла не целиком: нужен файл .mmdb, можно сжатый.")
    field = "file"


class OtherGeoFile(Refusal):
    code = "invalid"
    words = _("В этой базе нет ни городов, ни владельцев сетей: нужна City или ASN.")
    field = "file"


class DamagedGeoFile(Refusal):
    code = "invalid"
    words = _("Файл повреждён. Прежний остался на месте.")
    field = "file"


class Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


@dataclass(frozen=True)
class GeoFile:
    """What is told of the file of a kind."""

    kind: str
    type: str
    built_at: datetime
    source: str
    installed_at: datetime | None


def take_in(content: IO[bytes], *, source: str, at: datetime) -> GeoFile:
    """Raises a Refusal; nothing is changed then."""
    folder = Path(settings.GEO_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    with _temporary(folder) as (path, file):
        _unpack(content, file)
        kind, told = _tested(path)
        taken = GeoFile(
            kind=kind,
            type=clean_line(told.database_type, 60),
            built_at=datetime.fromtimestamp(told.build_epoch, UTC),
            source=clean_line(source, 200),
            installed_at=at,
        )
        path.replace(path_of(kind))
        note = asdict(taken) | {"built_at": "", "installed_at": at.isoformat()}
        _note_of(kind).write_text(json.dumps(note, ensure_ascii=False))
    return taken


def take_away(kind: str) -> GeoFile | None:
    """What it was; None where there was none. Whoever reads goes on without."""
    found = _found(kind)
    path_of(kind).unlink(missing_ok=True)
    _note_of(kind).unlink(missing_ok=True)
    return found


def geo_files() -> list[GeoFile]:
    """Those there are, as the files themselves tell."""
    return [found for kind in (CITY, OWNER) if (found := _found(kind)) is not None]


def _found(kind: str) -> GeoFile | None:
    try:
        with maxminddb.open_database(path_of(kind)) as reader:
            told = reader.metadata()
    except (OSError, ValueError, InvalidDatabaseError):
        return None
    note = _read_note(kind)
    installed = str(note.get("installed_at", ""))
    return GeoFile(
        kind=kind,
        type=clean_line(told.database_type, 60),
        built_at=datetime.fromtimestamp(told.build_epoch, UTC),
        source=str(note.get("source", "")),
        installed_at=datetime.fromisoformat(installed) if installed else None,
    )


def _note_of(kind: str) -> Path:
    return path_of(kind).with_suffix(".json")


def _read_note(kind: str) -> dict[str, Any]:
    try:
        note = json.loads(_note_of(kind).read_text())
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


@contextmanager
def _temporary(folder: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    with NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as file:
        path = Path(file.name)
        try:
            yield path, file
        finally:
            path.unlink(missing_ok=True)


def _unpack(content: IO[bytes], into: IO[bytes]) -> None:
    """A database as it is, packed, or within an archive."""
    head = content.read(2)
    content.seek(0)
    try:
        if head != _GZIP:
            _copy(content, into)
        elif _is_archive(content):
            _extract(content, into)
        else:
            with gzip.open(content) as unpacked:
                _copy(unpacked, into)
    except (EOFError, tarfile.TarError, gzip.BadGzipFile, OSError) as error:
        raise DamagedGeoFile from error
    into.flush()
    os.fsync(into.fileno())


def _is_archive(content: IO[bytes]) -> bool:
    with gzip.open(content) as unpacked:
        head = unpacked.read(512)
    content.seek(0)
    return head[257:262] == b"ustar"


def _extract(content: IO[bytes], into: IO[bytes]) -> None:
    with tarfile.open(fileobj=content, mode="r|gz") as archive:
        for member in archive:
            file = archive.extractfile(member) if member.isfile() else None
            if file is not None and member.name.endswith(".mmdb"):
                return _copy(file, into)
    raise NoGeoFile


def _copy(content: Readable, into: IO[bytes]) -> None:
    while piece := content.read(1024**2):
        if into.tell() + len(piece) > MOST_BYTES:
            raise NoGeoFile
        into.write(piece)


def _tested(path: Path) -> tuple[str, maxminddb.reader.Metadata]:
    try:
        reader = maxminddb.open_database(path)
    except (OSError, ValueError, InvalidDatabaseError) as error:
        raise NoGeoFile from error
    with reader:
        told = reader.metadata()
        kinds = [kind for word, kind in _TYPES if word in told.database_type]
        if not kinds:
            raise OtherGeoFile
        try:
            deque(islice(reader, _FIRST), maxlen=0)
            for address in _SAMPLES:
                reader.get(address)
        except (ValueError, InvalidDatabaseError) as error:
            raise DamagedGeoFile from error
    return kinds[0], told
