"""Removal of files that nobody needs: unsent, half written, without a row."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from chat.actions.verdicts import settle_verdict
from chat.files.antivirus import Finding, examine
from chat.files.budgets import HOUR
from chat.files.parts import KEPT_FOR, discard_part
from chat.files.storage import discard, draw_again
from chat.models import Attachment, PartialUpload, TemplateFile, Verdict
from operators import photos
from operators.models import Account

UNSENT_FOR = timedelta(days=7)  # as long as browsers keep drafts
MOST_REMOVED = 1000  # by one run of a sweep
MOST_DRAWN = MOST_SCANNED = 100  # likewise


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


def remove_parts(*, at: datetime) -> int:
    """Remove what came in pieces and did not go on for as long as that is kept."""
    aged = PartialUpload.objects.filter(touched_at__lt=at - KEPT_FOR)[:MOST_REMOVED]
    for part in aged:
        discard_part(part)
    nobody_s = _aged(Path(settings.MEDIA_ROOT, "parts"), at - HOUR)
    known = {part.hex for part in PartialUpload.objects.values_list("public_id", flat=True)}
    strays = [path for path in nobody_s if path.name not in known]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(aged) + len(strays)


def draw_missing() -> int:
    """Draw the previews for which nobody had time when their pictures came."""
    pictures = Attachment.objects.not_drawn().order_by("-created_at")[:MOST_DRAWN]
    for attachment in pictures:
        draw_again(attachment)
    return len(pictures)


def scan_pending(*, at: datetime) -> int:
    """Ask the antivirus about what came while it was away; while it is, once is enough.

    What it does not take stands in nobody's way.
    """
    count = 0
    for attachment in Attachment.objects.not_examined().order_by("created_at")[:MOST_SCANNED]:
        try:
            with attachment.file.open() as content:
                finding = examine(content)
        except FileNotFoundError:
            finding = Finding("")
        if finding.is_away:
            break
        if finding.verdict == Verdict.PENDING:
            continue
        settle_verdict(attachment, finding.verdict, finding.virus, at=at)
        count += 1
    return count


def remove_strays(*, at: datetime) -> int:
    """Remove bytes without a row: a server was killed between the two."""
    if not Attachment.objects.exists():
        return 0  # a database that is yet to be restored, more likely than files of nobody
    root = Path(settings.MEDIA_ROOT)
    return _strays(root / "attachments", at) + _strays(root / "previews", at)


def _strays(folder: Path, at: datetime) -> int:
    """A preview is its file's, by its name."""
    count = 0
    for day in folder.glob("*/*/*"):
        aged = _aged(day, at - HOUR)
        for start in range(0, len(aged), 500):
            by_name = {
                str("attachments" / path.relative_to(folder)): path
                for path in aged[start : start + 500]
            }
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
