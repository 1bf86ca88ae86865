"""Which address a link card may lead to, and how its domain is shown. Nothing is ever fetched.

A visitor follows a card because staff sent it, so what it shows is where it leads: one spelling of
the domain, in its own letters unless these could be taken for others.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

import idna
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chat.actions.errors import Refusal
from chat.text import has_controls
from departments.origins import ANY_BELOW, BadOrigin, read_origin, spelled

LONGEST = 2000  # characters
_TOO_LONG = _("он длиннее 2000 знаков")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?!\d+(?:[/?#]|$))", re.IGNORECASE)
_AUTHORITY = re.compile(r"(https?)://([^/?#]*)([/?#].*)?", re.IGNORECASE | re.DOTALL)
# Browsers read a name that ends in a number as an address of digits.
_NUMBER = re.compile(r"\d+|0x[\da-f]*", re.IGNORECASE)
# Cyrillic letters that are drawn as Latin ones are.
_LIKE_LATIN = frozenset("асԁеһіјӏорԛѕԝхуѵүкмтвнгпь")
# Writing systems that are one: Japanese is written in three.
_SAME = {"HIRAGANA": "CJK", "KATAKANA": "CJK"}


@dataclass(eq=False)
class BadAddress(Refusal):
    """No address to send; why, to a person."""

    why: str | Promise
    code = "invalid"
    field = "url"
    words = _("Такой адрес не отправить: %(why)s.")


@dataclass(frozen=True)
class Address:
    """`url` as browsers spell its domain; `domain` as people read it, where nothing in it could be
    taken for another; `is_mixed` where something could.
    """

    url: str
    domain: str
    rest: str  # of the address, without a lone slash
    is_mixed: bool


def read_address(typed: str) -> Address:
    """Raises BadAddress."""
    text = typed.strip()
    if not text:
        raise BadAddress(_("напишите его"))
    if len(text) > LONGEST:
        raise BadAddress(_TOO_LONG)
    if has_controls(text) or re.search(r"[\s\\]", text):
        raise BadAddress(_("в нём пробелы, «\\» или невидимые знаки"))
    scheme = _SCHEME.match(text)
    if scheme is None:
        text = f"https://{text.lstrip('/')}"
    elif scheme[1].lower() not in ("http", "https"):
        raise BadAddress(_("он начинается с https:// или http://"))
    found = _AUTHORITY.fullmatch(text)
    if found is None:
        raise BadAddress(_("такого адреса не бывает"))
    return _read(found[1].lower(), found[2], found[3] or "")


def known_address(url: str) -> Address | None:
    """Of what is kept; None where it is none, or none any more."""
    try:
        return read_address(url) if url else None
    except BadAddress:
        return None


def _read(scheme: str, authority: str, rest: str) -> Address:
    if "@" in authority:
        raise BadAddress(_("уберите из него имя и пароль, их увидел бы посетитель"))
    try:
        origin = read_origin(f"{scheme}://{authority}")
    except BadOrigin as bad:
        raise BadAddress(bad.words) from bad
    host = origin.partition("://")[2]
    if host.startswith(ANY_BELOW) or _is_number_in_disguise(host):
        raise BadAddress(_("такого адреса не бывает"))
    url = origin + (rest or "/")
    if len(url) > LONGEST:
        raise BadAddress(_TOO_LONG)
    is_mixed = is_deceptive(host)
    domain = host if is_mixed else spelled(origin).partition("://")[2]
    return Address(url, domain, "" if rest == "/" else rest, is_mixed)


def _is_number_in_disguise(host: str) -> bool:
    name = host.partition(":")[0].rstrip(".")
    is_address = re.fullmatch(r"\d+(?:\.\d+){3}", name) is not None
    return not is_address and _NUMBER.fullmatch(name.rpartition(".")[2]) is not None


def is_deceptive(host: str) -> bool:
    """Whether a name in ASCII stands for letters that could be taken for others: of several
    scripts in one label, or Cyrillic that all looks Latin under a domain that is not Cyrillic.
    """
    labels = [_in_letters(label) for label in host.partition(":")[0].split(".")]
    under_cyrillic = "CYRILLIC" in scripts_of(labels[-1])
    for label in labels:
        scripts = scripts_of(label)
        if len(scripts) > 1:
            return True
        looks_latin = all(sign in _LIKE_LATIN for sign in label if sign.isalpha())
        if scripts == {"CYRILLIC"} and looks_latin and not under_cyrillic:
            return True
    return False


def _in_letters(label: str) -> str:
    try:
        return idna.decode(label) if label.startswith("xn--") else label
    except UnicodeError:
        return label


def scripts_of(signs: Iterable[str]) -> set[str]:
    """By the first word of each letter's name in Unicode."""
    named = (unicodedata.name(sign, "?").split()[0] for sign in signs if sign.isalpha())
    return {_SAME.get(name, name) for name in named}


def card_text(title: str, url: str) -> str:
    """What a message that is a link says: so it is searched, quoted and kept like any."""
    return f"{title}\n{url}"


def read_card(text: str) -> tuple[str, Address]:
    """The title and the address of such a message."""
    title, _line, url = text.rpartition("\n")
    return title, read_address(url)
