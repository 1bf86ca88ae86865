"""Uploaded files: checked by what they are, not by what they call themselves."""

import codecs
import hashlib
import uuid
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

import filetype
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from chat.models import Attachment
from chat.text import clean_line

ORPHAN_AFTER = timedelta(hours=1)
# What support needs: pictures, documents, archives and logs. Nothing a browser would run.
ALLOWED = {
    "image/png": {"png"},
    "image/jpeg": {"jpg", "jpeg"},
    "image/gif": {"gif"},
    "image/webp": {"webp"},
    "image/bmp": {"bmp"},
    "image/heic": {"heic"},
    "application/pdf": {"pdf"},
    "application/zip": {"zip", "docx", "xlsx", "pptx", "odt", "ods", "odp"},
    "application/x-7z-compressed": {"7z"},
    "application/x-rar-compressed": {"rar"},
    "application/gzip": {"gz", "tgz"},
    "application/x-tar": {"tar"},
    "application/msword": {"doc"},
    "application/vnd.ms-excel": {"xls"},
    "application/vnd.ms-powerpoint": {"ppt"},
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": {"docx"},
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {"xlsx"},
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": {"pptx"},
    "application/vnd.oasis.opendocument.text": {"odt"},
    "application/vnd.oasis.opendocument.spreadsheet": {"ods"},
    "application/vnd.oasis.opendocument.presentation": {"odp"},
    "audio/mpeg": {"mp3"},
    "audio/ogg": {"ogg", "oga", "opus"},
    "video/mp4": {"mp4"},
    "video/webm": {"webm"},
    "video/quicktime": {"mov"},
}
# Kinds without a signature: accepted when every byte is text.
TEXTS = {"txt", "log", "csv", "json", "ini", "conf", "cfg", "yaml", "yml", "md", "eml"}


class BadFile(ValueError):
    """Carries the HTTP status and words for the person."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


def store_file(uploaded: "UploadedFile[bytes] | None", *, at: datetime, **owner: Any) -> Attachment:
    """Keep an upload until a message takes it; `owner` is visitor= or account=. Raises BadFile."""
    if uploaded is None:
        raise BadFile(400, _("Файл не пришёл. Попробуйте ещё раз."))
    size = uploaded.size or 0
    if size > settings.MAX_FILE_SIZE:
        limit = settings.MAX_FILE_SIZE // 1024 // 1024
        raise BadFile(413, _("Файл больше %s МБ. Отправьте ссылку.") % limit)
    if size == 0:
        raise BadFile(400, _("Файл пустой."))
    name = clean_name(uploaded.name or "")
    content_type = _content_type(uploaded, name)
    digest = hashlib.sha256()
    for chunk in uploaded.chunks():
        digest.update(chunk)
    attachment = Attachment(
        name=name,
        content_type=content_type,
        size=size,
        sha256=digest.hexdigest(),
        created_at=at,
        **owner,
    )
    uploaded.seek(0)
    try:
        attachment.file.save(uuid.uuid4().hex, uploaded, save=True)
    except OSError as error:
        attachment.file.delete(save=False)
        raise BadFile(507, _("На сервере нет места для файла. Мы уже знаем.")) from error
    return attachment


def clean_name(name: str) -> str:
    """The last part of the name, without controls, short enough for a header."""
    last = PurePosixPath(name.replace("\\", "/")).name
    last = clean_line(last, 1000).strip(". ") or "file"
    stem, dot, suffix = last.rpartition(".")
    if not dot:
        return last[:120]
    return f"{stem[:120]}.{suffix[:10]}"


def _content_type(uploaded: "UploadedFile[bytes]", name: str) -> str:
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if suffix in TEXTS and _is_text(uploaded):
        return "text/plain"
    head = uploaded.read(8192)
    uploaded.seek(0)
    kind = filetype.guess(head)
    if kind is not None and suffix in ALLOWED.get(kind.mime, ()):
        return str(kind.mime)
    raise BadFile(415, _("Файлы такого вида не принимаются: %s") % (suffix or name))


def _is_text(uploaded: "UploadedFile[bytes]") -> bool:
    """UTF-16 by its mark, or no NUL anywhere: a log in any other encoding, and not a program."""
    uploaded.seek(0)
    has_mark = uploaded.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    uploaded.seek(0)
    is_text = has_mark or all(b"\x00" not in chunk for chunk in uploaded.chunks())
    uploaded.seek(0)
    return is_text


def remove_orphans(*, at: datetime) -> int:
    """Delete uploads that no message took within the hour, with their bytes."""
    orphans = Attachment.objects.unsent().filter(created_at__lt=at - ORPHAN_AFTER)
    count = 0
    for attachment in orphans.iterator(chunk_size=100):
        attachment.file.delete(save=False)
        attachment.delete()
        count += 1
    return count
