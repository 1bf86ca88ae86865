"""Inline icons: lucide outlines from static/icons, our mark and the criticality bars.

Every icon is decoration (aria-hidden): the meaning stands in the text or aria-label next to it.
"""

import re
from functools import lru_cache
from pathlib import Path

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy

register = template.Library()

ICONS = Path(__file__).resolve().parents[2] / "static" / "icons"
CRITICALITIES = {
    1: gettext_lazy("Низкая"),
    2: gettext_lazy("Обычная"),
    3: gettext_lazy("Высокая"),
    4: gettext_lazy("Критическая"),
}
BARS = ((1.0, 3.5), (4.4, 6.1), (7.8, 8.7), (11.2, 11.3))  # x and height within a 15 px box


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, size: int = 16, css: str = "") -> SafeString:
    """Return the lucide icon of that name; css is added to the svg's class."""
    return format_html(
        '<svg class="{}" width="{}" height="{}" viewBox="0 0 24 24" fill="none"'
        ' stroke="currentColor" stroke-width="1.75" stroke-linecap="round"'
        ' stroke-linejoin="round" aria-hidden="true">{}</svg>',
        f"icon {css}".strip(),
        size,
        size,
        outline(name),
    )


def outline(name: str) -> SafeString:
    svg = (ICONS / f"{name}.svg").read_text("utf-8")
    shapes = re.findall(r"<(?!/?svg|!)[^>]+/>", svg)
    return mark_safe("".join(shapes))  # noqa: S308 - our own vendored file


@register.simple_tag
@lru_cache(maxsize=16)
def brand_mark(size: int = 22) -> SafeString:
    """Return the product's mark: a speech bubble that is a globe."""
    return format_html(
        '<svg class="brand-mark" width="{}" height="{}" viewBox="0 0 24 24" aria-hidden="true">'
        '<path fill="currentColor" d="M12 2a10 10 0 1 1-4.9 18.72L3.2 21.9a.9.9 0 0 1-1.1-1.13'
        'l1.2-3.85A10 10 0 0 1 12 2Z"/>'
        '<path class="brand-mark__line" fill="none" stroke-width="1.7" stroke-linecap="round"'
        ' d="M5.6 9.6c3.6 2.5 9.2 2.5 12.8 0M12 5.2c-2.6 3.9-2.6 9.7 0 13.6"/></svg>',
        size,
        size,
    )


@register.simple_tag
def criticality_bars(level: int, word: bool = False) -> SafeString:
    """Return four rising bars, `level` (1 to 4) of them filled, with the word or a label of it."""
    name = CRITICALITIES[level]
    label = gettext("Критичность: %(name)s") % {"name": str(name).lower()}
    role = (
        mark_safe('aria-hidden="true"')
        if word
        else format_html('role="img" aria-label="{}"', label)
    )
    return format_html(
        '<span class="crit crit--{}"><svg width="14" height="14" viewBox="0 0 15 15" {}>{}</svg>'
        "{}</span>",
        level,
        role,
        bars(level),
        name if word else "",
    )


def bars(filled: int) -> SafeString:
    return format_html_join(
        "",
        '<rect x="{}" y="{}" width="2.4" height="{}" rx=".8" fill="currentColor" opacity="{}"/>',
        (
            (x, f"{14 - height:.1f}", height, 1 if number <= filled else 0.25)
            for number, (x, height) in enumerate(BARS, start=1)
        ),
    )


@register.filter
def initials(name: str) -> str:
    """Return up to two capitals for an avatar: of the first two words of a name."""
    return "".join(word[0] for word in name.split()[:2]).upper()


@register.simple_tag
def load_ticks(load: int, limit: int) -> SafeString:
    """Return one tick for each conversation an operator may have, those they have filled."""
    ticks = format_html_join(
        "", '<b class="{}"></b>', (("f" if number < load else "",) for number in range(limit))
    )
    return format_html('<i aria-hidden="true">{}</i>', ticks)
