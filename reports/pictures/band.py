"""One day as a band: what there was from when until when, and a mark at the moment asked about."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from reports.pictures import svg
from reports.pictures.picture import UNKNOWN, Key, Picture, Table, tip
from reports.pictures.svg import box, share, text

BAR, TOP, HEIGHT = 40, 8, 72
LEAST = 0.15  # per cent of the day: what lasted seconds is seen, too


@dataclass(frozen=True)
class Kind:
    """`look` is a class of pictures.css; those with a `hatch` differ in a pattern, too."""

    title: str
    look: str
    hatch: int = 0


@dataclass(frozen=True)
class Piece:
    """`begins` and `ends` are shares of the day, 0 to 1; without a kind nothing is known of it."""

    begins: float
    ends: float
    kind: int | None
    when: str
    words: str = ""


def band(
    key: str,
    title: str,
    pieces: Sequence[Piece],
    kinds: Sequence[Kind],
    ticks: Sequence[tuple[float, str]],
    *,
    description: str,
    mark: float | None = None,
    first: str = "",
    definition: str = "",
    note: str = "",
) -> Picture:
    """`ticks` are where an hour's figure stands: uneven on a day whose clock is changed."""
    root = svg.drawing(key, title, description, height=HEIGHT, look="band")
    fills = svg.patterns(root, key, max((kind.hatch for kind in kinds), default=1))
    box(root, 0, TOP, 100, BAR, "track", rx="3")
    for piece in pieces:
        x, width = piece.begins * 100, max((piece.ends - piece.begins) * 100, LEAST)
        kind = None if piece.kind is None else kinds[piece.kind]
        box(root, x, TOP, width, BAR, kind.look if kind else "missing", **_fill(kind, fills))
    for at, words in ticks:
        svg.line(root, (at * 100, TOP + BAR), (at * 100, TOP + BAR + 4), "base")
        text(root, words, share(at * 100), HEIGHT - 6, "tick")
    if mark is not None:
        svg.line(root, (mark * 100, 0), (mark * 100, TOP + BAR + 4), "asked")
    for piece in pieces:
        x, width = piece.begins * 100, max((piece.ends - piece.begins) * 100, LEAST)
        told = tip(piece.when, _words(piece, kinds), *filter(None, [piece.words]))
        box(root, x, 0, width, TOP + BAR + 4, "place", **{"data-tip": told})
    shown = sorted({piece.kind for piece in pieces if piece.kind is not None})
    legend = tuple(_key(kinds[at], fills) for at in shown)
    rows = tuple((piece.when, _words(piece, kinds), piece.words or "—") for piece in pieces)
    table = Table((first or _("Когда"), _("Что было"), _("Почему")), rows)
    return Picture(key, title, svg.markup(root), table, legend, definition, note)


def _fill(kind: Kind | None, fills: Sequence[str]) -> dict[str, str]:
    return {"fill": fills[kind.hatch - 1]} if kind and kind.hatch > 1 else {}


def _key(kind: Kind, fills: Sequence[str]) -> Key:
    return Key(kind.title, kind.look, fills[kind.hatch - 1] if kind.hatch > 1 else "")


def _words(piece: Piece, kinds: Sequence[Kind]) -> str:
    return UNKNOWN if piece.kind is None else kinds[piece.kind].title
