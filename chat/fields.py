"""What may stand in an extra field of each kind: how it is read, kept and shown.

Kept is one spelling of each value: a number with a point, a date by ISO 8601, yes or no, an address
as browsers spell it.
"""

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chat.actions.errors import Refusal
from chat.link_addresses import BadAddress, read_address
from chat.models import ExtraField
from chat.text import has_controls, is_blank

Kind = ExtraField.Kind

LONGEST = 500  # characters of a text
_NUMBER = re.compile(r"[-+]?\d{1,15}(?:[.,]\d{1,6})?", re.ASCII)
_RUSSIAN_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", re.ASCII)
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1900, 2200
YES, NO = "yes", "no"
FLAGS = {YES: _("Да"), NO: _("Нет")}
# As staff choose it, and as sites sign it.
_FLAGS = {"yes": YES, "true": YES, "1": YES, "да": YES} | {
    "no": NO,
    "false": NO,
    "0": NO,
    "нет": NO,
}


class HiddenSigns(Refusal):
    code = "invalid"
    words = _("Уберите невидимые управляющие символы.")


@dataclass(eq=False)
class ValueTooLong(Refusal):
    limit: int
    count: int
    code = "too_large"
    words = _("Не длиннее %(limit)s знаков, а здесь %(count)s.")


class NotANumber(Refusal):
    code = "invalid"
    words = _("Нужно число, например 12 или −3,5: до 15 цифр и до 6 после запятой.")


class NotADate(Refusal):
    code = "invalid"
    words = _("Нужна дата, например 14.03.2026.")


class NoSuchChoice(Refusal):
    """It is not in the list, or not any more."""

    code = "invalid"
    words = _("Такого варианта нет в списке, выберите другой.")


class NeitherYesNorNo(Refusal):
    code = "invalid"
    words = _("Выберите «Да» или «Нет».")


@dataclass(eq=False)
class NotALink(Refusal):
    why: str | Promise
    code = "invalid"
    words = _("Это не ссылка: %(why)s.")


def read(kind: str, typed: str, choices: Collection[str] = ()) -> str:
    """As it is kept; nothing for what shows nothing. Raises a Refusal."""
    line = unicodedata.normalize("NFC", " ".join(typed.split()))
    if is_blank(line):
        return ""
    if has_controls(line):
        raise HiddenSigns
    if kind == Kind.CHOICE:
        return _read_choice(line, choices)
    return _READERS[kind](line)


def shown(kind: str, kept: str) -> str:
    """As people read it, and may type it again."""
    if kind == Kind.NUMBER:
        return kept.replace(".", ",")
    if kind == Kind.DATE and (found := _ISO_DATE.fullmatch(kept)):
        year, month, day = found.groups()
        return f"{day}.{month}.{year}"
    if kind == Kind.FLAG:
        return str(FLAGS.get(kept, kept))
    return kept


def _read_text(line: str) -> str:
    if len(line) > LONGEST:
        raise ValueTooLong(LONGEST, len(line))
    return line


def _read_number(line: str) -> str:
    bare = line.replace(" ", "").replace("−", "-")
    if _NUMBER.fullmatch(bare) is None:
        raise NotANumber
    number = Decimal(bare.replace(",", ".")).normalize()
    return f"{number or Decimal(0):f}"


def _read_date(line: str) -> str:
    if found := _RUSSIAN_DATE.fullmatch(line):
        day, month, year = map(int, found.groups())
    elif found := _ISO_DATE.fullmatch(line):
        year, month, day = map(int, found.groups())
    else:
        raise NotADate
    try:
        on = date(year, month, day)
    except ValueError:
        raise NotADate from None
    if not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise NotADate
    return on.isoformat()


def _read_flag(line: str) -> str:
    flag = _FLAGS.get(line.casefold())
    if flag is None:
        raise NeitherYesNorNo
    return flag


def _read_link(line: str) -> str:
    try:
        return read_address(line).url
    except BadAddress as bad:
        raise NotALink(bad.why) from bad


def _read_choice(line: str, choices: Collection[str]) -> str:
    if line not in choices:
        raise NoSuchChoice
    return line


_READERS: dict[str, Callable[[str], str]] = {
    Kind.TEXT: _read_text,
    Kind.NUMBER: _read_number,
    Kind.DATE: _read_date,
    Kind.FLAG: _read_flag,
    Kind.LINK: _read_link,
}
