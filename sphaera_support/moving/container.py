"""The file of a backup: a tar whose members each carry the SHA-256 of their content.

backup.json first: format, when, by which migrations, the columns of every table. Then tables in
pieces (tables/<model>/<number>.jsonl.gz) and files (files/<path under MEDIA_ROOT>). end.json last:
how many of what there are, and one digest of all members: what does not end with it was cut off.
"""

import gzip
import hashlib
import io
import json
import re
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any, Self, cast

FORMAT = 1
HEADER, END = "backup.json", "end.json"
SUM = "SPHAERA.sha256"
PIECE = 64 * 1024
MOST_TEXT = 64 * 1024 * 1024  # of one member with rows, unpacked
TABLE = re.compile(r"tables/([\w.]+)/\d{6}\.jsonl\.gz")
FILE = re.compile(r"files/(?!.*(?:^|/)\.\.?(?:/|$))[^/\0\\][^\0\\]*")


_FOREIGN, _SPOILED = "it is no backup of this product", "it was cut off or changed"


class NoBackup(Exception):
    """It is none, or it is spoiled: the words say how."""


@dataclass
class Written:
    """What a backup holds, in its own last words."""

    rows: dict[str, int] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    files: int = 0
    bytes: int = 0
    whole: str = ""

    def told(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "digests": self.digests,
            "files": self.files,
            "bytes": self.bytes,
            "sha256": self.whole,
        }


class _Sink:
    """What an abandoned tar still wants to write, it may say to nobody."""

    def __init__(self, target: Any) -> None:
        self._target, self.is_abandoned = target, False

    def write(self, data: bytes) -> int:
        if not self.is_abandoned:
            self._target.write(data)
        return len(data)


class Writer:
    def __init__(self, target: Any) -> None:
        self._sink = _Sink(target)
        stream = cast(IO[bytes], self._sink)
        self._tar = tarfile.TarFile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT)
        self._whole = hashlib.sha256()
        self.written = Written()
        self._part = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_error: object) -> None:
        self._sink.is_abandoned = kind is not None
        self._tar.close()

    def header(self, facts: dict[str, Any]) -> None:
        self._add(HEADER, json.dumps({"format": FORMAT, **facts}).encode())

    def rows(self, label: str, lines: list[str]) -> None:
        self._part += 1
        text = "".join(f"{line}\n" for line in lines).encode()
        packed = gzip.compress(text, compresslevel=3, mtime=0)
        self._add(f"tables/{label}/{self._part:06}.jsonl.gz", packed)
        self.written.rows[label] = self.written.rows.get(label, 0) + len(lines)

    def file(self, name: str, content: IO[bytes]) -> None:
        """Read twice: the sum stands before the bytes."""
        digest, size = hashlib.sha256(), 0
        while piece := content.read(PIECE):
            digest.update(piece)
            size += len(piece)
        content.seek(0)
        self._member(f"files/{name}", size, digest.hexdigest(), content)
        self.written.files += 1
        self.written.bytes += size

    def end(self) -> Written:
        self.written.whole = self._whole.hexdigest()
        self._add(END, json.dumps(self.written.told()).encode())
        return self.written

    def _add(self, name: str, content: bytes) -> None:
        digest = hashlib.sha256(content).hexdigest()
        self._member(name, len(content), digest, io.BytesIO(content))

    def _member(self, name: str, size: int, digest: str, content: IO[bytes]) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.pax_headers = size, 0o600, {SUM: digest}
        self._tar.addfile(info, content)
        self._tar.members.clear()  # else it remembers each file of a long history
        self._whole.update(f"{name} {size} {digest}\n".encode())


@dataclass
class Member:
    name: str
    size: int
    content: IO[bytes]
    digest: str

    def read(self, count: int) -> bytes:
        """Raises NoBackup."""
        try:
            return self.content.read(count)
        except tarfile.ReadError as error:
            raise NoBackup("it was cut off") from error

    def text(self) -> bytes:
        """Of JSON or rows, with its sum compared. Raises NoBackup."""
        data = self.read(MOST_TEXT + 1)
        self.compare(hashlib.sha256(data).hexdigest())
        return data

    def lines(self) -> list[str]:
        unpacked = zlib.decompressobj(wbits=31)
        try:
            text = unpacked.decompress(self.text(), MOST_TEXT).decode()
        except (zlib.error, UnicodeDecodeError) as error:
            raise NoBackup("a member cannot be unpacked") from error
        if not unpacked.eof:
            raise NoBackup("a member is larger than any that we write")
        return text.splitlines()

    def save(self, target: IO[bytes]) -> None:
        digest = hashlib.sha256()
        while piece := self.read(PIECE):
            digest.update(piece)
            target.write(piece)
        self.compare(digest.hexdigest())

    def compare(self, digest: str) -> None:
        if digest != self.digest:
            raise NoBackup(f"{self.name} is not as it was written")


def members_of(source: Any) -> Iterator[Member]:
    """In their order, the last one compared with all before it. Raises NoBackup."""
    whole, seen = hashlib.sha256(), 0
    is_over = False
    for info, content in _entries(source):
        digest = str(info.pax_headers.get(SUM, ""))
        is_ours = info.name in (HEADER, END) or TABLE.fullmatch(info.name)
        is_ours = is_ours or FILE.fullmatch(info.name)
        if not info.isreg() or not is_ours or not digest or (info.name == HEADER) != (seen == 0):
            raise NoBackup(_FOREIGN if seen == 0 else _SPOILED)
        seen += 1
        member = Member(info.name, info.size, content, digest)
        if info.name == END:
            is_over = True
            _compare_end(member, whole.hexdigest())
            continue
        if is_over:
            raise NoBackup("something follows its end")
        yield member
        whole.update(f"{info.name} {info.size} {digest}\n".encode())
    if not is_over:
        raise NoBackup(_SPOILED if seen else _FOREIGN)


def _entries(source: Any) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    seen = 0
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            while (info := tar.next()) is not None:
                seen += 1
                content = tar.extractfile(info) if info.isreg() else None
                yield info, content or io.BytesIO()
                tar.members.clear()  # else it remembers each file of a long history
    except (tarfile.TarError, EOFError) as error:
        was_ours = seen or "unexpected end" in str(error)
        raise NoBackup(_SPOILED if was_ours else _FOREIGN) from error


def _compare_end(member: Member, digest: str) -> None:
    try:
        told = json.loads(member.text())
    except ValueError as error:
        raise NoBackup("its end cannot be read") from error
    if not isinstance(told, dict) or told.get("sha256") != digest:
        raise NoBackup("members are missing or were changed")
