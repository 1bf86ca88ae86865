"""Instants as a page shows them: by the clock of whoever reads it (static/js/shared/times.js).

The words within are what is read until its script has come: by the server's clock.
"""

from datetime import datetime, tzinfo
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone, localtime

from chat.wire.faces import wire_time

TIME, NEAR, FULL, UNTIL, DAY = "time", "near", "full", "until", "day"


def clock_time(at: datetime) -> str:
    return _clock_time(at.replace(second=0, microsecond=0), get_current_timezone())


@lru_cache(maxsize=1000)
def _clock_time(minute: datetime, zone: tzinfo) -> str:
    """Of messages of the same minute there are many, and each is shown to two sides."""
    return f"{localtime(minute, zone):%H:%M}"


def moment(at: datetime, look: str = TIME, words: str = "", classes: str = "") -> SafeString:
    """`<time>`; `look`: the hour alone, the hour or else the day, both, what ends then, or the
    day alone.
    """
    if not words:
        whole = {FULL: "%d.%m.%Y %H:%M", DAY: "%d.%m.%Y"}.get(look)
        words = localtime(at).strftime(whole) if whole else clock_time(at)
    marked = format_html(' class="{}"', classes) if classes else ""
    return format_html(
        '<time{} datetime="{}" data-look="{}">{}</time>', marked, wire_time(at), look, words
    )
