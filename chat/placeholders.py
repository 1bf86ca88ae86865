"""What stands for something in texts that are written for many: {имя}, {сайт}. Pure."""

import re
from collections.abc import Collection, Mapping
from itertools import pairwise

_PLACE = re.compile(r"\{([^{}\n]*)\}")

NAME, OPERATOR, SITE, POSITION = "имя", "оператор", "сайт", "место"
IN_GREETING = (NAME, OPERATOR, SITE)
IN_WAITING_TEXT = (NAME, SITE, POSITION)

NAME_AND_PATRONYMIC, TICKET = "имя_отчество", "номер_заявки"
IN_TEMPLATE = (NAME, NAME_AND_PATRONYMIC, OPERATOR, SITE, TICKET)
# What else stands in braces of a template is code, say. static/js/zone/template-text.js knows it.
_WORD = re.compile(r"\{(\w{1,40})\}")
_PATRONYMIC = re.compile(r"(?:[ое]вич|[ое]вна|ична|льич|мич)$", re.IGNORECASE)


def fill(text: str, values: Mapping[str, object]) -> str:
    """With the values of those that are known; never leaves one of them standing."""
    return _PLACE.sub(lambda found: str(values.get(found[1], found[0])), text)


def unknown_in(text: str, known: Collection[str]) -> list[str]:
    return [name for name in _PLACE.findall(text) if name not in known]


def words_in(text: str) -> list[str]:
    return _WORD.findall(text)


def name_parts(name: str) -> tuple[str, str]:
    """By what name one is spoken to: {имя} and {имя_отчество}, the second empty where it is not
    known. «Орлова Марина Сергеевна» says which is which; of «Орлова Марина» nobody can tell.
    """
    parts = name.split()
    for first, second in pairwise(parts[:3]):
        if _PATRONYMIC.search(second):
            return first, f"{first} {second}"
    return name, ""
