"""Uploaded files: checked by what they are, not by what they call themselves; kept while needed."""

import codecs
import hashlib
import logging
import os
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path, PurePosixPath

import filetype
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from chat.models import Attachment, Visitor
from chat.sockets.limits import HOUR, MEGABYTE, STAFF_FILES, VISITOR_FILES, Budget
from chat.text import clean_line
from operators.models import Account

logger = logging.getLogger("sphaera_support.files")

Owner = dict[str, Visitor | Account]  # visitor= or account=

UNSENT_FOR = timedelta(days=7)  # as long as browsers keep drafts
MOST_REMOVED = 1000  # by one run of a sweep
# Kinds known by their first bytes, which text may begin with too («BM», «GIF», «ID3»).
TEXTUAL_KINDS = {"application/pdf", "application/rtf"}
KINDS = {
    *TEXTUAL_KINDS,
    *("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/heic"),
    *("image/tiff", "image/avif"),
    *("application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
    *("application/zip", "application/x-7z-compressed", "application/x-rar-compressed"),
    *("application/gzip", "application/x-bzip2", "application/x-xz", "application/zstd"),
    "application/x-tar",
    *("audio/mpeg", "audio/ogg", "audio/x-wav", "audio/mp4", "audio/aac", "audio/x-flac"),
    *("audio/amr", "video/mp4", "video/x-m4v", "video/webm", "video/quicktime"),
    *("video/x-matroska", "video/x-msvideo", "video/x-ms-wmv", "video/3gpp", "video/mpeg"),
}
# What a computer runs, installs or follows on a double press, text or not. Scripts that open as
# text where nobody set up an interpreter (sh, py, sql, php) are what support is sent.
RUN = {
    *("exe", "com", "scr", "pif", "cpl", "msc", "msi", "msp", "mst", "msix", "msixbundle"),
    *("appx", "appxbundle", "appinstaller", "application", "appref-ms", "gadget", "hta", "chm"),
    *("bat", "cmd", "ps1", "ps2", "psc1", "vb", "vbs", "vbe", "js", "jse", "ws", "wsf", "wsh"),
    *("wsc", "sct", "scf", "lnk", "url", "library-ms", "search-ms", "diagcab", "jar", "jnlp"),
    *("apk", "xapk", "ipa", "app", "command", "dmg", "pkg", "mpkg", "workflow", "webloc"),
    *("desktop", "appimage", "run", "deb", "rpm"),
}
_NOT_IN_TEXT = bytes(set(range(32)) - set(b"\a\b\t\n\v\f\r\x1a\x1b"))


class BadFile(ValueError):
    """Carries the HTTP status, words for the person, and seconds until it may go better."""

    def __init__(self, status: int, detail: str, *, retry_after: int = 0) -> None:
        super().__init__(detail)
        self.status = status
        self.words = {"detail": detail}
        self.headers = {"Retry-After": str(retry_after)} if retry_after else {}


class TooLarge(BadFile):
    def __init__(self) -> None:
        limit = settings.MAX_FILE_SIZE // MEGABYTE
        super().__init__(413, _("Файл больше %s МБ. Отправьте ссылку.") % limit)


class NoRoom(BadFile):
    def __init__(self) -> None:
        super().__init__(507, _("На сервере нет места для файла. Мы уже знаем."))


def store_file(
    uploaded: "UploadedFile[bytes] | None", *, at: datetime, **owner: Visitor | Account
) -> Attachment:
    """Keep an upload until a message takes it; `owner` is visitor= or account=. Raises BadFile."""
    if uploaded is None:
        raise BadFile(400, _("Файл не пришёл. Попробуйте ещё раз."))
    size = uploaded.size or 0
    if size > settings.MAX_FILE_SIZE:
        raise TooLarge
    if size == 0:
        raise BadFile(400, _("Файл пустой."))
    refuse_beyond_budget(owner, size, at=at)
    name = clean_name(uploaded.name or "")
    attachment = Attachment(
        name=name,
        content_type=_content_type(uploaded, name),
        size=size,
        sha256=_digest(uploaded),
        created_at=at,
        **owner,
    )
    try:
        attachment.file.save(uuid.uuid4().hex, uploaded, save=True)
    except OSError as error:
        logger.error("No room for a file of %d bytes: %s", size, error)
        raise NoRoom from error
    _make_room(owner)
    return attachment


def refuse_beyond_budget(owner: Owner, size: int, *, at: datetime) -> None:
    """Raises BadFile, which says when the person may leave this much more."""
    budget = _budget(owner)
    lately = Attachment.objects.filter(**owner, created_at__gt=at - HOUR).order_by("created_at")
    opens_at = budget.opens_at(list(lately.values_list("created_at", "size")), size)
    if opens_at is None:
        return
    seconds = max(1, ceil((opens_at - at).total_seconds()))
    raise BadFile(
        429,
        _(
            "Слишком много файлов за час: принимаем не больше %(files)s и %(size)s МБ."
            " Следующий — через %(minutes)s мин."
        )
        % {
            "files": budget.files,
            "size": budget.size // MEGABYTE,
            "minutes": ceil(seconds / 60),
        },
        retry_after=seconds,
    )


def _budget(owner: Owner) -> Budget:
    return STAFF_FILES if "account" in owner else VISITOR_FILES


def _make_room(owner: Owner) -> None:
    """Of what the person left unsent, the oldest goes where all of it is more than the budget.

    Never what a message is being written with: an hour's uploads are within the budget.
    """
    budget, files, size = _budget(owner), 0, 0
    for attachment in Attachment.objects.unsent().filter(**owner).order_by("-created_at"):
        files, size = files + 1, size + attachment.size
        if not budget.holds(files, size):
            _discard(attachment)


def _discard(attachment: Attachment) -> bool:
    """Remove an upload if it is still unsent: its row first, so that no message finds it after."""
    gone, _rows = Attachment.objects.unsent().filter(pk=attachment.pk).delete()
    if gone:
        attachment.file.delete(save=False)
    return bool(gone)


def clean_name(name: str) -> str:
    """The last part of the name, without controls, short enough for a header."""
    last = PurePosixPath(name.replace("\\", "/")).name
    last = clean_line(last, 1000).strip(". ") or "file"
    stem, dot, suffix = last.rpartition(".")
    if not dot:
        return last[:120]
    return f"{stem[:120]}.{suffix[:10]}"


def _digest(uploaded: "UploadedFile[bytes]") -> str:
    digest = hashlib.sha256()
    for chunk in uploaded.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _content_type(uploaded: "UploadedFile[bytes]", name: str) -> str:
    """What the bytes are; the name only says what must not be kept under it. Raises BadFile."""
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if suffix in RUN:
        raise BadFile(415, _("Файлы .%s не принимаются: это программа.") % suffix)
    uploaded.seek(0)
    guess = filetype.guess(uploaded.read(8192))
    kind = str(guess.mime) if guess else ""
    is_text = _is_text(uploaded.chunks())
    if kind in (TEXTUAL_KINDS if is_text else KINDS):
        return kind
    if is_text:
        return "text/plain"
    raise BadFile(
        415,
        _(
            "Не приняли «%s». Принимаются картинки, документы, архивы, аудио, видео и текст;"
            " остальное — в архиве."
        )
        % name,
    )


def _is_text(chunks: Iterable[bytes]) -> bool:
    """UTF-16 by its mark, UTF-8, or an older encoding: no NUL, and no controls of a program."""
    encoding, has_controls, decoder = "", False, None
    for chunk in chunks:
        if not encoding:
            is_wide = chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            encoding = "utf-16" if is_wide else "utf-8"
            decoder = codecs.getincrementaldecoder(encoding)()
        if encoding == "utf-8":
            if b"\x00" in chunk:
                return False
            has_controls |= len(chunk.translate(None, _NOT_IN_TEXT)) < len(chunk)
        if decoder is not None and not _decodes(decoder, chunk):
            decoder = None
        if decoder is None and (encoding == "utf-16" or has_controls):
            return False
    return True


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    try:
        return "\x00" not in decoder.decode(chunk)
    except UnicodeDecodeError:
        return False


# Sweeps


def remove_orphans(*, at: datetime) -> int:
    """Remove uploads that no message took for as long as drafts live."""
    orphans = Attachment.objects.unsent().filter(created_at__lt=at - UNSENT_FOR)
    return sum(_discard(attachment) for attachment in orphans[:MOST_REMOVED])


def remove_unfinished(*, at: datetime) -> int:
    """Remove halves of uploads that a server left when it was killed."""
    count = 0
    for path in _aged(Path(settings.FILE_UPLOAD_TEMP_DIR), at - HOUR)[:MOST_REMOVED]:
        path.unlink(missing_ok=True)
        count += 1
    return count


def remove_strays(*, at: datetime) -> int:
    """Remove bytes without a row: a server was killed between the two."""
    if not Attachment.objects.exists():
        return 0  # a database that is yet to be restored, more likely than files of nobody
    root, count = Path(settings.MEDIA_ROOT), 0
    for day in (root / "attachments").glob("*/*/*"):
        aged = _aged(day, at - HOUR)
        for start in range(0, len(aged), 500):
            by_name = {str(path.relative_to(root)): path for path in aged[start : start + 500]}
            known = Attachment.objects.filter(file__in=by_name).values_list("file", flat=True)
            for name in by_name.keys() - set(known):
                by_name[name].unlink(missing_ok=True)
                count += 1
        if count >= MOST_REMOVED:
            break
    return count


def _aged(folder: Path, before: datetime) -> list[Path]:
    """Files of the folder that nobody has written to since."""
    if not folder.is_dir():
        return []
    return [
        Path(entry.path)
        for entry in os.scandir(folder)
        if entry.is_file() and entry.stat().st_mtime < before.timestamp()
    ]
