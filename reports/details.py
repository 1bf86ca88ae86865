"""The list of conversations of a selection, page by page by key, and all of it for an export."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, IntegerField, Q, Value
from django.db.models.functions import Coalesce

from reports.limits import find_tallies, limited
from reports.models import Tally, TallyQuerySet
from reports.selection import Selection

PAGE = 50
AT_ONCE = 2000
WITH = ("conversation__visitor", "department", "operator", "outcome", "site")
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
    sort = sort if sort.removeprefix("-") in SORTS else USUAL
    found = _sorted(find_tallies(selection), sort)
    if place := _read_place(after, sort):
        found = found.filter(_beyond(sort, *place))
    with limited():
        rows: list[Any] = list(found.select_related(*WITH)[: most + 1])
    is_more, rows = len(rows) > most, rows[:most]
    return DetailPage(rows, _place_of(rows[-1], sort) if is_more else "", sort)


def details_of(selection: Selection, *, sort: str = USUAL) -> Iterator[Tally]:
    """All of it, in the same order, a page at a time: an export holds no more at once."""
    after = ""
    while True:
        page = detail_page(selection, after, sort=sort, most=AT_ONCE)
        yield from page.rows
        after = page.after
        if not after:
            return


def neighbours_of(
    selection: Selection, conversation: int, *, sort: str = USUAL
) -> tuple[Tally | None, Tally | None]:
    """Which stand before and after one in the list; None at its ends, or where it is not in it."""
    sort = sort if sort.removeprefix("-") in SORTS else USUAL
    tallies = find_tallies(selection)
    with limited():
        this: Any = _sorted(tallies, sort).filter(pk=conversation).first()
        if this is None:
            return None, None
        place = this.place, this.pk
        back = sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"
        before = _sorted(tallies, back, nulls_first=True).filter(_ahead(sort, *place))
        after = _sorted(tallies, sort).filter(_beyond(sort, *place))
        return before.select_related(*WITH).first(), after.select_related(*WITH).first()


def _sorted(found: TallyQuerySet, sort: str, *, nulls_first: bool = False) -> Any:
    """By its column and then by key; what has no value is below all and comes last."""
    name = sort.removeprefix("-")
    if name == "began":
        order = "began_at" if sort == name else "-began_at"
        key = "pk" if sort == name else "-pk"
        return found.annotate(place=F("began_at")).order_by(order, key)
    nothing = Value(_nothing(sort, is_first=nulls_first))
    placed = found.annotate(place=Coalesce(SORTS[name], nothing, output_field=IntegerField()))
    return placed.order_by("-place" if sort.startswith("-") else "place", _key_order(sort))


_HIGHEST = 2_000_000_000


def _nothing(sort: str, *, is_first: bool) -> int:
    return -1 if sort.startswith("-") != is_first else _HIGHEST


def _key_order(sort: str) -> str:
    return "-pk" if sort.startswith("-") else "pk"


def _beyond(sort: str, place: Any, key: int) -> Q:
    """After that place, in the order of the list."""
    name, way = ("began_at" if sort.removeprefix("-") == "began" else "place"), "gt"
    if sort.startswith("-"):
        way = "lt"
    return Q(**{f"{name}__{way}": place}) | Q(**{name: place, f"pk__{way}": key})


def _ahead(sort: str, place: Any, key: int) -> Q:
    back = sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"
    return _beyond(back, place, key)


def _place_of(row: Any, sort: str) -> str:
    place = row.began_at.isoformat() if sort.removeprefix("-") == "began" else row.place
    return f"{place}~{row.pk}"


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
