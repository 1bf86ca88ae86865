"""What a person wrote: the one place that decides which text is accepted."""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from chat.actions.errors import Refusal
from chat.sockets.frames import MAX_TEXT

# NUL and the other C0/C1 controls except line feed and tab; lone surrogates; noncharacters.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Letters and signs to Unicode, but nothing is drawn for them; and what is reserved for more such.
# static/js/shared/blank.js knows the same.
_FILLERS = re.compile("[\u115f\u1160\u2065\u2800\u3164\uffa0\ufff0-\ufff8\U000e0000-\U000e0fff]")
# Bidirectional overrides make a program look like a picture: the end of its name reads backwards.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")

LONGEST_NUMBER = 18  # digits

# The first line that says something keeps its indentation: it may be code.
_BLANK_LINES = re.compile(r"\A(?:[^\S\n]*\n)+")


class ForbiddenSigns(Refusal):
    code = "invalid"
    words = _("В сообщении есть недопустимые символы.")


@dataclass(eq=False)
class TextTooLong(Refusal):
    """The limit, and how long it is."""

    limit: int
    count: int
    code = "too_large"
    words = _("Сообщение длиннее %(limit)s знаков: %(count)s. Сократите его.")


def clean_text(text: str) -> str:
    """The text as it is stored: as written, but for empty lines around it. Raises a Refusal;
    never cuts. What shows nothing is nothing.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _FORBIDDEN.search(text):
        raise ForbiddenSigns
    text = _BLANK_LINES.sub("", _BIDI.sub("", text)).rstrip()
    if is_blank(text):
        return ""
    if len(text) > MAX_TEXT:
        raise TextTooLong(MAX_TEXT, len(text))
    return text


def clean_line(text: str, limit: int) -> str:
    """A name, a title, an address: one line without controls, cut to what is stored."""
    text = _BIDI.sub("", _FORBIDDEN.sub("", text))
    line = unicodedata.normalize("NFC", " ".join(text.split()))[:limit]
    return "" if is_blank(line) else line


def without_turns(text: str) -> str:
    """Without the signs that turn the direction of what follows."""
    return _BIDI.sub("", text)


def has_controls(text: str) -> bool:
    """Signs that no name needs: controls, and those that turn the direction of what follows."""
    return bool(_FORBIDDEN.search(text) or _BIDI.search(text))


def is_blank(text: str) -> bool:
    """Whether it shows nothing: spaces, invisible signs, marks without a letter to be on."""
    return all(
        unicodedata.category(sign)[0] in "ZM"
        or unicodedata.category(sign) in ("Cc", "Cf")
        or _FILLERS.match(sign)
        for sign in text
    )


def folded(text: str) -> str:
    """As it is compared in a search: whatever the case, and «ё» as «е»."""
    return unicodedata.normalize("NFC", text).casefold().replace("ё", "е")


def number(text: str) -> int:
    """What a form or an address names by a number; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER else 0


def counted(count: int, one: str, few: str, many: str) -> str:
    """With the number and in the form that Russian has for it: «1 минуту», «22 минуты»."""
    last, tens = count % 10, count % 100
    if last == 1 and tens != 11:
        form = one
    else:
        form = few if 2 <= last <= 4 and not 12 <= tens <= 14 else many
    return form % count


def initials(name: str) -> str:
    words = name.split()
    return "".join(word[0] for word in words[:2]).upper() or "?"
