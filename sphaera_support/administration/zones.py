"""Time zones to choose from: those of Russia by their cities first, then all that there are."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from departments.models import check_time_zone

RUSSIAN = {
    "Europe/Kaliningrad": _("Калининград"),
    "Europe/Moscow": _("Москва"),
    "Europe/Samara": _("Самара"),
    "Asia/Yekaterinburg": _("Екатеринбург"),
    "Asia/Omsk": _("Омск"),
    "Asia/Krasnoyarsk": _("Красноярск"),
    "Asia/Irkutsk": _("Иркутск"),
    "Asia/Yakutsk": _("Якутск"),
    "Asia/Vladivostok": _("Владивосток"),
    "Asia/Magadan": _("Магадан"),
    "Asia/Kamchatka": _("Камчатка"),
}


@cache
def others() -> tuple[str, ...]:
    """Of a place each: neither abbreviations nor what only machines use."""
    named = (name for name in available_timezones() if "/" in name and name not in RUSSIAN)
    return ("UTC", *sorted(name for name in named if not name.startswith(("Etc/", "System"))))


def shown_zone(name: str, at: datetime) -> str:
    """«Москва, UTC+3»."""
    offset = at.astimezone(ZoneInfo(name)).utcoffset() or timedelta()
    minutes = int(offset.total_seconds()) // 60
    sign, minutes = ("−", -minutes) if minutes < 0 else ("+", minutes)
    rest = f":{minutes % 60:02}" if minutes % 60 else ""
    return f"{RUSSIAN.get(name, name)}, UTC{sign}{minutes // 60}{rest}"


class ZoneSelect(forms.Widget):
    """One template for each of six hundred options is too slow."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        now = timezone.now()
        russian = [(zone, shown_zone(zone, now)) for zone in RUSSIAN]
        rest = [(zone, zone) for zone in others()]
        known = value in RUSSIAN or value in others()
        strange = [] if known or not value else [(value, value)]
        attributes = self.build_attrs(self.attrs, attrs)
        return format_html(
            '<select name="{}"{}>{}<optgroup label="{}">{}</optgroup>'
            '<optgroup label="{}">{}</optgroup></select>',
            name,
            format_html_join("", ' {}="{}"', attributes.items()),
            _options(strange, value),
            _("Россия"),
            _options(russian, value),
            _("Другие"),
            _options(rest, value),
        )


def _options(choices: Iterable[tuple[str, str]], chosen: Any) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (zone, format_html("{}", " selected") if zone == chosen else "", words)
            for zone, words in choices
        ),
    )


class ZoneField(forms.CharField):
    """An IANA name."""

    widget = ZoneSelect
    default_validators = [check_time_zone]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=50, **kwargs)
