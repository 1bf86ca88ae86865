"""Elements of SVG. Across, everything is in per cent of the plot, so that a picture fits its card
without its text growing or shrinking; upright in pixels. Colours are classes (pictures.css).
"""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring  # nosec B405  Written, never read

from django.utils.safestring import SafeString, mark_safe

from reports.pictures.picture import Label

Point = tuple[float, float]

# How many labels stand beneath an axis at a small, a middle and any width.
ROOM = (6, 12, 32)


def drawing(key: str, title: str, description: str, *, height: float, look: str) -> Element:
    """The root, with its name and its text alternative; `look` says how much room the axes have."""
    names = {"aria-labelledby": f"{key}-title", "aria-describedby": f"{key}-desc"}
    root = Element(
        "svg",
        {"class": f"drawing drawing--{look}", "role": "img", "height": shown(height), **names},
    )
    SubElement(root, "title", {"id": f"{key}-title"}).text = title
    SubElement(root, "desc", {"id": f"{key}-desc"}).text = description
    return root


def markup(root: Element) -> SafeString:
    return mark_safe(tostring(root, encoding="unicode"))  # noqa: S308 - the tree escapes it


def shown(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def share(value: float) -> str:
    return f"{shown(value)}%"


def box(
    parent: Element, x: float, y: float, width: float, height: float, look: str, **more: str
) -> Element:
    sizes = {"x": share(x), "y": shown(y), "width": share(width), "height": shown(height)}
    return SubElement(parent, "rect", {**sizes, "class": look, **more})


def text(parent: Element, words: str, x: str, y: float, look: str, **more: str) -> Element:
    element = SubElement(parent, "text", {"x": x, "y": shown(y), "class": look, **more})
    element.text = words
    return element


def line(
    parent: Element, begins: tuple[float, float], ends: tuple[float, float], look: str
) -> None:
    (x1, y1), (x2, y2) = begins, ends
    places = {"x1": share(x1), "y1": shown(y1), "x2": share(x2), "y2": shown(y2)}
    SubElement(parent, "line", {**places, "class": look})


def patterns(root: Element, key: str, count: int) -> list[str]:
    """What each of the series is filled with; the first alone is plain, the others differ in more
    than colour.
    """
    defs = SubElement(root, "defs")
    for number in range(2, count + 1):
        size = {"width": "6", "height": "6", "patternUnits": "userSpaceOnUse"}
        pattern = SubElement(defs, "pattern", {"id": f"{key}-fill-{number}", **size})
        SubElement(pattern, "rect", {"width": "6", "height": "6", "class": f"fill-{number}"})
        SubElement(pattern, "path", {"d": HATCHES[number - 2], "class": "hatch"})
    return [f"url(#{key}-fill-{number})" if number > 1 else "" for number in range(1, count + 1)]


HATCHES = (
    *("M-1 7L7 -1M-1 1L1 -1M5 7L7 5", "M3 0V6", "M0 3H6"),
    "M-1 -1L7 7M5 -1L7 1M-1 5L1 7",
)


def grid(root: Element, lines: int, top: float, bottom: float) -> None:
    for number in range(lines + 1):
        y = bottom - (bottom - top) * number / lines
        line(root, (0, y), (100, y), "base" if number == 0 else "grid")


def scale(root: Element, words: Sequence[str], top: float, bottom: float, *, end: bool) -> None:
    """Beside the plot: left, or right of it for a second one."""
    x, look, aside = ("100%", "tick-after", "8") if end else ("0", "tick-before", "-8")
    for number, label in enumerate(words):
        y = bottom - (bottom - top) * number / (len(words) - 1) + 4
        text(root, label, x, y, look, dx=aside)


def labels_beneath(root: Element, labels: Sequence[Label], y: float) -> None:
    """Where there is no room for all, the sheet of style leaves out those that are of less rank."""
    for place, label in enumerate(labels):
        rank = rank_of(place, len(labels))
        if rank < len(ROOM):
            look = f"tick tick--{rank}" + (" tick--rest" if label.is_rest else "")
            text(root, label.short, share(middle(place, len(labels))), y, look)


def rank_of(place: int, count: int) -> int:
    """0 is always shown, 1 where there is some room, 2 where there is enough, 3 nowhere. Those of a
    rank stand evenly among those of less.
    """
    step, rank = 1, len(ROOM)
    for number, room in reversed(list(enumerate(ROOM))):
        step *= -(-count // (room * step)) or 1
        if place % step == 0:
            rank = number
    return rank


def middle(place: int, count: int) -> float:
    return (place + 0.5) / count * 100
