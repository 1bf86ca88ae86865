"""Automatic rules as a process keeps them, and which of them are due for a visitor: pure."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from chat.automatic.catalogue import READ_LATER, About
from chat.automatic.compiled import Judge, Take, Taken, judge_of, needle_of, takes_of
from chat.automatic.conditions import Condition, Facts, Tests, key_of

# By which time on a page and on the site goes on by itself.
_TIMES = ("time_on_page", "time_on_site")


@dataclass(frozen=True)
class Rule:
    """As far as deciding is concerned, in its place of the list; what it does is its row's."""

    key: int
    site: int | None
    tests: Tests
    conditions: tuple[Condition, ...]
    delay: int = 0  # seconds that the conditions have to hold
    stops: bool = False
    # Whose presence it needs: of an account, or of anybody who takes visitors (0).
    inviter: int | None = None
    banner: str = ""


class Decision(NamedTuple):
    """`lacks` is true where something has to be read of the visitor before anything is decided."""

    fires: Sequence[Rule]
    is_settled: bool = False  # nothing else is to come in this visit
    lacks: bool = False
    due_in: float | None = None  # seconds until it may be otherwise by the time alone


@dataclass(frozen=True)
class RulesOfSite:
    """In order."""

    rules: tuple[Rule, ...] = ()

    @cached_property
    def by_key(self) -> Mapping[int, Rule]:
        return {rule.key: rule for rule in self.rules}

    @cached_property
    def takes(self) -> Mapping[str, Take]:
        return takes_of(rule.tests for rule in self.rules)

    @cached_property
    def program(self) -> "Sequence[Step]":
        return [_step(rule) for rule in self.rules]

    @cached_property
    def thresholds(self) -> Mapping[str, Sequence[int]]:
        """{time: the seconds at which a test of it begins to hold}, in order."""
        found: dict[str, set[int]] = {time: set() for time in _TIMES}
        for rule in self.rules:
            for one in rule.conditions:
                if one.fact in found and one.how == "at_least":
                    found[one.fact].add(int(one.value))
        return {time: sorted(seconds) for time, seconds in found.items()}

    def banners(self, fired: Collection[int]) -> str:
        """What the windows of a visitor say of whom these have fired."""
        if not fired:
            return ""
        return "\n".join(rule.banner for rule in self.rules if rule.banner and rule.key in fired)


# A rule, the key and the text of its needle (two empty ones where it has none), and its judge.
Step = tuple[Rule, str, str, Judge]


def _step(rule: Rule) -> Step:
    key, text = needle_of(rule.tests) or ("", "")
    return rule, key, text, judge_of(rule.tests)


NO_RULES = RulesOfSite()


@dataclass(frozen=True)
class RuleSet:
    """All that are on, and what they ask about departments."""

    rules: tuple[Rule, ...] = ()
    _of_sites: dict[int, RulesOfSite] = field(default_factory=dict, compare=False, repr=False)

    def of(self, site: int) -> RulesOfSite:
        if not self.rules:
            return NO_RULES
        found = self._of_sites.get(site)
        if found is None:
            own = tuple(rule for rule in self.rules if rule.site in (None, site))
            found = self._of_sites[site] = RulesOfSite(own) if own else NO_RULES
        return found

    @cached_property
    def asks(self) -> frozenset[str]:
        """Keys of all facts that the rules depend on."""
        return frozenset(key_of(one) for rule in self.rules for one in rule.conditions)

    @cached_property
    def departments(self) -> frozenset[int]:
        keys = (key.split(":") for key in self.asks if key.startswith(("queue:", "department_")))
        return frozenset(int(key) for _fact, key in keys if key.isdigit())

    @cached_property
    def fields(self) -> frozenset[str]:
        prefix = f"{About.FIELD}:"
        return frozenset(key.removeprefix(prefix) for key in self.asks if key.startswith(prefix))

    @property
    def reads_later(self) -> frozenset[str]:
        return frozenset(key.partition(":")[0] for key in self.asks) & READ_LATER


def decide(
    found: RulesOfSite,
    facts: Facts,
    fired: Collection[int],
    held_since: dict[int, float],
    *,
    now: float,
    waits_for: Callable[[Rule], float] = lambda _rule: 0.0,
    is_final: bool = False,
) -> Decision:
    """Which rules fire, up to one after which nothing else does. `held_since` says since when the
    conditions of rules with a delay have held, and is kept by this alone; `waits_for` tells of one
    that holds and cannot fire yet for how long that is so; where
    nothing more can be known (`is_final`), what is not known does not hold.
    """
    if any(rule.stops for key in fired if (rule := found.by_key.get(key))):
        return Decision((), is_settled=True)
    fires: list[Rule] = []
    waits: list[float] = []
    taken = Taken(facts, found.takes)
    for rule, key, text, judge in found.program:
        answer: bool | None = None
        if text and (known := taken[key]) is not None and text not in known.together:
            answer = False
        elif rule.key in fired:
            continue
        else:
            answer = judge(taken)
        if answer is None and not is_final:
            # The order counts: what comes after it waits for what is to be known.
            return Decision(fires, lacks=True, due_in=_next(found, facts, waits))
        if not answer:
            if held_since:
                held_since.pop(rule.key, None)
            continue
        left = max(held_since.setdefault(rule.key, now) + rule.delay - now, waits_for(rule))
        if left > 0:
            waits.append(left)
            continue
        fires.append(rule)
        if rule.stops:
            return Decision(fires)
    return Decision(fires, due_in=_next(found, facts, waits))


def _next(found: RulesOfSite, facts: Facts, waits: Iterable[float]) -> float | None:
    """Until a time passes one of its thresholds, or a delay is over."""
    coming = list(waits)
    for time, seconds in found.thresholds.items():
        passed = facts.get(time)
        if isinstance(passed, int | float):
            place = bisect_right(seconds, passed)
            coming += [seconds[place] - passed] if place < len(seconds) else []
    return min(coming, default=None)
