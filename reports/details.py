"""The list of conversations of a selection, page by page by key."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, IntegerField, Q, Value
from django.db.models.functions import Coalesce

from reports.finding import begins_with_shares
from reports.limits import find_tallies, limited
from reports.models import Tally, TallyQuerySet
from reports.selection import Selection

PAGE = 50
# Read apart: the database thinks longer about so many tables than it reads them.
WITH = ("department", "operator", "outcome", "site")
# What a column is sorted by; what there is none of comes last whichever way.
SORTS: Mapping[str, Any] = {
    "began": F("began_at"),
    "wait": F("wait"),
    "response": F("response"),
    "duration": F("duration"),
    "messages": F("from_visitor") + F("from_operators"),
    "score": F("score"),
    "criticality": F("criticality"),
}
USUAL = "-began"


@dataclass(frozen=True)
class DetailPage:
    """`after` is what the next page is asked for with; empty for the last one."""

    rows: list[Tally]
    after: str
    sort: str


def detail_page(
    selection: Selection, after: str = "", *, sort: str = USUAL, most: int = PAGE
) -> DetailPage:
    """A key or a sort that was made up is none: the first page, the usual order. Raises TooMuch."""
    sort = known(sort)
    keys, after = keys_of(selection, after, sort=sort, most=most)
    with limited():
        return DetailPage(_rows(keys), after, sort)


def known(sort: str) -> str:
    return sort if sort.removeprefix("-") in SORTS else USUAL


def keys_of(selection: Selection, after: str, *, sort: str, most: int) -> tuple[list[int], str]:
    """Of a page, and what the next one is asked for with. Raises TooMuch."""
    found = _sorted(find_tallies(selection), sort, selection)
    if place := _read_place(after, sort):
        found = found.filter(_beyond(sort, *place))
    with limited():
        keys = list(found.values_list("pk", "place")[: most + 1])
    is_more = len(keys) > most
    return [key for key, _place in keys[:most]], _place_of(
        *keys[most - 1], sort=sort
    ) if is_more else ""


def _rows(keys: list[int]) -> list[Tally]:
    """In that order."""
    found = Tally.objects.filter(pk__in=keys).select_related("conversation__visitor")
    rows = {row.pk: row for row in found.prefetch_related(*WITH)}
    # One that was deleted in between is left out.
    return [rows[key] for key in keys if key in rows]


def key_pages(selection: Selection, *, sort: str, most: int) -> Iterator[list[int]]:
    """All of it, in the same order, a page at a time, each by a query of its own."""
    after = ""
    while True:
        keys, after = keys_of(selection, after, sort=known(sort), most=most)
        yield keys
        if not after:
            return


def neighbours_of(
    selection: Selection, conversation: int, *, sort: str = USUAL
) -> tuple[Tally | None, Tally | None]:
    """Which stand before and after one in the list; None at its ends, or where it is not in it."""
    sort = known(sort)
    tallies = find_tallies(selection)
    with limited():
        this: Any = _sorted(tallies, sort, selection).filter(pk=conversation).first()
        if this is None:
            return None, None
        place = this.place, this.pk
        back = sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"
        before = _sorted(tallies, back, selection, nulls_first=True)
        after = _sorted(tallies, sort, selection)
        before, after = before.filter(_ahead(sort, *place)), after.filter(_beyond(sort, *place))
        return _first(before), _first(after)


def _first(found: Any) -> Tally | None:
    key = found.values_list("pk", flat=True).first()
    rows = [] if key is None else _rows([key])
    return rows[0] if rows else None


def _sorted(
    found: TallyQuerySet, sort: str, selection: Selection, *, nulls_first: bool = False
) -> Any:
    """By its column and then by key; what has no value is below all and comes last."""
    name = sort.removeprefix("-")
    order = "-place" if sort.startswith("-") else "place"
    if name == "began":
        # The same time: of one operator's there is an index.
        began = "shares__began_at" if begins_with_shares(selection) else "began_at"
        return found.annotate(place=F(began)).order_by(order, _key_order(sort))
    nothing = Value(_nothing(sort, is_first=nulls_first))
    placed = found.annotate(place=Coalesce(SORTS[name], nothing, output_field=IntegerField()))
    return placed.order_by(order, _key_order(sort))


_HIGHEST = 2_000_000_000


def _nothing(sort: str, *, is_first: bool) -> int:
    return -1 if sort.startswith("-") != is_first else _HIGHEST


def _key_order(sort: str) -> str:
    return "-pk" if sort.startswith("-") else "pk"


def _beyond(sort: str, place: Any, key: int) -> Q:
    """After that place, in the order of the list."""
    way = "lt" if sort.startswith("-") else "gt"
    # Said twice: the first finds where the index begins.
    of_place = Q(**{f"place__{way}": place}) | Q(**{f"pk__{way}": key})
    return Q(**{f"place__{way}e": place}) & of_place


def _ahead(sort: str, place: Any, key: int) -> Q:
    back = sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"
    return _beyond(back, place, key)


def _place_of(key: int, place: Any, *, sort: str) -> str:
    told = place.isoformat() if sort.removeprefix("-") == "began" else place
    return f"{told}~{key}"


def _read_place(told: str, sort: str) -> tuple[Any, int] | None:
    place, _mark, key = told.partition("~")
    try:
        if len(told) > 80 or not key.isdigit() or len(key) > 18:
            return None
        if sort.removeprefix("-") != "began":
            return max(-1, min(int(place), _HIGHEST)), int(key)
        at = datetime.fromisoformat(place)
    except ValueError:
        return None
    return (at, int(key)) if at.utcoffset() is not None else None
