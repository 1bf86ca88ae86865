"""The beginning of a text, as a page shows it."""

import codecs
import re
from dataclasses import dataclass
from typing import IO, Any

from chat.text import without_turns

LINES = 200
BYTES = 256 * 1024  # lines may be of any length

_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Excerpt:
    text: str
    is_whole: bool


def excerpt_of(content: IO[Any]) -> Excerpt:
    """The first lines, by what encoding they are in."""
    head = bytes(content.read(BYTES + 1))
    text = _decoded(head[:BYTES], is_all=len(head) <= BYTES)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    shown = _CONTROLS.sub(_drawn, _COLOURS.sub("", without_turns("\n".join(lines[:LINES]))))
    return Excerpt(shown, len(lines) <= LINES and len(head) <= BYTES)


def _decoded(head: bytes, *, is_all: bool) -> str:
    """UTF-16 by its mark, UTF-8, else what Windows wrote; the last letter may be cut in two."""
    encoding = "utf-16" if head.startswith(_BOMS) else "utf-8-sig"
    try:
        return codecs.getincrementaldecoder(encoding)().decode(head, is_all)
    except UnicodeDecodeError:
        return head.decode("cp1251", "replace")


def _drawn(control: "re.Match[str]") -> str:
    """A sign for what is none: fields of a log stay apart."""
    code = ord(control[0])
    return chr(0x2400 + code) if code < 0x20 else "\ufffd"
