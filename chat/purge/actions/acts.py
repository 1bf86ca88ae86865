"""«Акт об уничтожении»: drawn up for each run that destroyed something, numbered, kept."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from chat.models import DataRequest, Destruction, DestructionAct, DoomedFile, PurgeRun
from chat.purge.terms import Cutoffs, Kind


def draw_up(run: PurgeRun, *, at: datetime) -> DestructionAct:
    """The caller has locked the run and closes it, so of two one is here."""
    logged = Destruction.objects.filter(run=run)
    whose = {key for entry in logged.values_list("visitors", flat=True) for key in entry}
    return DestructionAct.objects.create(
        number=next_number(),
        reason=DestructionAct.Reason.TERM,
        run=run,
        made_at=at,
        began_at=run.started_at,
        grounds=grounds_of(Cutoffs.read(run.before)),
        rows=run.rows,
        visitors=len(whose),
        bytes=run.bytes,
        left_files=DoomedFile.objects.filter(run=run).count(),
        digest=run.digest,
    )


def draw_up_erasure(
    request: DataRequest, rows: Mapping[str, int], *, visitor: int, size: int, by: str, at: datetime
) -> DestructionAct:
    """In the transaction that erases; who asked is named by the number that their row had."""
    asked = date_format(timezone.localtime(request.asked_at), "j E Y, H:i")
    listed = json.dumps([request.number, visitor, dict(rows)], sort_keys=True)
    digest = hashlib.sha256(listed.encode()).hexdigest()
    act = DestructionAct.objects.create(
        number=next_number(),
        reason=DestructionAct.Reason.ERASURE,
        made_at=at,
        began_at=at,
        by_name=by,
        grounds=[[str(_("Запрос %s")) % request.number, asked]],
        rows=dict(rows),
        visitors=1,
        bytes=size,
        digest=digest,
    )
    Destruction.objects.create(
        act=act, at=at, rule="erasure", rows=dict(rows), visitors=[visitor], digest=digest
    )
    return act


def next_number() -> int:
    last = DestructionAct.objects.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def grounds_of(before: Cutoffs) -> list[list[str]]:
    """[what, until when it was], in words."""
    return [
        [str(kind.label), date_format(timezone.localtime(getattr(before, kind)), "j E Y, H:i")]
        for kind in Kind
    ]
