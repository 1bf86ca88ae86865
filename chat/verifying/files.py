"""Whether every row has its file and every file its row."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.models import Attachment, TemplateFile
from operators.models import Account

CHUNK = 500
# What is younger may be on its way: bytes first, then the row.
SETTLED = timedelta(hours=1)


def find_rows_without_files() -> Iterator[str]:
    for attachment in Attachment.objects.order_by("pk").iterator(CHUNK):
        path = Path(settings.MEDIA_ROOT, str(attachment.file.name))
        if not path.is_file():
            yield _("Нет файла: вложение %s") % attachment.public_id
        elif path.stat().st_size != attachment.size:
            words = _("Другой размер файла: вложение %(id)s, записано %(kept)s, на диске %(size)s")
            facts = {"id": attachment.public_id, "kept": attachment.size}
            yield words % (facts | {"size": path.stat().st_size})
    others = [
        *Account.objects.exclude(photo="").values_list("photo", flat=True),
        *TemplateFile.objects.values_list("file", flat=True),
    ]
    for name in others:
        if not Path(settings.MEDIA_ROOT, name).is_file():
            yield _("Нет файла: %s") % name


def find_files_without_rows() -> Iterator[str]:
    for path in files_without_rows():
        yield _("Файл без записи: %s") % path.relative_to(settings.MEDIA_ROOT)


def files_without_rows() -> Iterator[Path]:
    """Of attachments and their previews."""
    before = (timezone.now() - SETTLED).timestamp()
    for folder in ("attachments", "previews"):
        root = Path(settings.MEDIA_ROOT, folder)
        paths = [path for path in root.rglob("*") if path.is_file()] if root.is_dir() else []
        for start in range(0, len(paths), CHUNK):
            chunk = {
                f"attachments/{path.relative_to(root)}": path
                for path in paths[start : start + CHUNK]
                if path.stat().st_mtime < before
            }
            known = Attachment.objects.filter(file__in=chunk).values_list("file", flat=True)
            for name in sorted(chunk.keys() - set(known)):
                yield chunk[name]
