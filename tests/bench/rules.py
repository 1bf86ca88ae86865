"""What a thousand automatic rules cost for each visitor who comes or turns a page."""

import time

from chat.automatic.conditions import Condition, Texts, Tree, checked, ready
from chat.automatic.rules import Rule, RulesOfSite, decide
from tests.bench.figures import Figure

COUNT = 1000
ROUNDS = 50
MOST_MS = 1.0

# Of five kinds in turn; none of them holds, so each is asked.
KINDS = (
    ("all", ("page", "contains", "/section-{}/"), ("time_on_page", "at_least", "30")),
    ("all", ("page", "mask", "*/shop/*/{}*"), ("visits", "at_least", "3")),
    ("all", ("time_on_site", "at_least", "9{}"), ("city", "is", "город {}")),
    ("any", ("source", "contains", "utm={}"), ("country", "is", "россия")),
    ("all", ("network", "within", "198.51.100.0/24"), ("device", "contains", "android")),
)
FACTS = {
    "page": Texts("https://shop.example.ru/личный-кабинет/заказы/?id=15"),
    "source": Texts("https://search.example.ru/"),
    "device": Texts("компьютер", "windows", "firefox"),
    "country": "казахстан",
    "city": "алматы",
    "network": "203.0.113.7",
    "time_on_page": 20.0,
    "time_on_site": 50.0,
    "visits": 1,
}


def measure() -> list[Figure]:
    """The CPU of the quickest round: what else the machine does is no part of it."""
    rules = RulesOfSite(tuple(map(_rule, range(COUNT))))
    spent = []
    for _round in range(ROUNDS):
        begun = time.process_time()
        assert not decide(rules, FACTS, (), {}, now=0.0).fires
        spent.append(time.process_time() - begun)
    return [Figure(f"{COUNT} rules for a visitor", min(spent) * 1e3, "ms", goal=MOST_MS)]


def _rule(number: int) -> Rule:
    join, *conditions = KINDS[number % len(KINDS)]
    parts = [Condition(fact, how, value.format(number)) for fact, how, value in conditions]
    tree = checked(Tree("any" if join == "any" else "all", tuple(parts)))
    return Rule(number, None, ready(tree), tuple(tree.conditions))
