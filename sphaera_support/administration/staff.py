"""Staff as their administrator sees them: who is there, where they stand, when they came last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from chat.actions.memberships import first_line_places, sites_served_by
from chat.models import Conversation
from chat.queue.availability import read_present
from chat.text import folded
from departments.models import Membership
from operators.models import Account, Intention

_DOTS: dict[str, str] = {Intention.ONLINE: "on", Intention.BUSY: "busy", Intention.BREAK: "break"}


class Place(NamedTuple):
    """A department to stand in."""

    level: int
    name: str


@dataclass(frozen=True)
class Row:
    account: Account
    places: Sequence[Place]
    # What they chose, while they are in the zone.
    chosen: str

    @property
    def dot(self) -> str:
        return _DOTS.get(self.chosen, "off")

    @property
    def presence(self) -> str:
        return str(Intention(self.chosen).label) if self.chosen else ""


def rows(asked: str, *, at: datetime) -> list[Row]:
    """Those whose name, login or department contains what is asked, whatever the case; who is
    put off comes last. Three queries, however many there are.
    """
    present, places = read_present(at), _places()
    found = [
        Row(account, places.get(account.pk, ()), present.get(account.pk, ""))
        for account in Account.objects.staff().order_by("-is_active", "name", "pk")
    ]
    return [row for row in found if all(word in _searched(row) for word in folded(asked).split())]


def _places() -> dict[int, list[Place]]:
    """Of each account."""
    found: dict[int, list[Place]] = {}
    places = Membership.objects.order_by("pk")
    of_each = places.values_list("account", "department__level", "department__name")
    for account, level, name in of_each:
        found.setdefault(account, []).append(Place(level, name))
    return found


def _searched(row: Row) -> str:
    departments = (place.name for place in row.places)
    told = (row.account.name, row.account.shown_name, row.account.login, *departments)
    return folded(" ".join(told))


def consequences(account: Account) -> dict[str, Any]:
    """What the question before it is put off or deleted says."""
    owned = Conversation.objects.active().filter(operator=account)
    return {"account": account, "open": owned.count(), "alone": _alone_without(account)}


def _alone_without(account: Account) -> list[str]:
    """Sites whose new visitors nobody else would take."""
    places = first_line_places()
    own = sites_served_by(places.filter(account=account))
    others = sites_served_by(places.exclude(account=account))
    return sorted(own[pk] for pk in own.keys() - others.keys())
