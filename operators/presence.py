"""Presence in the zone: taking, renewing and giving up a place.

Plain database functions; telling others is the business of chat.actions.presence.
"""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, DateTimeField, F, Q, Value, When

from operators.clock import SLACK
from operators.models import Account, Lease, LeaseQuerySet
from operators.prepared import Among, Prepared, PreparedUpdate, insert


def take_place(
    account: Account, place: uuid.UUID, *, at: datetime, asked_at: datetime | None = None
) -> bool:
    """Hold the account's only place; whoever held it is displaced. False: who holds it asked for
    it later. A server that is busy gets to a hello when its peer may have gone, and come back.
    What was asked for after it is good a clock says that was set since.
    """
    asked_at = asked_at or at
    with transaction.atomic(savepoint=False):
        if not _locked.all(account=account.pk):
            raise Account.DoesNotExist
        theirs = {"account": account.pk, "place": place, "at": at}
        if _later.all(**theirs, asked_at=asked_at):
            return False
        _others_end.run(**theirs)
        if not _begun_anew.run(**theirs, asked_at=asked_at):
            until = at + Lease.VALID
            insert(
                Lease(
                    account=account,
                    place=place,
                    asked_at=asked_at,
                    started_at=at,
                    valid_until=until,
                )
            )
    return True


def _held_elsewhere(
    account: int, place: uuid.UUID, at: datetime
) -> tuple[LeaseQuerySet, dict[str, Any]]:
    """One that is in force is displaced; one that ran out ended when it did."""
    held = Lease.objects.filter(account=account, released_at=None).exclude(place=place)
    in_force = Q(valid_until__gt=at)
    end = Case(When(in_force, then=at), default=F("valid_until"), output_field=DateTimeField())
    displaced = Value(Lease.Ending.DISPLACED)
    ending = Case(When(in_force, then=displaced), default=F("ending"))
    return held, {"released_at": end, "valid_until": end, "ending": ending}


_locked = Prepared(
    lambda account: (
        Account.objects.select_for_update().filter(pk=account).values_list("pk", flat=True)
    )
)
_later = Prepared(
    lambda account, place, at, asked_at: (
        Lease.objects.present(at)
        .filter(account=account, asked_at__gt=asked_at, asked_at__lte=F("valid_until"))
        .exclude(place=place)
        .values_list("pk", flat=True)[:1]
    )
)
_others_end = PreparedUpdate(_held_elsewhere)
_begun_anew = PreparedUpdate(
    lambda account, place, at, asked_at: (
        Lease.objects.filter(place=place),
        {
            "account": account,
            "asked_at": asked_at,
            "started_at": at,
            "valid_until": at + Lease.VALID,
            "released_at": None,
            "ending": "",
        },
    )
)


def renew(place: uuid.UUID, *, at: datetime) -> bool:
    """Keep a place alive; False when it was given up or taken by another tab."""
    return bool(_renewed.run(place=place, until=at + Lease.VALID))


def renew_all(places: Collection[uuid.UUID], *, at: datetime) -> set[uuid.UUID]:
    """Likewise, of many; those that were not given up. One whose row somebody holds keeps no other
    waiting: it is renewed with its next beat.
    """
    listed = list(places)
    with transaction.atomic():
        renewed = _all_renewed.run(places=listed, until=at + Lease.VALID)
    return set(places) if renewed == len(listed) else set(_still_held.all(places=listed))


_renewed = PreparedUpdate(
    lambda place, until: (
        Lease.objects.filter(place=place, released_at=None),
        {"valid_until": until},
    )
)
_all_renewed = PreparedUpdate(
    lambda places, until: (
        Lease.objects.filter(
            pk__in=Lease.objects.select_for_update(skip_locked=True)
            .filter(Among("place", places), released_at=None)
            .values("pk")
        ),
        {"valid_until": until},
    )
)
_still_held = Prepared(
    lambda places: Lease.objects.filter(Among("place", places), released_at=None).values_list(
        "place", flat=True
    )
)


def hold(held: Mapping[uuid.UUID, timedelta], *, at: datetime) -> None:
    """These places are alive for so long from now: what their rows say against it, a clock did."""
    for key, place in _doubtful.all(at=at):
        if place in held:
            Lease.objects.doubtful(at).filter(pk=key).update(valid_until=at + held[place])


_doubtful = Prepared(lambda at: Lease.objects.doubtful(at).values_list("pk", "place"))


def end_unbelievable(*, at: datetime) -> int:
    """Places that nobody holds, of before a clock was set back: they end now."""
    return _unbelievable.run(at=at)


_unbelievable = PreparedUpdate(
    lambda at: (
        Lease.objects.filter(released_at=None, valid_until__gt=at + Lease.VALID + SLACK),
        {"valid_until": at},
    )
)


def fade(place: uuid.UUID, *, at: datetime) -> None:
    """The socket is gone: the place lasts for the grace of a reload, not longer."""
    _faded.run(place=place, until=at + Lease.GRACE)


_faded = PreparedUpdate(
    lambda place, until: (
        Lease.objects.filter(place=place, released_at=None, valid_until__gt=until),
        {"valid_until": until},
    )
)


def holds_place(account: Account) -> bool:
    """One that ran out is held until it is given up."""
    return bool(_held.all(account=account.pk))


_held = Prepared(
    lambda account: Lease.objects.filter(account=account, released_at=None).values_list(
        "pk", flat=True
    )[:1]
)


def release(account: Account, ending: Lease.Ending, *, at: datetime) -> bool:
    """Give the account's place up at once; False when there was none to give up."""
    held = Lease.objects.filter(account=account, released_at=None)
    # One that ran out is given up too, or a tab that was merely stalled would bring it back.
    held.filter(valid_until__lte=at).update(released_at=F("valid_until"))
    return bool(held.update(released_at=at, valid_until=at, ending=ending))
