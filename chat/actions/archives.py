"""A person's data as a file to take away: asked for, made by a task, there for a day."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chat.actions.errors import Refusal
from chat.actions.locks import lock_unmade_archive, lock_visitor
from chat.models import DataArchive, Visitor, session_digest
from operators.prepared import Prepared

MOST_A_DAY = 3
# Who makes one says so at least this often, or another begins anew.
STALLED = timedelta(minutes=2)

State = DataArchive.State


class TooManyArchives(Refusal):
    code = "too_many"
    words = _("За сутки архив собирают не больше трёх раз. Скачайте готовый или попробуйте завтра.")


def ask_for_archive(visitor: Visitor, session_key: str, *, at: datetime) -> DataArchive:
    """Asked again while it is being made, it is the same. Raises TooManyArchives."""
    digest = session_digest(session_key)
    with transaction.atomic():
        lock_visitor(visitor.pk)
        lately = visitor.archives.lately(at)
        unmade: DataArchive | None = lately.unmade().filter(session_digest=digest).first()
        if unmade is not None:
            return unmade
        if lately.exclude(state=State.FAILED).count() >= MOST_A_DAY:
            raise TooManyArchives
        return DataArchive.objects.create(visitor=visitor, session_digest=digest, asked_at=at)


def take_archive(*, at: datetime) -> DataArchive | None:
    """One to be made, for whoever makes it now; mostly there is none, and nothing is locked."""
    if not _unmade.all(stalled=at - STALLED):
        return None
    with transaction.atomic():
        archive = lock_unmade_archive(stalled=at - STALLED)
        if archive is None:
            return None
        archive.state, archive.touched_at, archive.done = State.MAKING, at, 0
        archive.save(update_fields=["state", "touched_at", "done"])
        return archive


_unmade = Prepared(
    lambda stalled: DataArchive.objects.to_make(stalled).values_list("pk", flat=True)[:1]
)


def go_on_with(archive: DataArchive, *, at: datetime, **told: int | str) -> bool:
    """How far it is. False where it is gone: its person was erased, or another makes it."""
    mine = DataArchive.objects.filter(
        pk=archive.pk, state=State.MAKING, touched_at=archive.touched_at
    )
    if not mine.update(touched_at=at, **told):
        return False
    archive.touched_at = at
    return True


def finish_archive(archive: DataArchive, *, at: datetime, **told: int | str) -> bool:
    return go_on_with(archive, state=State.READY, at=at, **told)


def fail_archive(archive: DataArchive, trouble: str, *, at: datetime) -> None:
    go_on_with(archive, state=State.FAILED, trouble=trouble, at=at)


def forget_archive(archive: DataArchive) -> None:
    """Its day is over; what lies on the disk is the sweep's (chat.personal.archives)."""
    DataArchive.objects.filter(pk=archive.pk).delete()
