"""What stands for something in the texts that administrators write for all: {имя}, {сайт}. Pure."""

import re
from collections.abc import Collection, Mapping

_PLACE = re.compile(r"\{([^{}\n]*)\}")

NAME, OPERATOR, SITE, POSITION = "имя", "оператор", "сайт", "место"
IN_GREETING = (NAME, OPERATOR, SITE)
IN_WAITING_TEXT = (NAME, SITE, POSITION)


def fill(text: str, values: Mapping[str, object]) -> str:
    """With the values of those that are known; never leaves one of them standing."""
    return _PLACE.sub(lambda found: str(values.get(found[1], found[0])), text)


def unknown_in(text: str, known: Collection[str]) -> list[str]:
    return [name for name in _PLACE.findall(text) if name not in known]
