"""Whose pages may frame the window: a site's list of origins, and what may stand in it.

An origin is written as browsers send it: small letters, names in ASCII, without a port that goes
without saying. `https://*.example.ru` is the domain and everything below it.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import idna
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ANY_BELOW = "*."
LONGEST_HOST = 253
_PORTS = {"http": 80, "https": 443}
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_LOCAL = re.compile(r"(localhost|127(\.\d+){3}|\[::1\])(:\d+)?/?", re.IGNORECASE)


class BadOrigin(ValueError):
    """No origin; `words` say to a person what is wrong."""

    def __init__(self, words: str | Promise) -> None:
        super().__init__(str(words))
        self.words = words


def read_origin(text: str) -> str:
    """As it is stored, of what a person typed: «Пример.рф» is https://xn--….  Raises BadOrigin."""
    text = text.strip()
    if not _SCHEME.match(text):
        text = ("http://" if _LOCAL.fullmatch(text) else "https://") + text
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise BadOrigin(_("такого адреса не бывает")) from error
    if parts.scheme not in _PORTS:
        raise BadOrigin(_("адрес начинается с https:// или http://"))
    if "@" in parts.netloc:
        raise BadOrigin(_("в адресе не нужны имя и пароль"))
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise BadOrigin(_("нужен только адрес сайта, без страницы: всё после имени уберите"))
    if port == 0:
        raise BadOrigin(_("такого порта не бывает"))
    host = _host(parts.hostname or "")
    usual = port in (None, _PORTS[parts.scheme])
    return f"{parts.scheme}://{host}" + ("" if usual else f":{port}")


def _host(typed: str) -> str:
    if ":" in typed:
        return f"[{_address(typed)}]"
    is_any = typed.startswith(ANY_BELOW)
    name = typed.removeprefix(ANY_BELOW)
    if "*" in name:
        raise BadOrigin(_("звёздочка бывает только первой: https://*.example.ru"))
    if re.fullmatch(r"[\d.]+", name):
        if is_any:
            raise BadOrigin(_("у числового адреса нет поддоменов"))
        return _address(name)
    return (ANY_BELOW if is_any else "") + _ascii(name)


def _address(typed: str) -> str:
    try:
        return str(ipaddress.ip_address(typed))
    except ValueError as error:
        raise BadOrigin(_("такого числового адреса не бывает")) from error


def _ascii(name: str) -> str:
    """In the spelling of browsers, whichever of the two was typed."""
    labels = name.removesuffix(".").split(".")
    if len(labels) == 1 and name.lower() != "localhost":
        raise BadOrigin(_("назовите сайт целиком, с доменом: example.ru"))
    try:
        found = ".".join(_ascii_label(label) for label in labels)
    except UnicodeError as error:
        raise BadOrigin(_("в имени сайта таких знаков не бывает")) from error
    if len(found) > LONGEST_HOST:
        raise BadOrigin(_("имя сайта слишком длинное"))
    return found


def _ascii_label(label: str) -> str:
    if label.isascii():
        found = label.lower()
        if found.startswith("xn--"):
            idna.decode(found)
    else:
        found = idna.encode(label, uts46=True).decode()
    if not _LABEL.fullmatch(found):
        raise UnicodeError(label)
    return found


def spelled(origin: str) -> str:
    """As people read it: names in their own letters."""
    scheme, _sep, rest = origin.partition("://")
    return f"{scheme}://" + ".".join(_spelled_label(label) for label in rest.split("."))


def _spelled_label(label: str) -> str:
    name, colon, port = label.partition(":")
    try:
        return idna.decode(name) + colon + port if name.startswith("xn--") else label
    except UnicodeError:
        return label


def is_among(origin: str, origins: Iterable[str]) -> bool:
    """Whether one of the list allows this origin. static/js/widget/widget.js knows the same."""
    return any(origin == allowed or _is_below(origin, allowed) for allowed in origins)


def _is_below(origin: str, allowed: str) -> bool:
    scheme, star, domain = allowed.partition(ANY_BELOW)
    return bool(star) and (origin == scheme + domain or _ends(origin, scheme, f".{domain}"))


def _ends(origin: str, scheme: str, end: str) -> bool:
    return origin.startswith(scheme) and origin.endswith(end)


def framing(origins: Iterable[str]) -> Iterator[str]:
    """As a Content-Security-Policy has them, in which a star does not mean the domain itself."""
    for origin in origins:
        yield origin
        if ANY_BELOW in origin:
            yield origin.replace(ANY_BELOW, "", 1)
