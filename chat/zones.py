"""Time zones as browsers name them."""

from contextlib import suppress
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone_named(name: str) -> ZoneInfo | None:
    """None where there is no such zone; browsers say what they like."""
    with suppress(ValueError, OSError, ZoneInfoNotFoundError):
        return ZoneInfo(name) if name else None
    return None
