"""Which rules fire for a visitor: in order, once, after their time."""

from typing import Any

from chat.automatic.conditions import Condition, Tree, checked, ready
from chat.automatic.rules import Rule, RuleSet, RulesOfSite, decide


def rule(key, *conditions, join="all", **given):
    parts = tuple(Condition(*one) for one in conditions or [("page", "contains", "pay")])
    tree = checked(Tree(join, parts))
    site = given.pop("site", None)
    return Rule(key, site, ready(tree), tuple(tree.conditions), **given)


def fires(decision):
    return [one.key for one in decision.fires]


def decided(*rules, facts=None, fired=(), held=None, now=0.0):
    known = {"page": "/pay", "time_on_page": 0, "time_on_site": 0} | (facts or {})
    return decide(RulesOfSite(rules), known, fired, {} if held is None else held, now=now)


def test_those_that_hold_fire_in_order_and_none_twice():
    assert fires(decided(rule(1), rule(2, ("page", "contains", "x")), rule(3))) == [1, 3]
    assert fires(decided(rule(1), rule(3), fired={1})) == [3]


def test_after_one_that_stops_nothing_fires_in_this_visit():
    rules = rule(1), rule(2, stops=True), rule(3)
    assert fires(decided(*rules)) == [1, 2]
    later = decided(*rules, fired={2})
    assert (fires(later), later.is_settled) == ([], True)


def test_a_time_is_waited_for_and_not_looked_at_in_between():
    waiting = rule(1, ("time_on_page", "at_least", "30"))
    early = decided(waiting, rule(2, ("time_on_site", "at_least", "90")), facts={"time_on_page": 9})
    assert (fires(early), early.due_in) == ([], 21)
    assert fires(decided(waiting, facts={"time_on_page": 30})) == [1]
    over = decided(waiting, facts={"time_on_page": 31}, fired={1})
    assert over.due_in is None


def test_a_delay_counts_while_the_conditions_hold():
    held: dict[int, float] = {}
    slow = rule(1, delay=10)
    first = decided(slow, held=held, now=100.0)
    assert (fires(first), first.due_in) == ([], 10)
    decided(slow, held=held, facts={"page": "/"}, now=105.0)
    assert fires(decided(slow, held=held, now=111.0)) == []
    assert fires(decided(slow, held=held, now=121.0)) == [1]


def test_what_comes_after_one_that_needs_more_waits():
    first = rule(1, ("visits", "at_least", "3"), stops=True)
    asked = decided(rule(0), first, rule(2))
    assert (fires(asked), asked.lacks) == ([0], True)
    assert fires(decided(first, rule(2), facts={"visits": 1})) == [2]


def test_a_rule_of_a_site_is_for_that_site():
    found = RuleSet((rule(1, site=7), rule(2), rule(3, site=8)))
    assert [one.key for one in found.of(7).rules] == [1, 2]
    assert found.of(9).banners({2}) == ""


def test_what_rules_ask_about_is_named():
    found = RuleSet(
        (
            rule(1, ("queue", "at_least", "3", "7"), ("field", "is", "да", "vip")),
            rule(2, ("department_free", "yes", "", "9")),
        )
    )
    assert found.departments == {7, 9}
    assert found.fields == {"vip"}
    assert found.reads_later == {"field"}


class Asked(dict[str, Any]):
    count = 0

    def get(self, key, default=None):
        self.count += 1
        return super().get(key, default)


def test_a_thousand_rules_ask_one_thing_each():
    """The first of what has to hold together decides; what does not depend on times has no due."""
    rules = RulesOfSite(
        tuple(
            rule(n, ("page", "mask", f"*/{n}/*"), ("visits", "at_least", "2")) for n in range(1000)
        )
    )
    known = Asked(page="https://shop.ru/cart/")
    decision = decide(rules, known, (), {}, now=0.0)
    assert (decision.fires, decision.due_in) == ([], None)
    assert known.count <= 1002
