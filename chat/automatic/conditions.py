"""Conditions of automatic actions: a tree of two levels, kept as data and compared by the tests
below alone; nothing of what an administrator typed is ever run.

What is not known makes a test neither true nor false: the tree is judged by what is, so whoever
asks learns whether reading more could change the answer.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any, Literal, Protocol

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.actions.errors import Refusal
from chat.automatic.catalogue import COMPARISONS, FACTS, About, Kind
from chat.automatic.weekdays import BadDays, read_days, shown_days
from chat.automatic.wildcards import STAR, Mask, mask_of
from chat.text import clean_line, folded, has_controls, is_blank
from departments.timetable import NoInterval, NoTime, read_day, shown_day
from operators.addresses import BadNetwork, is_within, parse_address, read_networks, shown_network

MOST_CONDITIONS = 30
MOST_GROUPS = 10
MOST_NETWORKS = 20
LONGEST = 500  # characters of a value
LARGEST = 10_000_000  # seconds or times
_QUOTED = 40
# Of regular expressions; «example.*» may be a mask of addresses.
_EXPRESSION = re.compile(r"(?<!\w)\.[*+]|\\|\(\?|\[\^|\[a-z|\[0-9|^\^|\$$", re.IGNORECASE)

Join = Literal["all", "any"]


class Facts(Protocol):
    def get(self, key: str, /) -> object:
        """None for what is not known; a text folded, and Texts of what has several spellings."""


class Texts:
    """Of one thing, each way of writing it, folded; kept so that one look is into all of them."""

    __slots__ = ("spelled", "together")

    def __init__(self, *spelled: str) -> None:
        self.spelled = tuple(dict.fromkeys(spelled))
        self.together = "\n".join(("", *self.spelled, ""))


class Condition(msgspec.Struct, frozen=True, tag_field="is", tag="condition"):
    """`value` in one spelling, as it is kept and shown; `of` names a field or a department."""

    fact: str
    how: str
    value: str = ""
    of: str = ""


class Group(msgspec.Struct, frozen=True, tag_field="is", tag="group"):
    join: Join
    parts: tuple[Condition, ...]


class Tree(msgspec.Struct, frozen=True):
    join: Join
    parts: tuple[Condition | Group, ...]

    @property
    def conditions(self) -> Iterator[Condition]:
        for part in self.parts:
            yield from part.parts if isinstance(part, Group) else (part,)


@dataclass(eq=False)
class BadCondition(Refusal):
    why: str | Promise
    code = "invalid"
    field = "conditions"
    words = gettext_lazy("%(why)s")


# Reading


def read_tree(raw: object) -> Tree:
    """Of what was stored, or comes from outside. Raises BadCondition."""
    if _depth(raw) > 2:
        raise BadCondition(_("Группа условий не может стоять внутри другой группы."))
    try:
        tree = msgspec.convert(raw, Tree)
    except (msgspec.ValidationError, RecursionError) as error:
        raise BadCondition(_("Условия записаны не по форме.")) from error
    return checked(tree)


def checked(tree: Tree) -> Tree:
    """With each value in its one spelling. Raises BadCondition."""
    groups = [part for part in tree.parts if isinstance(part, Group)]
    if not tree.parts:
        raise BadCondition(
            _("Добавьте хотя бы одно условие. Для всех подойдёт «Время на сайте не меньше 0».")
        )
    if any(not group.parts for group in groups):
        raise BadCondition(_("В группе нет ни одного условия: добавьте или уберите группу."))
    if len(groups) > MOST_GROUPS or sum(1 for _one in tree.conditions) > MOST_CONDITIONS:
        words = _("Слишком много: до %(conditions)s условий и до %(groups)s групп в правиле.")
        raise BadCondition(words % {"conditions": MOST_CONDITIONS, "groups": MOST_GROUPS})
    return Tree(tree.join, tuple(map(_checked_part, tree.parts)))


def _checked_part(part: Condition | Group) -> Condition | Group:
    if isinstance(part, Group):
        return Group(part.join, tuple(map(checked_condition, part.parts)))
    return checked_condition(part)


def _depth(raw: object) -> int:
    """How many groups stand in each other; looked at level by level, however deep they are."""
    level, depth = [raw], 0
    while level:
        parts = [one["parts"] for one in level if isinstance(one, dict) and "parts" in one]
        depth += bool(parts)
        level = [part for found in parts if isinstance(found, list) for part in found]
        if depth > 2:
            break
    return depth


def checked_condition(one: Condition) -> Condition:
    """Raises BadCondition."""
    fact = FACTS.get(one.fact)
    if fact is None:
        raise BadCondition(_("Выберите, что проверять."))
    if one.how not in COMPARISONS[fact.kind]:
        raise BadCondition(_("«%s»: выберите, как сравнивать.") % fact.title)
    if fact.about and not one.of:
        is_field = fact.about == About.FIELD
        raise BadCondition(_("Выберите поле.") if is_field else _("Выберите отдел."))
    if len(one.value) > LONGEST:
        words = _("Не длиннее %(most)s знаков, а здесь %(count)s.")
        raise BadCondition(words % {"most": LONGEST, "count": len(one.value)})
    if has_controls(one.value):
        raise BadCondition(_("Уберите невидимые управляющие символы."))
    value = " ".join(one.value.split())
    if fact.kind != Kind.FLAG and is_blank(value):
        raise BadCondition(_("«%s»: напишите, с чем сравнивать.") % fact.title)
    spelled = _SPELLINGS[fact.kind](value, one.how)
    return Condition(one.fact, one.how, spelled, one.of if fact.about else "")


def _spelled_text(value: str, how: str) -> str:
    if how == "mask":
        if _EXPRESSION.search(value):
            words = _("«%s» похоже на регулярное выражение: в маске есть только «*», любые знаки.")
            raise BadCondition(words % value[:_QUOTED])
        if STAR not in value:
            raise BadCondition(_("В маске нет «*»: добавьте или выберите «равно»."))
    return value


def _spelled_number(value: str, _how: str) -> str:
    bare = value.replace(" ", "")
    if not (bare.isascii() and bare.isdigit()) or len(bare) > 12 or int(bare) > LARGEST:
        words = _("«%(value)s» — не целое число от 0 до %(most)s.")
        raise BadCondition(words % {"value": value[:_QUOTED], "most": LARGEST})
    return str(int(bare))


def _spelled_flag(_value: str, _how: str) -> str:
    return ""


def _spelled_networks(value: str, _how: str) -> str:
    texts = [text for text in value.replace(";", ",").split(",") if not is_blank(text)]
    if len(texts) > MOST_NETWORKS:
        raise BadCondition(_("Не больше %s адресов и сетей.") % MOST_NETWORKS)
    try:
        found = [network for text in texts for network in read_networks(text.strip())]
    except BadNetwork as bad:
        quoted = {"value": value[:_QUOTED], "why": bad.words}
        raise BadCondition(_("«%(value)s»: %(why)s.") % quoted) from bad
    return ", ".join(dict.fromkeys(map(shown_network, found)))


def _spelled_hours(value: str, _how: str) -> str:
    try:
        return shown_day(read_day(value))
    except (NoTime, NoInterval) as error:
        words = _("«%s» — не часы: напишите, например, 9:00–13:00, 14:00–18:00.")
        raise BadCondition(words % clean_line(value, _QUOTED)) from error


def _spelled_days(value: str, _how: str) -> str:
    try:
        return shown_days(read_days(value))
    except BadDays as error:
        words = _("«%s» — не дни недели: напишите, например, пн–пт или сб, вс.")
        raise BadCondition(words % value[:_QUOTED]) from error


_SPELLINGS: dict[Kind, Callable[[str, str], str]] = {
    Kind.TEXT: _spelled_text,
    Kind.SECONDS: _spelled_number,
    Kind.COUNT: _spelled_number,
    Kind.FLAG: _spelled_flag,
    Kind.NETWORK: _spelled_networks,
    Kind.HOURS: _spelled_hours,
    Kind.DAYS: _spelled_days,
}


# Judging


def key_of(one: Condition) -> str:
    """Under which its fact is asked for."""
    return f"{one.fact}:{one.of}" if one.of else one.fact


@dataclass(frozen=True, slots=True)
class Test:
    """A condition that is ready to be asked again and again."""

    condition: Condition
    key: str
    take: Callable[[object], Any]
    wanted: Any
    compare: Callable[[Any, Any], bool]

    @property
    def looks_for_text(self) -> bool:
        return self.compare is _within

    def holds(self, facts: Facts) -> bool | None:
        value = self.take(facts.get(self.key))
        return None if value is None else self.compare(self.wanted, value)


@dataclass(frozen=True, slots=True)
class Tests:
    join: Join
    parts: "tuple[Test | Tests, ...]"

    def holds(self, facts: Facts) -> bool | None:
        """None where it depends on what is not known."""
        decides = self.join == "any"
        is_unknown = False
        for part in self.parts:
            answer = part.holds(facts)
            if answer is decides:
                return decides
            is_unknown = is_unknown or answer is None
        return None if is_unknown else not decides

    def failing(self, facts: Facts) -> "Iterator[Test | Tests]":
        """Of one that does not hold, why: the parts that do not."""
        for part in self.parts:
            if part.holds(facts) is not True:
                yield part


def ready(node: Tree | Group) -> Tests:
    tests = [ready(part) if isinstance(part, Group) else _test(part) for part in node.parts]
    return Tests(node.join, tuple(tests))


def _test(one: Condition) -> Test:
    kind = FACTS[one.fact].kind
    wanted = _TEXTS[one.how](folded(one.value)) if kind == Kind.TEXT else _WANTED[kind](one.value)
    return Test(one, key_of(one), _TAKEN[kind], wanted, _COMPARE[kind][one.how])


# As tests of a kind compare it; None for what is nothing of the kind.


def _text(value: object) -> Texts | None:
    if isinstance(value, Texts):
        return value
    return Texts(value) if isinstance(value, str) else None


def _number(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and value == value else None  # type: ignore[return-value]


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _address(value: object) -> Any:
    return parse_address(value) if isinstance(value, str) else None


_TAKEN: dict[Kind, Callable[[object], Any]] = {
    Kind.TEXT: _text,
    Kind.SECONDS: _number,
    Kind.COUNT: _number,
    Kind.FLAG: _flag,
    Kind.NETWORK: _address,
    Kind.HOURS: _number,
    Kind.DAYS: _number,
}


def _within(wanted: str, texts: Texts) -> bool:
    return wanted in texts.together


def _not_within(wanted: str, texts: Texts) -> bool:
    return wanted not in texts.together


def _fits(mask: Mask, texts: Texts) -> bool:
    return mask.longest in texts.together and any(map(mask.fits, texts.spelled))


def _as_it_is(value: str) -> str:
    return value


def _at_beginning(value: str) -> str:
    return f"\n{value}"


def _as_a_whole(value: str) -> str:
    return f"\n{value}\n"


# What is looked for among all ways of writing a text, which stand in lines of their own.
_TEXTS: dict[str, Callable[[str], Any]] = {
    "contains": _as_it_is,
    "begins": _at_beginning,
    "is": _as_a_whole,
    "mask": mask_of,
    "lacks": _as_it_is,
    "differs": _as_a_whole,
}
_NUMBERS: dict[str, Callable[[Any, Any], bool]] = {
    "at_least": lambda wanted, value: value >= wanted,
    "at_most": lambda wanted, value: value <= wanted,
}
_WANTED: dict[Kind, Callable[[str], Any]] = {
    Kind.SECONDS: int,
    Kind.COUNT: int,
    Kind.FLAG: str,
    Kind.NETWORK: lambda value: [ip_network(one.strip()) for one in value.split(",")],
    Kind.HOURS: read_day,
    Kind.DAYS: read_days,
}


def _in_hours(spans: Any, minute: float) -> bool:
    """Past midnight a span goes on in the next day."""
    day = 24 * 60
    return any(
        span.opens <= minute < span.closes or span.opens <= minute + day < span.closes
        for span in spans
    )


_COMPARE: dict[Kind, dict[str, Callable[[Any, Any], bool]]] = {
    Kind.TEXT: {
        "contains": _within,
        "begins": _within,
        "is": _within,
        "mask": _fits,
        "lacks": _not_within,
        "differs": _not_within,
    },
    Kind.SECONDS: _NUMBERS,
    Kind.COUNT: _NUMBERS,
    Kind.FLAG: {"yes": lambda _wanted, value: value, "no": lambda _wanted, value: not value},
    Kind.NETWORK: {
        "within": lambda wanted, address: is_within(address, wanted),
        "outside": lambda wanted, address: not is_within(address, wanted),
    },
    Kind.HOURS: {
        "within": _in_hours,
        "outside": lambda spans, minute: not _in_hours(spans, minute),
    },
    Kind.DAYS: {
        "within": lambda days, day: day in days,
        "outside": lambda days, day: day not in days,
    },
}
