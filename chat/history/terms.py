"""What a text is found by, and what is looked for: pure, and alike for both databases.

Words are found by their stem, whatever their form; what has digits in it (a number, a code) by any
part of three signs or more. So an index holds, for each text, the stems of its words and the
grams, three signs each, of its numbers and codes. What was asked for word for word is compared with
the text itself, which is kept beside them, folded.
"""

import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from chat.text import folded

GRAM = 3
MOST_ASKED = 200  # characters
# Of one word or code: what is longer is found by its beginning.
LONGEST = 200
# So much of a hit as is shown around what was found.
AROUND = 90

_WORDS = re.compile(r"[^\W\d_]+")
_PARTS = re.compile(r'"([^"]*)"|«([^»]*)»|(\S+)')
_EDGES = " \t\n.,;:!?()[]{}<>«»\"'…"
# Each keeps the word it is at: one thread at a time.
_stemming = threading.Lock()
_STEMMERS = {True: snowballstemmer.stemmer("english"), False: snowballstemmer.stemmer("russian")}


def kept(text: str) -> str:
    """A text as it is compared: whatever its case, «ё» as «е», in one line."""
    return " ".join(folded(text).replace("\x00", "").split())


def terms_of(text: str) -> set[str]:
    """What a text that is `kept` is found by."""
    found = {_stem(word) for word in _words(text)}
    for code in text.split():
        if _is_code(code):
            found |= _grams(code[:LONGEST])
    return found


def _words(text: str) -> list[str]:
    """Of a single letter there are too many, and nobody looks for them."""
    return [word[:LONGEST] for word in _WORDS.findall(text) if len(word) > 1]


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    with _stemming:
        return _spelled(_STEMMERS[word.isascii()].stemWord(word))


def _is_code(word: str) -> bool:
    return not word.isalpha() and any(map(str.isdigit, word))


def _grams(code: str) -> set[str]:
    """Marked, so that none is taken for a word."""
    last = len(code) - GRAM
    return {"\ue000" + _spelled(code[at : at + GRAM]) for at in range(last + 1)}


_OTHER = re.compile("[^0-9a-zа-я]")


def _spelled(term: str) -> str:
    """In signs that every tokenizer takes for letters, so that none cuts it; what falls together is
    told apart by the text itself.
    """
    return _OTHER.sub(lambda sign: chr(0xE001 + ord(sign[0]) % 0x1000), term)


@dataclass(frozen=True)
class Asked:
    """All of it has to be found: `terms` in the index, `literals` in the text."""

    terms: frozenset[str]
    literals: tuple[str, ...]
    stems: frozenset[str]

    @property
    def is_too_short(self) -> bool:
        return not self.terms


def read_asked(text: str) -> Asked:
    """What a person typed: words in any form, parts of codes, and phrases in quotation marks."""
    stems: set[str] = set()
    grams: set[str] = set()
    literals = []
    for *phrases, word in _PARTS.findall(kept(text[:MOST_ASKED])):
        part = (phrases[0] or phrases[1]).strip() or word.strip(_EDGES)
        is_phrase = any(phrases)
        if is_phrase or _is_code(part):
            literals.append(part)
        for piece in part.split():
            if _is_code(piece):
                grams |= _grams(piece[:LONGEST])
            if is_phrase or not _is_code(piece):
                stems |= {_stem(one) for one in _words(piece)}
    found = tuple(literal for literal in dict.fromkeys(literals) if literal)
    return Asked(frozenset(stems | grams), found, frozenset(stems))


def excerpt(text: str, asked: Asked) -> SafeString:
    """So much of a text as stands around the first place found, what was found marked."""
    shown = " ".join(text.split())
    places = _places(shown, asked)
    first = places[0][0] if places else 0
    begins = max(0, shown.rfind(" ", 0, max(0, first - AROUND)) + 1) if first > AROUND else 0
    ends = min(len(shown), first + 2 * AROUND)
    parts = ["…" if begins else ""]
    at = begins
    for start, end in places:
        if start < at or end > ends:
            continue
        parts += [escape(shown[at:start]), "<mark>", escape(shown[start:end]), "</mark>"]
        at = end
    parts += [escape(shown[at:ends]), "…" if ends < len(shown) else ""]
    return mark_safe("".join(parts))  # noqa: S308  escaped here


def _places(text: str, asked: Asked) -> list[tuple[int, int]]:
    """Where what was asked for stands, in order."""
    plain = "".join(_plain(sign) for sign in text)
    found = {
        word.span() for word in _WORDS.finditer(plain) if _stem(word[0][:LONGEST]) in asked.stems
    }
    for literal in asked.literals:
        found |= {place.span() for place in re.finditer(re.escape(literal), plain)}
    return sorted(found)


def _plain(sign: str) -> str:
    """Folded, where that is one sign too: places have to stay where they are."""
    one = folded(sign)
    return one if len(one) == 1 else sign


def joined(texts: Iterable[str]) -> str:
    """Of one message: words and names of files, each on a line of its own, so that no phrase goes
    across.
    """
    return "\n".join(filter(None, map(kept, texts)))
