"""Presence in the zone: taking, renewing and giving up a place.

Plain database functions; telling others is the business of chat.actions.presence.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, Q, Value, When

from operators.clock import SLACK
from operators.models import Account, Lease
from operators.prepared import Prepared, PreparedUpdate


def take_place(
    account: Account, place: uuid.UUID, *, at: datetime, asked_at: datetime | None = None
) -> bool:
    """Hold the account's only place; whoever held it is displaced. False: who holds it asked for
    it later. A server that is busy gets to a hello when its peer may have gone, and come back.
    What was asked for after it is good a clock says that was set since.
    """
    asked_at = asked_at or at
    with transaction.atomic(savepoint=False):
        Account.objects.select_for_update().get(pk=account.pk)
        others = Lease.objects.present(at).filter(account=account).exclude(place=place)
        if others.filter(asked_at__gt=asked_at, asked_at__lte=F("valid_until")).exists():
            return False
        _end_others(account, place, at=at)
        fresh = {
            "account": account,
            "asked_at": asked_at,
            "started_at": at,
            "valid_until": at + Lease.VALID,
            "released_at": None,
            "ending": "",
        }
        if not Lease.objects.filter(place=place).update(**fresh):
            Lease.objects.create(place=place, **fresh)
    return True


def _end_others(account: Account, place: uuid.UUID, *, at: datetime) -> None:
    """One that is in force is displaced; one that ran out ended when it did."""
    held = Lease.objects.filter(account=account, released_at=None).exclude(place=place)
    in_force = Q(valid_until__gt=at)
    end = Case(When(in_force, then=Value(at)), default=F("valid_until"))
    displaced = Value(Lease.Ending.DISPLACED)
    ending = Case(When(in_force, then=displaced), default=F("ending"))
    held.update(released_at=end, valid_until=end, ending=ending)


def renew(place: uuid.UUID, *, at: datetime) -> bool:
    """Keep a place alive; False when it was given up or taken by another tab."""
    return bool(_renewed.run(place=place, until=at + Lease.VALID))


_renewed = PreparedUpdate(
    lambda place, until: (
        Lease.objects.filter(place=place, released_at=None),
        {"valid_until": until},
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
    until = at + Lease.GRACE
    Lease.objects.filter(place=place, released_at=None).update(
        valid_until=Case(When(valid_until__gt=until, then=Value(until)), default=F("valid_until"))
    )


def holds_place(account: Account) -> bool:
    """One that ran out is held until it is given up."""
    return Lease.objects.filter(account=account, released_at=None).exists()


def release(account: Account, ending: Lease.Ending, *, at: datetime) -> bool:
    """Give the account's place up at once; False when there was none to give up."""
    held = Lease.objects.filter(account=account, released_at=None)
    # One that ran out is given up too, or a tab that was merely stalled would bring it back.
    held.filter(valid_until__lte=at).update(released_at=F("valid_until"))
    return bool(held.update(released_at=at, valid_until=at, ending=ending))
