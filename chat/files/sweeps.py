"""Removal of files that nobody needs: unsent, half written, without a row."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from chat.files.budgets import HOUR
from chat.files.storage import discard
from chat.models import Attachment, TemplateFile
from operators import photos
from operators.models import Account

UNSENT_FOR = timedelta(days=7)  # as long as browsers keep drafts
MOST_REMOVED = 1000  # by one run of a sweep


def remove_orphans(*, at: datetime) -> int:
    """Remove uploads that no message took for as long as drafts live."""
    orphans = Attachment.objects.unsent().filter(created_at__lt=at - UNSENT_FOR)
    return sum(discard(attachment) for attachment in orphans[:MOST_REMOVED])


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


def remove_stray_photos(*, at: datetime) -> int:
    """Remove photos of nobody: a server was killed between the file and its row."""
    known = set(Account.objects.exclude(photo="").values_list("photo", flat=True))
    if not known:
        return 0
    folder = Path(settings.MEDIA_ROOT) / photos.FOLDER
    strays = [p for p in _aged(folder, at - HOUR) if f"{photos.FOLDER}/{p.name}" not in known]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)


def remove_template_strays(*, at: datetime) -> int:
    """The same of templates, whose files are few."""
    if not TemplateFile.objects.exists():
        return 0
    root = Path(settings.MEDIA_ROOT)
    known = set(TemplateFile.objects.values_list("file", flat=True))
    aged = [path for month in (root / "templates").glob("*/*") for path in _aged(month, at - HOUR)]
    strays = [path for path in aged if str(path.relative_to(root)) not in known]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)


def _aged(folder: Path, before: datetime) -> list[Path]:
    """Files of the folder that nobody has written to since."""
    if not folder.is_dir():
        return []
    return [
        Path(entry.path)
        for entry in os.scandir(folder)
        if entry.is_file() and entry.stat().st_mtime < before.timestamp()
    ]
