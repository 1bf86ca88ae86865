"""What of an event is sent, and how it is written. Pure.

A template is taken apart before values come into it, so no value can add a key or end a string.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from chat.placeholders import fill, words_in
from chat.webhooks.kinds import VARIABLES

LONGEST_TEMPLATE = 20_000
DEEPEST = 20

Data = Mapping[str, Any]


class BadTemplate(ValueError):
    """`words` say what is wrong with it."""

    def __init__(self, words: Promise | str) -> None:
        super().__init__(words)
        self.words = words


def check_template(shape: str, template: str) -> None:
    """Raises BadTemplate."""
    if len(template) > LONGEST_TEMPLATE:
        raise BadTemplate(_("Шаблон слишком длинный."))
    parsed = _parsed(template) if shape == "json" else _pairs(template)
    unknown = sorted(
        {name for text in _texts(parsed) for name in words_in(text)} - VARIABLES.keys()
    )
    if unknown:
        raise BadTemplate(
            _("Таких переменных нет: %s.") % ", ".join(f"{{{one}}}" for one in unknown)
        )


def body_of(shape: str, template: str, only: Collection[str], event: Data) -> tuple[str, str]:
    """Content type and body; `event` has `type`, `id`, `timestamp` and `data`."""
    event = {**event, "data": chosen(event["data"], only)}
    if shape == "form":
        pairs = _filled_pairs(template, event) if template else _flat(event)
        return "application/x-www-form-urlencoded", urlencode(pairs)
    sent = _filled(_parsed(template), event) if template else event
    return "application/json", json.dumps(sent, ensure_ascii=False, separators=(",", ":"))


def chosen(data: Data, only: Collection[str]) -> dict[str, Any]:
    """The parts that are named; all of them where none is."""
    if not only:
        return dict(data)
    found: dict[str, Any] = {}
    for name in only:
        part, _dot, key = name.partition(".")
        if part not in data:
            continue
        if not key:
            found[part] = data[part]
        elif isinstance(data[part], dict) and key in data[part]:
            found.setdefault(part, {})[key] = data[part][key]
    return found


def value_of(event: Data, name: str) -> Any:
    """Of a variable; None where the event has no such thing."""
    path = VARIABLES[name].split(".")
    value: Any = event if len(path) == 1 else event["data"]
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _parsed(template: str) -> Any:
    try:
        parsed = json.loads(template)
    except ValueError as error:
        raise BadTemplate(
            _(
                "Шаблон — не JSON: проверьте кавычки, запятые и скобки."
                ' Переменные пишут в кавычках: "{текст}".'
            )
        ) from error
    except RecursionError as error:
        raise BadTemplate(_("В шаблоне слишком много вложенных скобок.")) from error
    _demand_shallow(parsed, DEEPEST)
    return parsed


def _demand_shallow(node: Any, left: int) -> None:
    if left == 0:
        raise BadTemplate(_("В шаблоне слишком много вложенных скобок."))
    for inner in _inner(node):
        _demand_shallow(inner, left - 1)


def _inner(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []


def _pairs(template: str) -> list[tuple[str, str]]:
    pairs = []
    for line in template.splitlines():
        key, equals, value = line.partition("=")
        if line.strip() and not (equals and key.strip()):
            raise BadTemplate(_("В шаблоне формы по одной паре в строке: ключ=значение."))
        if line.strip():
            pairs.append((key.strip(), value.strip()))
    return pairs


def _texts(node: Any) -> list[str]:
    if isinstance(node, str):
        return [node]
    if isinstance(node, tuple):
        return [node[1]]
    return [text for inner in _inner(node) for text in _texts(inner)]


def _filled(node: Any, event: Data) -> Any:
    if isinstance(node, dict):
        return {key: _filled(value, event) for key, value in node.items()}
    if isinstance(node, list):
        return [_filled(value, event) for value in node]
    return _filled_text(node, event) if isinstance(node, str) else node


def _filled_text(text: str, event: Data) -> Any:
    """A variable alone keeps its kind: a number stays a number, and nothing is null."""
    names = words_in(text)
    if len(names) == 1 and text == f"{{{names[0]}}}" and names[0] in VARIABLES:
        return value_of(event, names[0])
    return fill(text, {name: _plain(value_of(event, name)) for name in names if name in VARIABLES})


def _filled_pairs(template: str, event: Data) -> list[tuple[str, str]]:
    return [(key, _plain(_filled_text(value, event))) for key, value in _pairs(template)]


def _flat(node: Any, way: str = "") -> list[tuple[str, str]]:
    if isinstance(node, Mapping):
        return [
            pair
            for key, value in node.items()
            for pair in _flat(value, f"{way}.{key}" if way else key)
        ]
    if isinstance(node, list):
        return [pair for place, value in enumerate(node) for pair in _flat(value, f"{way}.{place}")]
    return [(way, _plain(node))]


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
