"""The conditions of a rule as rows of a form: typed, read, shown again, put otherwise by a press.

The form sends `part` for each of the first level, c3 a condition and g2 a group, in order; `in_g2`
for those in a group; of a condition fact_c3, how_c3, value_c3 and of_c3; `join` and join_g2.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat.automatic.catalogue import COMPARISONS, FACTS, About, Fact, Kind
from chat.automatic.conditions import (
    BadCondition,
    Condition,
    Group,
    Tree,
    checked,
    checked_condition,
)

JOINS = {"all": _("все условия"), "any": _("любое из условий")}
_KEY = re.compile(r"[cg]\d{1,4}", re.ASCII)
MOST_ROWS = 60  # that are read of what is sent; of fewer it is said that they are too many
_EXAMPLES: Mapping[Kind, str] = {
    Kind.SECONDS: "30",
    Kind.COUNT: "2",
    Kind.NETWORK: "203.0.113.0/24, 198.51.100.7",
    Kind.HOURS: "9:00–13:00, 14:00–18:00",
    Kind.DAYS: "пн–пт",
}
_OF_TEXTS = {
    "page": "https://example.ru/оплата/",
    "language": "ru",
    "source": "yandex.ru",
    "device": "телефон",
}


@dataclass(frozen=True)
class TypedCondition:
    """As it stands in the form."""

    key: str
    fact: str = "page"
    how: str = "contains"
    value: str = ""
    of: str = ""


@dataclass(frozen=True)
class TypedGroup:
    key: str
    join: str
    rows: tuple[TypedCondition, ...]


@dataclass(frozen=True)
class TypedTree:
    join: str = "all"
    parts: tuple[TypedCondition | TypedGroup, ...] = (TypedCondition("c1"),)


class Choice(NamedTuple):
    key: str
    title: Any
    is_chosen: bool


class ConditionRow(NamedTuple):
    """A row that is shown."""

    typed: TypedCondition
    facts: Sequence[tuple[Any, Sequence[Choice]]]
    comparisons: Sequence[Choice]
    named: Sequence[Choice]
    has_value: bool
    unit: str
    example: str
    wrong: str
    is_new: bool

    @property
    def is_group(self) -> bool:
        return False


class GroupRow(NamedTuple):
    key: str
    joins: Sequence[Choice]
    rows: Sequence[ConditionRow]
    wrong: str

    @property
    def is_group(self) -> bool:
        return True


class ConditionsInput(forms.Widget):
    def value_from_datadict(self, data: Any, files: Any, name: str) -> TypedTree:
        return typed_in(data)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class ConditionsField(forms.Field):
    """A checked Tree; what is wrong with a row is kept by its key."""

    widget = ConditionsInput

    def __init__(self) -> None:
        super().__init__(label=_("Когда"), required=False)
        self.wrong: dict[str, str] = {}

    def clean(self, value: TypedTree) -> Tree:
        self.wrong = {}
        parts = tuple(self._part(part) for part in value.parts)
        join = self._join("join", value.join)
        if self.wrong:
            raise ValidationError(list(dict.fromkeys(self.wrong.values())))
        try:
            return checked(Tree(join, parts))
        except BadCondition as bad:
            raise ValidationError(bad.detail) from bad

    def _part(self, part: TypedCondition | TypedGroup) -> Condition | Group:
        if isinstance(part, TypedGroup):
            join = self._join(f"join_{part.key}", part.join)
            return Group(join, tuple(map(self._condition, part.rows)))
        return self._condition(part)

    def _join(self, key: str, typed: str) -> Any:
        if typed not in JOINS:
            self.wrong[key] = gettext("Выберите: все условия или любое.")
        return typed

    def _condition(self, row: TypedCondition) -> Condition:
        one = Condition(row.fact, row.how, row.value, row.of)
        try:
            return checked_condition(one)
        except BadCondition as bad:
            self.wrong[row.key] = bad.detail
            return one


# What is typed


def typed_in(data: Any) -> TypedTree:
    """As a form sent it."""
    parts = [_typed_part(data, key) for key in _keys(data, "part")]
    return TypedTree(data.get("join", "all"), tuple(parts))


def _keys(data: Any, name: str) -> list[str]:
    found = [key for key in data.getlist(name) if _KEY.fullmatch(key)]
    return list(dict.fromkeys(found))[:MOST_ROWS]


def _typed_part(data: Any, key: str) -> TypedCondition | TypedGroup:
    if key[0] == "c":
        return _typed_condition(data, key)
    rows = [_typed_condition(data, one) for one in _keys(data, f"in_{key}") if one[0] == "c"]
    return TypedGroup(key, data.get(f"join_{key}", "any"), tuple(rows))


def _typed_condition(data: Any, key: str) -> TypedCondition:
    fact, how = data.get(f"fact_{key}", "page"), data.get(f"how_{key}", "")
    return TypedCondition(key, fact, how, data.get(f"value_{key}", ""), data.get(f"of_{key}", ""))


def typed_of(tree: Tree) -> TypedTree:
    """As it was saved."""
    numbers = count(1)
    return TypedTree(tree.join, tuple(_as_typed(part, numbers) for part in tree.parts))


def _as_typed(part: Condition | Group, numbers: Iterator[int]) -> TypedCondition | TypedGroup:
    if isinstance(part, Group):
        key = f"g{next(numbers)}"
        return TypedGroup(key, part.join, tuple(_row(one, numbers) for one in part.parts))
    return _row(part, numbers)


def _row(one: Condition, numbers: Iterator[int]) -> TypedCondition:
    return TypedCondition(f"c{next(numbers)}", one.fact, one.how, one.value, one.of)


# Put otherwise


@dataclass(frozen=True)
class Arranged:
    """What is typed then, and which row is new."""

    data: QueryDict
    new: str = ""


def arranged_in(post: QueryDict) -> Arranged | None:
    """None where nothing is to be put otherwise."""
    data = post.copy()
    if "more" in post:
        return _with_condition(data, str(post["more"]))
    if "more_group" in post:
        group = f"g{_next(data)}"
        data.appendlist("part", group)
        return _with_condition(data, group)
    if "drop" in post:
        for name in [name for name in data if name == "part" or name.startswith("in_g")]:
            data.setlist(name, [key for key in data.getlist(name) if key != post["drop"]])
        return Arranged(data)
    return Arranged(data) if "refresh" in post else None


def _with_condition(data: QueryDict, group: str) -> Arranged:
    key = f"c{_next(data)}"
    data.appendlist(f"in_{group}" if _KEY.fullmatch(group) else "part", key)
    return Arranged(data, key)


def _next(data: QueryDict) -> int:
    names = [name for name in data if name == "part" or name.startswith("in_g")]
    keys = [key for name in names for key in data.getlist(name) if _KEY.fullmatch(key)]
    return max((int(key[1:]) for key in keys), default=0) + 1


# Shown


@dataclass(frozen=True)
class Offered:
    """What conditions may name, and what was found wrong with their rows."""

    fields: Mapping[str, str]
    departments: Mapping[str, str]
    wrong: Mapping[str, str]
    new: str = ""

    def parts(self, typed: TypedTree) -> list[ConditionRow | GroupRow]:
        return [
            self._group(part) if isinstance(part, TypedGroup) else self._condition(part)
            for part in typed.parts
        ]

    def _group(self, group: TypedGroup) -> GroupRow:
        rows = [self._condition(row) for row in group.rows]
        wrong = self.wrong.get(f"join_{group.key}", "")
        return GroupRow(group.key, choices(JOINS, group.join), rows, wrong)

    def _condition(self, row: TypedCondition) -> ConditionRow:
        typed = row if row.fact in FACTS else replace(row, fact="page")
        fact = FACTS[typed.fact]
        named = self.fields if fact.about == About.FIELD else self.departments
        return ConditionRow(
            typed=typed,
            facts=_grouped(typed.fact),
            comparisons=choices(COMPARISONS[fact.kind], typed.how),
            named=choices({"": "—", **named}, typed.of) if fact.about else (),
            has_value=fact.kind != Kind.FLAG,
            unit="с" if fact.kind == Kind.SECONDS else "",
            example=_OF_TEXTS.get(typed.fact, _EXAMPLES.get(fact.kind, "")),
            wrong=self.wrong.get(typed.key, ""),
            is_new=typed.key == self.new,
        )


def choices(named: Mapping[str, Any], chosen: str) -> list[Choice]:
    return [Choice(key, title, key == chosen) for key, title in named.items()]


def _grouped(chosen: str) -> list[tuple[Any, list[Choice]]]:
    found: dict[str, tuple[Any, list[Choice]]] = {}
    for key, fact in FACTS.items():
        found.setdefault(str(fact.group), (fact.group, []))[1].append(_choice(key, fact, chosen))
    return list(found.values())


def _choice(key: str, fact: Fact, chosen: str) -> Choice:
    return Choice(key, fact.title, key == chosen)
