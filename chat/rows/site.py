"""Those who are merely on a site: the window is loaded, and there is no open conversation."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.template.loader import render_to_string

from chat import access
from chat.models import Conversation, Visit
from chat.places import place_of
from chat.referrers import readable
from chat.text import folded, initials
from operators.models import Account

PAGE = 50  # rows that a list of them shows at a time

_FIELDS = (
    *("visitor", "pk", "public_id", "visitor__site", "visitor__name", "visitor__contract"),
    *("page_title", "page_url", "address", "started_at", "declined_at", "count"),
)


@dataclass(frozen=True)
class Person:
    """By the visit they began last; what costs something is worked out when asked for, once."""

    visitor: int
    visit: int
    public_id: UUID
    site: int
    name: str
    contract: str
    page_title: str
    page_url: str
    address: str | None
    since: datetime
    declined_at: datetime | None
    visits: int

    @property
    def order(self) -> tuple[datetime, int]:
        """Who came first stands first: who comes moves nobody."""
        return self.since, self.visit

    @cached_property
    def text(self) -> str:
        """What they are found by."""
        place = place_of(self.address)
        page = (self.page_title, self.page_url, readable(self.page_url))
        told = (self.name, self.contract, *page, place.city)
        return folded("\n".join(told))

    @cached_property
    def html(self) -> str:
        return render_to_string("zone/lists/_site_row.html", {"row": self.row}).strip()

    @property
    def row(self) -> dict[str, Any]:
        return {
            "visitor": self.visitor,
            "visit": self.public_id,
            "name": self.name,
            "initials": initials(self.name),
            "contract": self.contract,
            "page_title": self.page_title,
            "page_url": readable(self.page_url),
            "city": place_of(self.address).city,
            "since": self.since,
            "visits": self.visits,
            "has_declined": self.declined_at is not None,
        }


def read_people(among: Collection[int], *, at: datetime) -> dict[int, Person]:
    """Of these visitors those who are there, by visitor; of several visits the one begun last."""
    visits = _merely_there(Visit.objects.present(at)).filter(visitor__in=among)
    return {person.visitor: person for person in _people(visits.order_by("pk"))}


def read_next_people(beyond: int, most: int, *, at: datetime) -> dict[int, Person]:
    """Likewise of all there are, so many visits beyond the key of one; none at the end."""
    visits = _merely_there(Visit.objects.present(at)).filter(pk__gt=beyond)
    return {person.visitor: person for person in _people(visits.order_by("pk")[:most])}


def first_page(account: Account, *, at: datetime) -> dict[str, Any]:
    """What a page of the zone begins with, and how many there are in all."""
    visits = _merely_there(access.visits_visible_to(account, at=at))
    people = {one.visitor: one for one in _people(visits.order_by("started_at", "pk")[:PAGE])}
    count = len(people)
    if count == PAGE:
        count = visits.order_by().values("visitor").distinct().count()
    return {"rows": [person.row for person in people.values()], "count": count, "page": PAGE}


def _merely_there(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    return visits.exclude(visitor__in=Conversation.objects.open().values("visitor"))


def _people(visits: QuerySet[Visit]) -> Iterable[Person]:
    theirs = Visit.objects.filter(visitor=OuterRef("visitor")).order_by().values("visitor")
    counted = visits.annotate(count=Subquery(theirs.values(count=Count("pk"))))
    return (Person(*row) for row in counted.values_list(*_FIELDS))
