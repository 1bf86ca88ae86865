"""Links in what people write: found once, when it is written, and shown from then on.

Whoever writes decides what is searched, so every step is linear and a message holds so many links.
A library was given up for this: brackets that never close cost it the square of their number.
"""

import re
from collections.abc import Iterator
from html import escape
from itertools import islice

from django.utils.safestring import SafeString

MOST_LINKS = 50  # of a message; the rest stays text
LONGEST_LINK = 2000  # characters

# Endings of domains that people write without a scheme. None of those that programs give to files:
# who names README.md, setup.py or main.rs must not advertise a stranger's site (nor .app, .zip).
_DOMAIN = re.compile(
    r"a[defgloqrtuwxz]|b[abdefghijmnortwy]|c[ahikmnoruvwxyz]|d[ejkmz]|e[cegstu]|f[ijkmor]|"
    r"g[aeghilmprtuwy]|h[kmnrtu]|i[elmoqrst]|j[emop]|k[eghimnprwyz]|l[bcikrstvy]|"
    r"m[aceghnpqruvwxyz]|n[acegilpruz]|om|p[aefghnrw]|qa|r[eou]|s[adegiklmnstuxz]|"
    r"t[dghjlnortvwz]|u[agksyz]|v[aeginu]|wf|y[et]|z[amw]|"
    r"aero|asia|biz|club|com|coop|edu|gov|info|int|mil|museum|name|net|online|org|shop|site"
    r"|space|store|tech|tel|xxx|рф|xn--.+",
    re.IGNORECASE,
)
_MARK = r"[^\s<>\"`\u200b\u2060\ufeff]"  # of an address; these never are
_HOST = r"[^\W_][\w-]{0,62}(?:\.[^\W_][\w-]{0,62})+"
_CANDIDATE = re.compile(
    rf"""
    (?<!\w) https?:// (?=[\w\[]) (?:[\w.~%!$&'*+=:@-]|\[[\da-f:.]+\])+ (?:[/?\#]{_MARK}*)?
    | (?<![\w@.:/\\+-]) (?:mailto:)? [\w.+-]{{1,64}} @ (?P<mail>{_HOST}) (?![\w@-])
    | (?<![\w@.:/\\+-]) (?P<host>{_HOST}) (?![\w@-]) (?::\d{{1,5}})? (?:[/?\#]{_MARK}*)?
    """,
    re.IGNORECASE | re.VERBOSE,
)
_MAY_HOLD_LINK = re.compile(r"\w[.:@]\S")
_PAIRS = {"(": ")", "[": "]", "{": "}", "«": "»", "“": "”", "„": "“", "‘": "’", "‹": "›"}
_CLOSING = frozenset(_PAIRS.values()) - _PAIRS.keys()
_NEVER_LAST = ".,:;!?…'*|"
# A line that is indented, or has columns; two spaces after a sentence make none.
_LAID_OUT = re.compile(
    r"^(?:\t| {2,})[^\n]*\S|^[^\n]*?[^\s.!?…](?: *\t[ \t]*| {2,})\S", re.MULTILINE
)
_HAS_SCHEME = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_IS_MAIL = re.compile(r"[^/?#]*@")


def find_links(text: str) -> str:
    """Where its links are, as to_html wants it: «0-12 40-57», or empty."""
    if not _MAY_HOLD_LINK.search(text):
        return ""
    return " ".join(f"{start}-{end}" for start, end in islice(_spans(text), MOST_LINKS))


def to_html(text: str, links: str) -> SafeString:
    """Escaped, with its links. Only http, https and mailto become any."""
    return SafeString(escaped_with_links(text, links))


def escaped_with_links(text: str, links: str) -> str:
    """Likewise, for what is put together without a template."""
    if not links:
        return escape(text)
    parts, done = [], 0
    for span in links.split():
        start, end = map(int, span.split("-"))
        parts += [escape(text[done:start]), _anchor(text[start:end])]
        done = end
    parts.append(escape(text[done:]))
    return "".join(parts)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for candidate in _CANDIDATE.finditer(text):
        host, mail = candidate["host"], candidate["mail"]
        if (host and not _is_domain(host)) or (mail and not _is_domain_of_mail(mail)):
            continue
        start, end = candidate.start(), candidate.end() if mail else _end(text, candidate)
        if end - start <= LONGEST_LINK:
            yield start, end


def is_laid_out(text: str) -> bool:
    """Code or a table: its lines mean something only as long as none is broken."""
    if "\n" not in text or ("  " not in text and "\t" not in text):
        return False
    return len(list(islice(_LAID_OUT.finditer(text), 2))) > 1


def _is_domain(host: str) -> bool:
    if host[:4].lower() == "www." and host.count(".") > 1:
        return True
    return _DOMAIN.fullmatch(host.rpartition(".")[2]) is not None


def _is_domain_of_mail(host: str) -> bool:
    """With a name and @ before it, it is hardly a file's, but for «icon@2x.png»."""
    last = host.rpartition(".")[2]
    return _is_domain(host) or (len(last) == 2 and last.isascii() and last.isalpha())


def _end(text: str, candidate: re.Match[str]) -> int:
    """Where the address really ends: with its first bracket or quotation mark that has no other.

    A sentence's full stop and the like are not part of it either.
    """
    address = candidate[0]
    awaited: list[tuple[str, int]] = []
    end = len(address)
    for at, mark in enumerate(address):
        if awaited and mark == awaited[-1][0]:
            awaited.pop()
        elif mark in _PAIRS:
            awaited.append((_PAIRS[mark], at))
        elif mark in _CLOSING:
            end = at
            break
    if awaited:
        end = awaited[0][1]
    return candidate.start() + len(address[:end].rstrip(_NEVER_LAST))


def _anchor(shown: str) -> str:
    scheme = "" if _HAS_SCHEME.match(shown) else "mailto:" if _IS_MAIL.match(shown) else "http://"
    return (
        f'<a class="link" href="{escape(scheme + shown)}" target="_blank"'
        f' rel="noopener noreferrer nofollow">{escape(shown)}</a>'
    )
