"""What a stranger may say wherever a name, a title or a text is asked for; and whether what is
stored in the end is any worse than what a person writes.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.sessions.models import Session

from chat.text import has_controls

HOSTILE = {
    "markup": "<img src=x onerror='ran=1'><xss onload='ran=1'></script></style></textarea>",
    "an attribute's end": '"\'><xss onfocus="ran=1" autofocus tabindex=0 x="',
    "a template": "{{ 7|add:7 }}{% debug %}${7}<%= 7 %>",
    "a script's address": "javascript:alert('xss')//<xss>",
    "markup, spelt": "%3Cxss%3E%22%27&lt;xss&gt;",
    "100 KB": "<xss>" * 20_000,
    "100 KB without a break": "я" * 50_000,
    "controls": "a\x01\x02\x1b[31m\x7f\x85b<xss>",
    "spelt controls": "https://a.ru/%00%01%0A%0D%1B%E2%80%AE%E2%81%A6<xss>",
    "overrides": "\u202ecod.exe\u2066\u2069\u202d<xss>",
    "NUL": "a\x00b<xss>",
    "a lone surrogate": "a\ud800b\udc00<xss>",
    "a search with all of it": "https://yandex.ru/search/?text=%00%E2%80%AE%3Cxss%3E&text=\x00",
    "no address": "http://[::1/<xss>",
    "a zone's path": "../../../etc/passwd<xss>",
}
MOST = 4000  # characters of a text whose field names no bound
MOST_PARTS = 100  # texts of a value that has several


def ill_kept() -> set[str]:
    """Fields of all rows there are that hold what is too long for them, or is no text.

    SQLite bounds nothing by itself, PostgreSQL takes no NUL, and neither takes a lone surrogate.
    """
    return {
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model is not Session
        for row in model._base_manager.all()
        for field in model._meta.concrete_fields
        if is_ill(getattr(row, field.attname), getattr(field, "max_length", None) or MOST)
    }


def is_ill(value: object, most: int) -> bool:
    texts = list(texts_of(value))
    if len(texts) > MOST_PARTS:
        return True
    return any(len(text) > most or has_controls(text) for text in texts)


def texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for part in pair for text in texts_of(part))
    elif isinstance(value, list):
        yield from (text for part in value for text in texts_of(part))
