"""How a site's window looks. Pure."""

import re
from dataclasses import dataclass

MEGABYTE = 1024 * 1024
# WCAG 1.4.3, for the white text on it.
READABLE = 4.5
OUR_COLOUR = "#066480"
_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


@dataclass(frozen=True)
class Notice:
    """About personal data; a visitor is asked to consent to each version of it."""

    text: str
    url: str
    version: int


@dataclass(frozen=True)
class Look:
    """What is empty is the product's own: colour, picture, words; no greeting, no title.

    `theme` is light, dark, or auto for that of the visitor's system. `away_*` is what stands above
    the form while nobody answers, `thanks` below what was sent by it. `avatar` names a picture
    (departments.models.SiteAvatar). A file may have `file_size` bytes; of `file_kinds` none is all.
    """

    colour: str
    corner: str
    theme: str
    sound: bool
    online: str
    offline: str
    greeting: str
    avatar: str
    away_title: str
    away_text: str
    thanks: str
    asks_email: bool
    operators: bool
    attaches: bool
    file_size: int
    file_kinds: tuple[str, ...]
    notice: Notice


def read_colour(typed: str) -> str | None:
    """«5B4A9E», «#abc» as #5b4a9e, #aabbcc; None for what is no colour."""
    found = _HEX.fullmatch(typed.strip())
    if found is None:
        return None
    digits = found[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))


def contrast_with_white(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)
