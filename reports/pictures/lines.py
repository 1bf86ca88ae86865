"""Lines over days: how a figure moved, beside another's."""

from collections.abc import Sequence
from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement  # nosec B405  Written, never read

from django.utils.translation import gettext as _

from reports.pictures import svg
from reports.pictures.picture import UNKNOWN, Key, Label, Picture, Series, tip, values_table
from reports.pictures.svg import box, middle, share, shown
from reports.pictures.units import scale_of

HEIGHT, TOP, BOTTOM = 172, 10, 144
# Unlike in more than colour: the second is dashed.
LOOKS = ("line-1", "line-2", "line-3")


def line_picture(
    key: str,
    title: str,
    labels: Sequence[Label],
    series: Sequence[Series],
    *,
    definition: str = "",
    note: str = "",
) -> Picture:
    """Of one unit."""
    unit = series[0].unit
    root = svg.drawing(key, title, _described(labels, series), height=HEIGHT, look="line")
    lines = scale_of(unit, [value for one in series for value in one.values])
    svg.grid(root, len(lines) - 1, TOP, BOTTOM)
    svg.scale(root, [unit.short(one) for one in lines], TOP, BOTTOM, end=False)
    for one, look in zip(series, LOOKS, strict=False):
        draw_line(root, one, lines[-1], TOP, BOTTOM, look)
    svg.labels_beneath(root, labels, HEIGHT - 10)
    for place, label in enumerate(labels):
        words = tip(label.full, *(f"{one.title}: {one.words(place)}" for one in series))
        room = 100 / len(labels)
        box(root, place * room, 0, room, BOTTOM, "place", **{"data-tip": words})
    legend = tuple(
        Key(f"{one.title}, {unit.title}", look, is_line=True)
        for one, look in zip(series, LOOKS, strict=False)
    )
    table = values_table(_("День"), labels, series)
    return Picture(key, title, svg.markup(root), table, legend, definition, note)


def draw_line(
    root: Element, series: Series, top: float, upper: float, lower: float, look: str
) -> None:
    """It breaks where a value is not known; one between two gaps is a dot."""
    count = len(series.values)
    group = SubElement(root, "g", {"class": f"curve curve--{look}"})
    points = [
        None
        if value is None
        else (middle(place, count), lower - value / (top or 1) * (lower - upper))
        for place, value in enumerate(series.values)
    ]
    for one, other in pairwise(points):
        if one and other:
            svg.line(group, one, other, "segment")
    around = [None, *points, None]
    for place, point in enumerate(points):
        if point and around[place] is None and around[place + 2] is None:
            where = {"cx": share(point[0]), "cy": shown(point[1]), "r": "2.5"}
            SubElement(group, "circle", {**where, "class": "dot"})


def _described(labels: Sequence[Label], series: Sequence[Series]) -> str:
    said = []
    for one in series:
        known = [(value, place) for place, value in enumerate(one.values) if value is not None]
        if not known:
            said.append(f"{one.title}: {UNKNOWN}.")
            continue
        (most, at_most), (least, at_least) = max(known), min(known)
        said.append(
            _("%(title)s: от %(least)s (%(at_least)s) до %(most)s (%(at_most)s).")
            % {
                "title": one.title,
                "least": one.unit.words(least),
                "most": one.unit.words(most),
                "at_least": labels[at_least].full,
                "at_most": labels[at_most].full,
            }
        )
    return " ".join(said)
