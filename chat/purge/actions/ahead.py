"""What of a rule goes next, looked for beside the batches: whoever looks holds nothing, so a long
search makes nobody wait. What was found is judged again when it goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q

from chat.actions.locks import lock_due
from chat.purge.actions.rows import among, parameter_of
from chat.purge.due import Rule
from chat.purge.terms import Cutoffs

AT_ONCE = 10_000  # rows of the root
# A conversation brings so many rows along, if nothing was said in it.
LEAST = 4
# Stands in a statement for the keys that it is about.
KEYS = object()


class Candidate(NamedTuple):
    key: int
    weight: int
    visitor: int | None


@dataclass
class Ahead:
    """In the order of the rule, each once: what was let pass is for the next run."""

    rule: Rule
    before: Cutoffs
    at: datetime
    _found: list[Candidate] = field(default_factory=list)
    _gone: int = 0
    _last: dict[str, Any] | None = None
    _is_all: bool = False

    def next(self, most: int) -> Sequence[Candidate]:
        """As many as are together no heavier than that; where the first is, that one alone."""
        if self._gone == len(self._found) and not self._is_all:
            self._look()
        light: list[Candidate] = []
        total = 0
        for one in self._found[self._gone : self._gone + most]:
            total += one.weight
            if light and total > most:
                break
            light.append(one)
        return light

    def let_go(self, these: Sequence[Candidate]) -> None:
        self._gone += len(these)

    def lock(self, these: Sequence[Candidate]) -> list[Candidate]:
        """Of these the ones that are still due, and that nobody holds; in a transaction."""
        statement, parameters = self._judging
        keys = parameter_of([one.key for one in these])
        with connection.cursor() as cursor:
            cursor.execute(statement, [keys if one is KEYS else one for one in parameters])
            locked = {key for (key,) in cursor}
        return [one for one in these if one.key in locked]

    @cached_property
    def _judging(self) -> tuple[str, Sequence[Any]]:
        """Put together once: that takes as long as some hundred rows."""
        due = among(self.rule.due(self.before, self.at), KEYS)
        statement, parameters = lock_due(due).order_by().values("pk").query.sql_with_params()
        return statement, parameters

    def _look(self) -> None:
        rule = self.rule
        fields = {"pk", rule.weight, rule.visitor, *(name.lstrip("-") for name in rule.order)}
        due = rule.due(self.before, self.at).order_by(*rule.order)
        if self._last:
            due = due.filter(_beyond(rule.order, self._last))
        rows = list(due.values(*(fields - {""}))[:AT_ONCE])
        self._found, self._gone = [_candidate(rule, row) for row in rows], 0
        self._is_all = len(rows) < AT_ONCE
        self._last = rows[-1] if rows else None


def _candidate(rule: Rule, row: dict[str, Any]) -> Candidate:
    weight = max(LEAST, row[rule.weight]) if rule.weight else 1
    return Candidate(row["pk"], weight, row[rule.visitor] if rule.visitor else None)


def _beyond(order: Sequence[str], last: dict[str, Any]) -> Q:
    """What comes after a row with these values."""
    first, *rest = order
    name, step = first.lstrip("-"), "lt" if first.startswith("-") else "gt"
    beyond = Q(**{f"{name}__{step}": last[name]})
    if not rest:
        return beyond
    same = Q(**{name: last[name]}) & _beyond(rest, last)
    return Q(**{f"{name}__{step}e": last[name]}) & (beyond | same)  # for an index to begin with
