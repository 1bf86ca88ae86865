"""Text of people as HTML: everything escaped, links made of what looks like one."""

import re

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from linkify_it import LinkifyIt

_linkifier = LinkifyIt(options={"fuzzy_ip": False})
_linkifier.add("//", None).add("ftp:", None)
_MAY_HOLD_LINK = re.compile(r"[.:@]")
_MAX_LINKED = 4000


def to_html(text: str) -> SafeString:
    """Escaped, linked, with line breaks. Only http, https and mailto become links."""
    if not _MAY_HOLD_LINK.search(text) or len(text) > _MAX_LINKED:
        return _lines(text)
    parts, end = [], 0
    for match in _linkifier.match(text) or []:
        if not match.url.startswith(("http://", "https://", "mailto:")):
            continue
        parts.append(_lines(text[end : match.index]))
        parts.append(
            format_html(
                '<a class="link" href="{}" target="_blank" rel="noopener noreferrer nofollow">{}'
                "</a>",
                match.url,
                match.text,
            )
        )
        end = match.last_index
    parts.append(_lines(text[end:]))
    return mark_safe("".join(parts))  # noqa: S308  every part is escaped above


def _lines(text: str) -> SafeString:
    return mark_safe(escape(text).replace("\n", "<br>"))  # noqa: S308  escaped here
