"""The log of changes: what administrators change is noted where it is done, in its transaction.

It also tells the second of two administrators on one page what the first one did.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from chat.actions.errors import Refusal
from chat.text import folded
from operators.models import Account, Change

State = Mapping[str, Any]


@dataclass(frozen=True)
class Doer:
    """Who does it, and from which address."""

    account: Account
    address: str | None = None


@dataclass(frozen=True)
class Subject:
    """What is changed, as the log names it."""

    kind: Change.Kind
    key: int
    name: str
    version: int = 0


@dataclass(eq=False)
class ChangedMeanwhile(Refusal):
    """Somebody else has saved since the page was opened; `version` is the one of now."""

    version: int
    changes: Sequence[Change]
    code = "conflict"
    words = _(
        "Пока страница была открыта, здесь сохранили другое. Введённое вами на месте:"
        " проверьте и нажмите «Сохранить» ещё раз."
    )


def note_change(
    doer: Doer,
    subject: Subject,
    deed: Change.Deed,
    *,
    before: State | None = None,
    after: State | None = None,
    at: datetime,
) -> None:
    """Of two states only what is different is kept; a secret is named, never told."""
    _change(doer, subject, deed, before or {}, after or {}, at=at).save()


def note_changes(
    doer: Doer,
    noted: Iterable[tuple[Subject, Change.Deed, State, State]],
    *,
    at: datetime,
) -> None:
    """Many at once, each with what was before and what is after."""
    Change.objects.bulk_create(_change(doer, *one, at=at) for one in noted)


def _change(
    doer: Doer, subject: Subject, deed: Change.Deed, before: State, after: State, *, at: datetime
) -> Change:
    was, became = dict(before), dict(after)
    same = {field for field in was.keys() & became.keys() if was[field] == became[field]}
    before = {field: value for field, value in was.items() if field not in same}
    after = {field: value for field, value in became.items() if field not in same}
    change = Change(
        at=at,
        by=doer.account,
        by_name=doer.account.name,
        address=doer.address,
        kind=subject.kind,
        subject=subject.key,
        subject_name=subject.name,
        version=subject.version,
        deed=deed,
        before=before,
        after=after,
    )
    change.found_by = found_by(change)
    return change


def found_by(change: Change) -> str:
    """What a search looks into."""
    named = [change.by_name, change.by.login, change.address or "", change.subject_name]
    return folded(" ".join([*named, *texts_in(change.before), *texts_in(change.after)]))


def texts_in(value: object) -> Iterator[str]:
    """All that is read in it."""
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts_in(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def demand_version(subject: Subject, shown: int) -> None:
    """The form was shown at this version. Raises ChangedMeanwhile.

    The caller has locked the subject.
    """
    if shown != subject.version:
        since = Change.objects.of(subject.kind, subject.key).filter(version__gt=shown)
        raise ChangedMeanwhile(subject.version, list(since))
