"""The log of changes is sealed as it grows, and what is too old is taken out of it.

Nothing else may change what is in it: triggers of the database refuse that (operators.append_only),
but within `changes_may_go`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce

from chat.actions.locks import lock_chain
from operators.models import Change, ChangeQuerySet, ChangeSeal, RetentionPass
from operators.prepared import Prepared
from operators.seals import digest_of, seal_after

MOST = 1000
# A key is given before its transaction ends: of so many that came before the last sealed one it is
# asked whether they have a seal by now.
LOOK_BACK = 20_000


def seal_changes() -> int:
    """In the order in which they are found; how many they were. Where there are none, nothing is
    locked.
    """
    if not _is_any_unsealed.all():
        return 0
    with transaction.atomic():
        last = lock_chain()
        number, seal = last.number, last.seal
        seals: list[ChangeSeal] = []
        for change in _unsealed(last):
            digest = digest_of(change)
            number, seal = number + 1, seal_after(seal, change.pk, digest)
            seals.append(ChangeSeal(number=number, change=change.pk, digest=digest, seal=seal))
        ChangeSeal.objects.bulk_create(seals)
    return len(seals)


def _unsealed(last: ChangeSeal) -> ChangeQuerySet:
    sealed = ChangeSeal.objects.filter(change=OuterRef("pk"))
    return Change.objects.filter(~Exists(sealed), pk__gt=last.change - LOOK_BACK)[:MOST]


_is_any_unsealed = Prepared(
    lambda: (
        Change.objects.filter(
            ~Exists(ChangeSeal.objects.filter(change=OuterRef("pk"))),
            pk__gt=Coalesce(
                Subquery(ChangeSeal.objects.order_by("-number").values("change")[:1]), 0
            )
            - LOOK_BACK,
        )
        .order_by()
        .values_list("pk", flat=True)[:1]
    )
)


@contextmanager
def changes_may_go() -> Iterator[None]:
    """A transaction in which the log of changes may be written over: for retention and for what a
    person has a right to. Whoever uses it says of which changes it did so (`forget_seals`).
    """
    with transaction.atomic():
        way = RetentionPass.objects.create()
        yield
        way.delete()


def forget_seals(changes: list[int], *, at: datetime) -> None:
    """Within `changes_may_go`: these are gone, or no longer what they were, and rightly so."""
    ChangeSeal.objects.filter(change__in=changes).update(forgotten_at=at)


def forget_changes(before: datetime, *, at: datetime) -> int:
    """Those that are older and sealed; how many they were."""
    with changes_may_go():
        sealed = ChangeSeal.objects.filter(change=OuterRef("pk"))
        old = Change.objects.filter(Exists(sealed), at__lt=before)
        keys = list(old.values_list("pk", flat=True)[:MOST])
        forget_seals(keys, at=at)
        Change.objects.filter(pk__in=keys).forget()
    return len(keys)
