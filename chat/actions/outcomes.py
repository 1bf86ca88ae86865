"""What staff may say a conversation came to: the administrator's list, for all sites; put in order,
renamed, retired and brought back, never deleted. What was chosen is chat.actions.closings'.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chat.actions.changes import Doer, Subject, demand_version, note_change
from chat.actions.errors import Refusal
from chat.actions.locks import lock_outcomes
from chat.actions.ordering import swap
from chat.models import ClosingOutcome
from chat.text import folded
from operators.models import Change

MOST = 30  # in use: all are read at one glance


class NoSuchOutcome(Refusal):
    code = "not_found"
    words = _("Такого исхода нет.")


@dataclass(eq=False)
class OutcomeTaken(Refusal):
    """By one in use, whatever the case."""

    taken: str
    code = "invalid"
    field = "title"
    words = _("Исход «%(taken)s» уже есть.")


@dataclass(eq=False)
class TooManyOutcomes(Refusal):
    limit: int
    code = "invalid"
    words = _("Исходов уже предельное число: %(limit)s. Уберите ненужные.")


def add_outcome(doer: Doer, title: str, *, at: datetime) -> ClosingOutcome:
    """At the end of the list. Raises TooManyOutcomes or OutcomeTaken."""
    with transaction.atomic():
        every = lock_outcomes()
        _demand_place(title, every)
        last = max((one.position for one in every), default=0)
        outcome = ClosingOutcome.objects.create(title=title, position=last + 1, created_at=at)
        _note(doer, outcome, Change.Deed.ADDED, after={"title": title}, at=at)
    return outcome


def rename_outcome(doer: Doer, outcome_id: int, title: str, *, shown: int, at: datetime) -> None:
    """`shown` is the version of the form. Raises a Refusal."""
    with transaction.atomic():
        every = lock_outcomes()
        outcome = _found(outcome_id, every)
        demand_version(_subject(outcome), shown)
        if outcome.retired_at is None:
            _demand_title(title, [one for one in every if one != outcome])
        before = {"title": outcome.title}
        outcome.title = title
        outcome.version += 1
        outcome.save(update_fields=["title", "version"])
        _note(doer, outcome, Change.Deed.CHANGED, before=before, after={"title": title}, at=at)


def move_outcome(doer: Doer, outcome_id: int, *, up: bool, at: datetime) -> None:
    """Before or after its neighbour. Raises NoSuchOutcome."""
    with transaction.atomic():
        every = lock_outcomes()
        outcome = _found(outcome_id, every)
        if places := swap(_in_use(every), outcome, up=up):
            before, after = ({"position": place} for place in places)
            _note(doer, outcome, Change.Deed.CHANGED, before=before, after=after, at=at)


def retire_outcome(doer: Doer, outcome_id: int, *, at: datetime) -> None:
    """It is offered no more, and stays where it was chosen. Raises NoSuchOutcome."""
    with transaction.atomic():
        outcome = _found(outcome_id, lock_outcomes())
        if outcome.retired_at is None:
            _set_retired(doer, outcome, at, Change.Deed.DEACTIVATED, at=at)


def restore_outcome(doer: Doer, outcome_id: int, *, at: datetime) -> None:
    """Where it stood. Raises NoSuchOutcome, TooManyOutcomes or OutcomeTaken."""
    with transaction.atomic():
        every = lock_outcomes()
        outcome = _found(outcome_id, every)
        if outcome.retired_at is not None:
            _demand_place(outcome.title, every)
            _set_retired(doer, outcome, None, Change.Deed.ACTIVATED, at=at)


def _set_retired(
    doer: Doer,
    outcome: ClosingOutcome,
    retired_at: datetime | None,
    deed: Change.Deed,
    *,
    at: datetime,
) -> None:
    outcome.retired_at = retired_at
    outcome.version += 1
    outcome.save(update_fields=["retired_at", "version"])
    _note(doer, outcome, deed, at=at)


def _demand_place(title: str, every: Collection[ClosingOutcome]) -> None:
    if len(_in_use(every)) >= MOST:
        raise TooManyOutcomes(MOST)
    _demand_title(title, every)


def _demand_title(title: str, others: Collection[ClosingOutcome]) -> None:
    for one in _in_use(others):
        if folded(one.title) == folded(title):
            raise OutcomeTaken(one.title)


def _in_use(outcomes: Collection[ClosingOutcome]) -> list[ClosingOutcome]:
    return [one for one in outcomes if one.retired_at is None]


def _found(outcome_id: int, every: Collection[ClosingOutcome]) -> ClosingOutcome:
    for outcome in every:
        if outcome.pk == outcome_id:
            return outcome
    raise NoSuchOutcome


def _subject(outcome: ClosingOutcome) -> Subject:
    return Subject(Change.Kind.OUTCOME, outcome.pk, outcome.title, outcome.version)


def _note(
    doer: Doer,
    outcome: ClosingOutcome,
    deed: Change.Deed,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    at: datetime,
) -> None:
    note_change(doer, _subject(outcome), deed, before=before, after=after, at=at)
