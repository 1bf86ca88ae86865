"""Where an address is and whose it is, by files of our own (chat.geo): {kind}.mmdb.

What no file tells is not known; nothing here fails.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any, NamedTuple

import maxminddb
from django.conf import settings
from maxminddb import InvalidDatabaseError

from chat.text import clean_line
from operators.addresses import Address, is_within, parse_address

CITY, OWNER = "city", "owner"
LANGUAGES = ("ru", "en")
LONGEST = 100  # characters of a name

# Not those of documentation, which Python's own `is_private` counts among them.
INNER = [
    ip_network(network)
    for network in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"),
        *("127.0.0.0/8", "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10"),
    )
]


class Place(NamedTuple):
    """Each empty where it is not known."""

    city: str = ""
    country: str = ""
    owner: str = ""
    is_inner: bool = False


def path_of(kind: str) -> Path:
    return Path(settings.GEO_DIR) / f"{kind}.mmdb"


def place_of(text: str | None) -> Place:
    address = parse_address(text or "")
    if address is None:
        return Place()
    if is_within(address, INNER):
        return Place(is_inner=True)
    where, whose = _files[CITY].record(address), _files[OWNER].record(address)
    return Place(
        city=_name(where.get("city")),
        country=_name(where.get("country")),
        owner=_text(
            whose.get("organization")
            or whose.get("isp")
            or whose.get("autonomous_system_organization")
        ),
    )


@dataclass
class _File:
    """Read anew when another is put in its place."""

    kind: str
    opened: tuple[object, maxminddb.Reader | None] = (None, None)

    def record(self, address: Address) -> Mapping[str, Any]:
        try:
            reader = self._reader()
            found = reader.get(address) if reader is not None else None
        except (OSError, ValueError, InvalidDatabaseError):
            return {}
        return found if isinstance(found, dict) else {}

    def _reader(self) -> maxminddb.Reader | None:
        path = path_of(self.kind)
        try:
            seen = path.stat()
            stamp: object = (path, seen.st_ino, seen.st_mtime_ns, seen.st_size)
        except OSError:
            stamp = (path, None)
        was, reader = self.opened
        if stamp != was:
            # Others may be reading in the one before: it is closed when nobody is.
            self.opened = stamp, None
            reader = maxminddb.open_database(path) if path.exists() else None
            self.opened = stamp, reader
        return reader


_files = {kind: _File(kind) for kind in (CITY, OWNER)}


def _name(part: object) -> str:
    names = part.get("names") if isinstance(part, dict) else None
    if not isinstance(names, dict):
        return ""
    return next((named for key in LANGUAGES if (named := _text(names.get(key)))), "")


def _text(value: object) -> str:
    return clean_line(value, LONGEST) if isinstance(value, str) else ""
