"""Conditions: what is refused in words, and what holds of whom."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat.automatic.catalogue import COMPARISONS, FACTS, Kind
from chat.automatic.compiled import Taken, judge_of, needle_of, takes_of
from chat.automatic.conditions import (
    BadCondition,
    Condition,
    Group,
    Texts,
    Tree,
    checked,
    checked_condition,
    read_tree,
    ready,
)
from chat.automatic.weekdays import read_days, shown_days
from chat.automatic.wildcards import mask_of
from chat.text import folded

FEW = settings(max_examples=40)


def leaf(fact="page", how="contains", value="счёт", of=""):
    return {"is": "condition", "fact": fact, "how": how, "value": value, "of": of}


def group(*parts, join="any"):
    return {"is": "group", "join": join, "parts": list(parts)}


def tree(*parts, join="all"):
    return {"join": join, "parts": list(parts)}


def nested(depth):
    raw = leaf()
    for _ in range(depth):
        raw = group(raw)
    return tree(raw)


def holds(fact, how, value, known, of=""):
    one = checked_condition(Condition(fact, how, value, of))
    key = f"{fact}:{of}" if of else fact
    return ready(Tree("all", (one,))).holds({key: known})


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (tree(), "Добавьте хотя бы одно условие"),
        (tree(leaf(), group()), "В группе нет ни одного условия"),
        (nested(2), "внутри другой группы"),
        (nested(100), "внутри другой группы"),
        (nested(5000), "внутри другой группы"),
        (tree(*[leaf()] * 31), "Слишком много"),
        (tree(*[group(leaf())] * 11), "Слишком много"),
        (tree(leaf(value="я" * 10_000)), "Не длиннее 500 знаков, а здесь 10000"),
        (tree(leaf(value="a\x00b")), "невидимые"),
        (tree(leaf(value=" \u200b ")), "с чем сравнивать"),
        (tree(leaf(fact="password")), "Выберите, что проверять"),
        (tree(leaf(how="eval")), "как сравнивать"),
        (tree(leaf(how="mask", value=r"^https://.*/pay$")), "регулярное выражение"),
        (tree(leaf(how="mask", value=r"/[a-z]+\d*")), "регулярное выражение"),
        (tree(leaf(how="mask", value="/pay")), "В маске нет"),
        (tree(leaf("visits", "at_least", "-1")), "не целое число"),
        (tree(leaf("visits", "at_least", "9" * 400)), "не целое число"),
        (tree(leaf("network", "within", "10.0.0.0/99")), "это не адрес"),
        (tree(leaf("network", "within", "0.0.0.0/0")), "это все адреса"),
        (tree(leaf("hours", "within", "с девяти")), "не часы"),
        (tree(leaf("weekday", "within", "будни")), "не дни недели"),
        (tree(leaf("field", "is", "да")), "Выберите поле"),
        (tree(leaf("queue", "at_least", "3")), "Выберите отдел"),
        ("лишнее", "не по форме"),
        ({"join": "xor", "parts": [leaf()]}, "не по форме"),
        (tree({"is": "lambda", "code": "1"}), "не по форме"),
    ],
)
def test_what_makes_no_rule_is_refused_in_words(raw, words):
    with pytest.raises(BadCondition, match=words):
        read_tree(raw)


@pytest.mark.parametrize(
    ("fact", "how", "value", "known", "expected"),
    [
        ("page", "contains", "Счёт", folded("https://сфера.рф/Счета/"), True),
        ("page", "begins", "/лк", Texts("https://a/", "/лк/"), True),
        ("page", "mask", "https://*/pay/*", "https://shop.ru/pay/7", True),
        ("page", "mask", "https://*/pay", "https://shop.ru/pay/7", False),
        ("page", "begins", "лк", Texts("https://a/", "/лк/"), False),
        ("page", "is", "/лк", Texts("/лк/", "лк"), False),
        ("page", "lacks", "pay", Texts("a", "pay"), False),
        ("title", "differs", "Вход", "вход", False),
        ("time_on_page", "at_least", "30", 29.9, False),
        ("time_on_page", "at_least", "30", 30.0, True),
        ("visits", "at_most", "2", 3, False),
        ("first_visit", "yes", "", True, True),
        ("first_visit", "no", "", True, False),
        ("network", "within", "203.0.113.0/24, ::1", "203.0.113.9", True),
        ("network", "within", "203.0.113.0/24", "::ffff:203.0.113.9", True),
        ("network", "outside", "203.0.113.0/24", "198.51.100.1", True),
        ("hours", "within", "22:00–2:00", 60, True),
        ("hours", "within", "22:00–2:00", 180, False),
        ("hours", "outside", "9-18", 8 * 60, True),
        ("weekday", "within", "пт-пн", 6, True),
        ("weekday", "within", "пт-пн", 2, False),
        ("page", "contains", "x", None, None),
        ("visits", "at_least", "1", True, None),
        ("visits", "at_least", "1", float("nan"), None),
        ("network", "outside", "10.0.0.1", "не адрес", None),
    ],
)
def test_each_comparison(fact, how, value, known, expected):
    assert holds(fact, how, value, known) is expected


def test_a_field_and_a_department_are_asked_for_by_name():
    assert holds("field", "is", "Да", "да", of="vip") is True
    assert holds("queue", "at_least", "3", 4, of="7") is True


def test_and_or_and_what_is_not_known():
    both = ready(read_tree(tree(leaf(value="a"), group(leaf("title", value="b"), leaf("city")))))
    assert both.holds({"page": "a", "title": "b"}) is True
    assert both.holds({"page": "x"}) is False
    assert both.holds({"page": "a", "title": "x"}) is None
    assert both.holds({"page": "a", "title": "x", "city": "y"}) is False


conditions = st.builds(
    Condition,
    fact=st.sampled_from(sorted(FACTS)),
    how=st.sampled_from(sorted({how for kind in Kind for how in COMPARISONS[kind]})),
    value=st.one_of(
        st.text(max_size=20),
        st.sampled_from(["10", "пн–пт", "9:00–18:00", "10.0.0.0/8", "a*b", "**", "22-6"]),
    ),
    of=st.sampled_from(["", "7", "vip"]),
)
trees = st.builds(
    Tree,
    join=st.sampled_from(["all", "any"]),
    parts=st.lists(
        st.one_of(
            conditions,
            st.builds(
                Group,
                join=st.sampled_from(["all", "any"]),
                parts=st.lists(conditions, max_size=3).map(tuple),
            ),
        ),
        max_size=4,
    ).map(tuple),
)
values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=30),
    st.lists(st.text(max_size=5)).map(lambda texts: Texts(*texts)),
    st.binary(max_size=3),
)
facts = st.dictionaries(st.sampled_from([*FACTS, "queue:7", "field:vip"]), values)


@FEW
@given(trees, facts)
def test_whatever_is_typed_and_known_there_is_an_answer(typed, known):
    try:
        good = checked(typed)
    except BadCondition:
        return
    assert ready(good).holds(known) in (True, False, None)
    assert checked(good) == good


plain = st.one_of(
    st.builds(
        Condition,
        fact=st.sampled_from(["page", "title"]),
        how=st.sampled_from(["contains", "lacks", "is", "mask"]),
        value=st.sampled_from(["a*", "*b*", "ab*a"]),
    ),
    st.builds(
        Condition,
        fact=st.just("visits"),
        how=st.sampled_from(["at_least", "at_most"]),
        value=st.sampled_from(["1", "2"]),
    ),
)
joins = st.sampled_from(["all", "any"])
groups = st.builds(Group, join=joins, parts=st.lists(plain, min_size=1, max_size=3).map(tuple))
plain_trees = st.builds(
    Tree,
    join=joins,
    parts=st.lists(st.one_of(plain, groups), min_size=1, max_size=3).map(tuple),
)
plain_facts = st.fixed_dictionaries(
    {},
    optional={
        "page": st.text("ab*", max_size=4),
        "title": st.text("ab*", max_size=4),
        "visits": st.sampled_from([0, 1, 2]),
    },
)


@settings(max_examples=150)
@given(plain_trees, plain_facts)
def test_compiled_it_answers_the_same(tree, known):
    tests = ready(tree)
    taken = Taken(known, takes_of([tests]))
    expected = tests.holds(known)
    assert judge_of(tests)(taken) is expected
    needle = needle_of(tests)
    if needle and taken[needle.key] and needle.text not in taken[needle.key].together:
        assert expected is False


@FEW
@given(st.text("ab*", max_size=8).map("*".__add__), st.text("ab", max_size=8))
def test_a_mask_finds_what_its_parts_say(pattern, text):
    expected = _found(pattern, text)
    assert mask_of(pattern).fits(text) is expected


def _found(pattern: str, text: str) -> bool:
    """By trying all there is to try."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(_found(pattern[1:], text[start:]) for start in range(len(text) + 1))
    return bool(text) and text[0] == pattern[0] and _found(pattern[1:], text[1:])


class Counted(str):
    looked = 0

    def find(self, *args):
        Counted.looked += 1
        return super().find(*args)


def test_a_mask_of_anybody_looks_for_each_of_its_parts_once():
    assert not mask_of("*a" * 200 + "*b*a").fits(Counted("a" * 2000))
    assert Counted.looked <= 201


@FEW
@given(st.sets(st.integers(0, 6), min_size=1).map(frozenset))
def test_days_are_read_as_they_are_shown(days):
    assert read_days(shown_days(days)) == days
