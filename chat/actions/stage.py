"""The stage of service is changed: what is open on levels that it has not goes elsewhere, and the
next purge goes by its term.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chat.actions.changes import Doer, Subject, demand_version, note_change
from chat.actions.departments import DestinationMissing
from chat.actions.errors import Refusal
from chat.actions.locks import lock_service
from chat.actions.moves import move_out_of_deleted
from chat.events import RulesChanged
from chat.happened import happened
from chat.models import Conversation
from chat.purge.preview import count_conversations
from chat.purge.terms import cutoffs_at
from chat.streams import after_commit
from departments.models import Department, Service
from departments.stages import Stage
from operators.models import Change


@dataclass(eq=False)
class NumberDiffers(Refusal):
    """What a shorter term deletes has to be known to who chooses it."""

    number: int
    code = "invalid"
    field = "number"
    words = _("Введите число переписок, которые удалит очистка: %(number)s.")


def change_stage(
    doer: Doer,
    stage: Stage,
    *,
    shown: int,
    number: int | None = None,
    to: int | None = None,
    at: datetime,
) -> None:
    """`number` of conversations that a shorter term deletes, as who chose it typed it; `to` which
    department what is open on levels that are no more goes. `shown` is the version of the form.
    Raises a Refusal.
    """
    with transaction.atomic():
        service = lock_service()
        demand_version(subject_of(service), shown)
        before = Stage(service.stage)
        if stage == before:
            return
        if stage.term < before.term:
            _demand_number(stage, number, at=at)
        service.heir = _heir(stage, to)
        service.stage, service.changed_by, service.changed_at = stage, doer.account, at
        service.version += 1
        service.save()
        was, became = {"stage": str(before.label)}, {"stage": str(stage.label)}
        if service.heir is not None:
            became["heir"] = service.heir.name
        note_change(doer, subject_of(service), Change.Deed.CHANGED, before=was, after=became, at=at)
        after_commit(_move_out, at=at)
        happened(RulesChanged(by_id=doer.account.pk, at=at))


def above(stage: Stage) -> "list[Department]":
    """The departments that take no part at this stage."""
    return list(Department.objects.filter(level__gt=stage.levels).order_by("level", "position"))


def open_above(stage: Stage) -> int:
    return Conversation.objects.open().filter(department__level__gt=stage.levels).count()


def subject_of(service: Service) -> Subject:
    return Subject(Change.Kind.STAGE, 1, str(_("Этап обслуживания")), service.version)


def _demand_number(stage: Stage, number: int | None, *, at: datetime) -> None:
    going = count_conversations(cutoffs_at(at, stage=stage), at=at)
    if number != going:
        raise NumberDiffers(going)


def _heir(stage: Stage, to: int | None) -> Department | None:
    heir = Department.objects.filter(pk=to, level__lte=stage.levels).first()
    if heir is None and open_above(stage):
        raise DestinationMissing
    return heir


def _move_out(*, at: datetime) -> None:
    move_out_of_deleted(at=at)
