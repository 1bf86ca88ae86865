"""Exports: begun, written behind, cancelled, gone after their day. Each that is begun is noted in
the log of changes with its filter.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from chat.actions.changes import Doer, Subject, note_change
from chat.actions.errors import Refusal
from operators.models import Change
from operators.prepared import Prepared
from reports.exports import csv_file, xlsx_file
from reports.exports.columns import NotExportable, Sheet
from reports.exports.models import Export, Format
from reports.exports.sources import sheet_of

logger = logging.getLogger("sphaera_support.reports")

# More rows than that are written behind the page that asked for them.
AT_ONCE = 20_000
KNOWN_FOR = timedelta(days=30)  # rows of exports whose files are gone
PAUSE = 0.02  # seconds between two pages: what others do comes first
State = Export.State


def note_export(
    doer: Doer, sheet: Sheet, shape: Format, *, by_mail: bool = False, at: datetime
) -> None:
    told: dict[str, str | bool] = {"format": str(shape.label), "filter": sheet.words}
    if by_mail:
        told["by_mail"] = True
    subject = Subject(Change.Kind.EXPORT, 0, sheet.title)
    note_change(doer, subject, Change.Deed.EXPORTED, after=told, at=at)


def begin_export(
    doer: Doer, source: str, asked: str, sheet: Sheet, shape: Format, *, at: datetime
) -> Export:
    """One that is too large to be waited for."""
    with transaction.atomic():
        export = Export.objects.create(
            account=doer.account,
            source=source,
            asked=asked,
            words=sheet.words,
            format=shape,
            name=file_name(sheet, shape, at=at),
            total=_total(sheet),
            created_at=at,
            touched_at=at,
        )
        note_export(doer, sheet, shape, at=at)
    return export


def _total(sheet: Sheet) -> int:
    """0 where it would take too long to know."""
    try:
        return sheet.count(xlsx_file.MOST_ROWS)
    except NotExportable:
        return 0


def file_name(sheet: Sheet, shape: Format, *, at: datetime) -> str:
    return f"{sheet.stem}-{timezone.localtime(at):%Y-%m-%d-%H%M}.{shape.ending}"


def cancel_export(export: Export, *, at: datetime) -> bool:
    """False: it is over already."""
    found = Export.objects.filter(pk=export.pk, state__in=[State.QUEUED, State.RUNNING])
    return bool(found.update(state=State.CANCELLED, touched_at=at))


def write_next_export(*, at: datetime) -> Export | None:
    """Claim the one that waits longest and write it; None where none waits."""
    export = _claim(at=at)
    if export is None:
        return None
    try:
        sheet = sheet_of(export.source, export.account, QueryDict(export.asked))
        _write(export, sheet)
    except Refusal:
        # What it is about is no more, or who asked for it may not see it any more.
        _settle(export, State.FAILED)
    except Exception:
        logger.exception("Export %s failed", export.public_id)
        _settle(export, State.FAILED)
    return export


def is_any_due(*, at: datetime) -> bool:
    return bool(_any_due.all(at=at))


def _due(at: datetime) -> Q:
    silent = Q(state=State.RUNNING, touched_at__lt=at - Export.SILENT_FOR)
    return Q(state=State.QUEUED) | silent


_any_due = Prepared(
    lambda at: Export.objects.filter(_due(at)).order_by().values_list("pk", flat=True)[:1]
)


def _claim(*, at: datetime) -> Export | None:
    due = _due(at)
    for export in Export.objects.filter(due).select_related("account").order_by("pk")[:5]:
        ours = Export.objects.filter(due, pk=export.pk)
        if ours.update(state=State.RUNNING, touched_at=at, done=0):
            return export
    return None


def _write(export: Export, sheet: Sheet) -> None:
    part = Path(f"{export.path}.part")
    part.parent.mkdir(parents=True, exist_ok=True)

    def goes_on(done: int) -> bool:
        time.sleep(PAUSE)
        ours = Export.objects.filter(pk=export.pk, state=State.RUNNING)
        return bool(ours.update(done=done, touched_at=timezone.now()))

    try:
        if _written(export, sheet, part, goes_on):
            part.chmod(settings.FILE_UPLOAD_PERMISSIONS)
            part.replace(export.path)
            _settle(export, State.READY, size=Path(export.path).stat().st_size)
    finally:
        part.unlink(missing_ok=True)


def _written(export: Export, sheet: Sheet, path: Path, goes_on: Callable[[int], bool]) -> bool:
    """Whether it is whole; not where it was cancelled meanwhile."""
    shape = Format(export.format)
    if shape == Format.XLSX:
        return xlsx_file.write(sheet, path, goes_on)
    return csv_file.write(sheet, path, shape.separator, goes_on)


def _settle(export: Export, state: str, size: int = 0) -> None:
    at = timezone.now()
    ours = Export.objects.filter(pk=export.pk, state=State.RUNNING)
    is_ready = state == State.READY
    expires_at = at + Export.KEPT_FOR if is_ready else None
    if not ours.update(state=state, size=size, touched_at=at, expires_at=expires_at):
        Path(export.path).unlink(missing_ok=True)


def forget_exports(*, at: datetime) -> int:
    """Files whose day is over go, and a month later their rows."""
    over = Export.objects.filter(state=State.READY, expires_at__lte=at)
    count = 0
    for export in over:
        Path(export.path).unlink(missing_ok=True)
        count += Export.objects.filter(pk=export.pk).update(state=State.GONE, touched_at=at)
    Export.objects.filter(created_at__lt=at - KNOWN_FOR).exclude(state=State.READY).delete()
    return count
