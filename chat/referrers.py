"""Where somebody came from, as people read it."""

import re
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from chat.text import clean_line

MOST_SHOWN = 300  # characters

# Under which names search engines carry the words in the address, where they still do.
_ENGINES = (
    (re.compile(r"(^|\.)(yandex\.[a-z.]+|ya\.ru)$"), ("text", "query")),
    (re.compile(r"(^|\.)google\.[a-z.]+$"), ("q",)),
    (re.compile(r"(^|\.)(bing\.com|duckduckgo\.com|go\.mail\.ru)$"), ("q",)),
    (re.compile(r"(^|\.)(rambler\.ru|nova\.rambler\.ru)$"), ("query",)),
)


class Origin(NamedTuple):
    """Both empty where somebody came by themselves."""

    page: str
    words: str  # that were searched for


def origin_of(referrer: str) -> Origin:
    return Origin(readable(referrer), _searched(referrer))


def readable(url: str) -> str:
    """An address as people write it: «пример.рф/личный-кабинет/», not «xn--…/%D0%BB…».

    What it spells is no better than what is written: it is cleaned alike.
    """
    return clean_line(unquote(_with_readable_host(url)), MOST_SHOWN)


def _with_readable_host(url: str) -> str:
    host = _host(url)
    if "xn--" not in host:
        return url
    try:
        return url.replace(host, host.encode("ascii").decode("idna"), 1)
    except UnicodeError:
        return url


def _searched(url: str) -> str:
    host = _host(url)
    for engine, names in _ENGINES:
        if engine.search(host):
            asked = dict(parse_qsl(urlsplit(url).query, max_num_fields=100))
            return clean_line(next((asked[name] for name in names if name in asked), ""), 200)
    return ""


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
