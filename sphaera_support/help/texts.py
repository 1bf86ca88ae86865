"""What a chapter says, as HTML and as plain text under its headings."""

from functools import lru_cache
from html.parser import HTMLParser
from typing import NamedTuple

from django.template.loader import render_to_string

from sphaera_support.help.chapters import Chapter, Reader

INLINE = {"a", "b", "em", "i", "span"}


class Section(NamedTuple):
    """Under a heading; what stands before the first one has neither heading nor anchor."""

    anchor: str
    heading: str
    text: str


def html_of(chapter: Chapter, reader: Reader) -> str:
    return render_to_string(chapter.template, {"reader": reader})


@lru_cache(maxsize=512)
def sections_of(chapter: Chapter, reader: Reader) -> tuple[Section, ...]:
    """Kept: templates do not change while the product runs, and a reader is one of eight."""
    parser = _Sections()
    parser.feed(html_of(chapter, reader))
    parser.close()
    return tuple(
        Section(anchor, " ".join(heading.split()), " ".join(text.split()))
        for anchor, heading, text in parser.found
    )


class _Sections(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[list[str]] = [["", "", ""]]
        self.is_heading = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "h3":
            self.found.append([dict(attributes).get("id") or "", "", ""])
            self.is_heading = True
        elif tag not in INLINE:
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "h3":
            self.is_heading = False
        elif tag not in INLINE:
            self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        self.found[-1][1 if self.is_heading else 2] += data
