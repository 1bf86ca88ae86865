"""«Акт об уничтожении»: drawn up for each run that destroyed something, numbered, kept."""

from datetime import datetime

from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format

from chat.models import Destruction, DestructionAct, DoomedFile, PurgeRun
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


def next_number() -> int:
    last = DestructionAct.objects.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def grounds_of(before: Cutoffs) -> list[list[str]]:
    """[what, until when it was], in words."""
    return [
        [str(kind.label), date_format(timezone.localtime(getattr(before, kind)), "j E Y, H:i")]
        for kind in Kind
    ]
