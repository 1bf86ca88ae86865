"""Where a page ended, as the next one is asked for: opaque to who asks, so that it may change."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from django.utils.translation import gettext as _

from chat.api.problems import Refused

_INSIDE = re.compile(rb"([a-z]):(\d{1,18})", re.ASCII)


def cursor_of(kind: str, key: int) -> str:
    return urlsafe_b64encode(f"{kind}:{key}".encode()).decode().rstrip("=")


def read_cursor(kind: str, cursor: str) -> int:
    """Raises Refused, also of a cursor of another list."""
    try:
        inside = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError:
        inside = b""
    found = _INSIDE.fullmatch(inside)
    if found is None or found[1].decode() != kind:
        raise Refused(422, "invalid", _("Такой страницы нет: курсор не отсюда."), "cursor")
    return int(found[2])
