"""What of the help is about the words that somebody typed, in any form of them. Titles weigh more
than what stands under them; the beginning of a word finds it too.
"""

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from django.utils.safestring import SafeString

from chat.history.terms import Asked, excerpt, kept, read_asked, terms_of
from sphaera_support.help.chapters import Chapter, Reader, chapters_for
from sphaera_support.help.texts import Section, sections_of

OF_TITLE, OF_HEADING, OF_TEXT = 8, 4, 1
MOST = 20
# A shorter beginning belongs to too many words.
SHORTEST_BEGINNING = 3


class Found(NamedTuple):
    chapter: Chapter
    section: Section
    excerpt: SafeString


def search(words: str, reader: Reader) -> list[Found]:
    asked = read_asked(words)
    if not asked.stems and not asked.literals:
        return []
    weighed = [
        (weight, chapter, section)
        for chapter in chapters_for(reader)
        for section in sections_of(chapter, reader)
        if (weight := _weight(chapter, section, asked))
    ]
    weighed.sort(key=lambda one: -one[0])
    return [
        Found(chapter, section, excerpt(section.text, _as_written(asked, section.text)))
        for _weight, chapter, section in weighed[:MOST]
    ]


def _weight(chapter: Chapter, section: Section, asked: Asked) -> int:
    """0 unless all that was asked for is there."""
    texts = (str(chapter.title), section.heading, section.text)
    total = 0
    for word in (*asked.stems, *asked.literals):
        places = [_holds(text, word, is_literal=word in asked.literals) for text in texts]
        if not any(places):
            return 0
        total += sum(
            weight
            for weight, is_here in zip((OF_TITLE, OF_HEADING, OF_TEXT), places, strict=True)
            if is_here
        )
    return total


def _holds(text: str, word: str, *, is_literal: bool) -> bool:
    return word in kept(text) if is_literal else bool(_meant(word, text))


def _meant(stem: str, text: str) -> set[str]:
    """Of the words of a text those that a typed one stands for."""
    if len(stem) < SHORTEST_BEGINNING:
        return {stem} & _terms(text)
    return {term for term in _terms(text) if term.startswith(stem)}


@lru_cache(maxsize=4096)
def _terms(text: str) -> frozenset[str]:
    return frozenset(terms_of(kept(text)))


def _as_written(asked: Asked, text: str) -> Asked:
    return replace(asked, stems=frozenset().union(*(_meant(stem, text) for stem in asked.stems)))
