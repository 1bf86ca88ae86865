"""Bytes on the disk: noted in the transaction that deletes their rows, removed after it.

Whoever is killed between the two leaves a note, and the next run goes on with it: nothing is left
that no row and no note names. What cannot be removed stays noted, with the reason, and is tried
again with each run.
"""

import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from chat.files.parts import path_of
from chat.models import Attachment, DataArchive, DoomedFile, PartialUpload, PurgeRun

logger = logging.getLogger("sphaera_support.purge")

AT_ONCE = 200  # notes of one transaction


def _of_attachment(attachment: Attachment) -> list[str]:
    return [str(attachment.file.name), attachment.preview_name]


def _of_part(part: PartialUpload) -> list[str]:
    return [str(path_of(part).relative_to(settings.MEDIA_ROOT))]


def _of_archive(archive: DataArchive) -> list[str]:
    return [archive.file] if archive.file else []


def _of_export(export: Any) -> list[str]:
    """What was written of it, whole or not."""
    return [export.file_name, f"{export.file_name}.part"]


# Whose rows have bytes, by the label of the model.
BYTES: Mapping[str, Callable[..., list[str]]] = {
    "chat.Attachment": _of_attachment,
    "chat.PartialUpload": _of_part,
    "chat.DataArchive": _of_archive,
    "reports.Export": _of_export,
}


def doom(label: str, rows: Collection[Any], *, run: PurgeRun | None, at: datetime) -> int:
    """Note the bytes of rows that the caller is about to delete; how many they are."""
    names_of = BYTES[label]
    DoomedFile.objects.bulk_create(
        DoomedFile(name=name, run=run, doomed_at=at) for row in rows for name in names_of(row)
    )
    return sum(row.size for row in rows)


def remove_doomed(*, most: int | None = None) -> int:
    """Remove what is noted, in transactions of their own; how many could not be removed.

    Two who do it at once hinder each other as little as a file that is gone already.
    """
    left, after, done = 0, 0, 0
    while most is None or done < most:
        doomed = list(DoomedFile.objects.filter(pk__gt=after).order_by("pk")[:AT_ONCE])
        if not doomed:
            break
        failed = [one for one in doomed if not _is_removed(one)]
        with transaction.atomic():
            gone = {one.pk for one in doomed} - {one.pk for one in failed}
            DoomedFile.objects.filter(pk__in=gone).delete()
            DoomedFile.objects.bulk_update(failed, ["tries", "trouble"])
        left, after, done = left + len(failed), doomed[-1].pk, done + len(doomed)
    return left


def _is_removed(doomed: DoomedFile) -> bool:
    path = Path(settings.MEDIA_ROOT, doomed.name)
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        doomed.tries += 1
        doomed.trouble = str(error.strerror or error)[:200]
        if doomed.tries == 1:
            logger.error("A file cannot be removed: %s: %s", doomed.name, doomed.trouble)
        return False
    return True
