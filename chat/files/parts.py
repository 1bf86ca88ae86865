"""Large files that come in pieces, over many requests: the row says whose and how long it will be,
the file how much of it is here.

The last byte is what makes an upload of it. So what lies here is never whole, and where a server
was killed at the end, a last piece comes once more.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from chat.files.budgets import UPLOADS_AT_ONCE
from chat.files.checks import clean_name, refuse_program
from chat.files.refusals import BadFile, NoRoom
from chat.files.storage import (
    Owner,
    discard,
    refuse_beyond_budget,
    refuse_empty,
    refuse_unwelcome,
    store_file,
)
from chat.models import Attachment, PartialUpload

KEPT_FOR = timedelta(days=1)  # after its last piece
PIECE = 64 * 1024


class NoSuchPart(BadFile):
    def __init__(self) -> None:
        super().__init__(404, _("Начатая отправка не найдена. Начните заново."))


class AnotherOffset(BadFile):
    def __init__(self) -> None:
        super().__init__(409, _("Файл продолжается с другого места."))


class PartInUse(BadFile):
    def __init__(self) -> None:
        super().__init__(423, _("Этот файл уже отправляется."))


def begin_part(name: str, size: int, *, at: datetime, **owner: Any) -> PartialUpload:
    """Raises BadFile, as early as it can be known. Of too many begun ones the oldest goes."""
    name = clean_name(name)
    refuse_program(name)
    refuse_empty(size)
    refuse_unwelcome(owner, size)
    refuse_beyond_budget(owner, size, at=at)
    begun = PartialUpload.objects.filter(**owner).order_by("-touched_at")
    for part in begun[UPLOADS_AT_ONCE - 1 :]:
        discard_part(part)
    part = PartialUpload(name=name, size=size, touched_at=at, **owner)
    path = path_of(part)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=settings.FILE_UPLOAD_PERMISSIONS, exist_ok=False)
    except OSError as error:
        raise NoRoom from error
    part.save()
    return part


def find_part(public_id: UUID, owner: Owner) -> PartialUpload | Attachment:
    """One's own: on its way still, or come whole and not sent yet. Raises NoSuchPart."""
    whole = Attachment.objects.unsent().filter(public_id=public_id, **owner).first()
    found = whole or PartialUpload.objects.filter(public_id=public_id, **owner).first()
    if found is None or (isinstance(found, PartialUpload) and not path_of(found).exists()):
        raise NoSuchPart
    return found


def offset_of(found: PartialUpload | Attachment) -> int:
    """With which byte it goes on."""
    if isinstance(found, Attachment):
        return found.size
    try:
        return min(path_of(found).stat().st_size, found.size - 1)
    except FileNotFoundError as gone:
        raise NoSuchPart from gone


def append_piece(
    part: PartialUpload, offset: int, piece: IO[bytes], *, at: datetime
) -> PartialUpload | Attachment:
    """Raises BadFile; then what was here before is as it was, or all of it is gone."""
    with _held(part) as content:
        if offset != offset_of(part):
            raise AnotherOffset
        content.truncate(offset)
        content.seek(offset)
        _write(content, piece, part.size - offset)
        if content.tell() < part.size:
            PartialUpload.objects.filter(pk=part.pk).update(touched_at=at)
            return part
        return _finish(part, content, at=at)


def _write(content: BinaryIO, piece: IO[bytes], room: int) -> None:
    start = content.tell()
    try:
        while data := piece.read(PIECE):
            room -= len(data)
            if room < 0:
                raise BadFile(413, _("Файл длиннее, чем было сказано в начале."))
            content.write(data)
        content.flush()
        os.fsync(content.fileno())
    except (OSError, BadFile) as error:
        with suppress(OSError):
            content.truncate(start)
        raise error if isinstance(error, BadFile) else NoRoom() from error


def _finish(part: PartialUpload, content: BinaryIO, *, at: datetime) -> Attachment:
    """Under the same id, so that one who did not hear the answer may ask again."""
    owner = {"visitor": part.visitor} if part.visitor else {"account": part.account}
    try:
        whole = Whole(content, part)
        attachment = store_file(whole, at=at, public_id=part.public_id, **owner)
    except NoRoom:
        raise
    except BadFile:
        discard_part(part)
        raise
    part.delete()
    return attachment


class Whole(UploadedFile):  # type: ignore[type-arg]
    """What came in pieces, as if it had come at once: it is moved, not copied."""

    def __init__(self, content: BinaryIO, part: PartialUpload) -> None:
        super().__init__(content, part.name, "application/octet-stream", part.size)
        self._path = path_of(part)

    def temporary_file_path(self) -> str:
        return str(self._path)


@contextmanager
def _held(part: PartialUpload) -> Iterator[BinaryIO]:
    """For one request alone. Raises PartInUse, and NoSuchPart where another has ended it."""
    path = path_of(part)
    try:
        content = path.open("r+b")
    except FileNotFoundError as gone:
        raise NoSuchPart from gone
    with content:
        try:
            fcntl.flock(content, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise PartInUse from busy
        if not _is_still_at(path, content):
            raise NoSuchPart
        yield content


def _is_still_at(path: Path, content: BinaryIO) -> bool:
    try:
        return os.path.samestat(os.fstat(content.fileno()), path.stat())
    except FileNotFoundError:
        return False


def end_part(found: PartialUpload | Attachment) -> None:
    """Whoever sent it does not want it any more."""
    if isinstance(found, Attachment):
        discard(found)
    else:
        discard_part(found)


def discard_part(part: PartialUpload) -> None:
    """Its row first: what is left of a file without one is swept."""
    path = path_of(part)
    part.delete()
    path.unlink(missing_ok=True)


def path_of(part: PartialUpload) -> Path:
    return Path(settings.MEDIA_ROOT, "parts", part.public_id.hex)
