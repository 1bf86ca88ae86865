"""Rules made ready to be judged by the thousand, once for each version of them.

A tree becomes closures over what it compares; of what it asks for, each thing is taken from the
facts once a decision. Most rules fail by one text that is not in the address of the page, or the
like: that is looked at first, before anything is called. What comes of it is what `Tests.holds`
says, in whichever order the parts are asked.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from chat.automatic.conditions import Facts, Test, Tests, Texts
from chat.automatic.wildcards import Mask

Take = Callable[[object], Any]


class Taken(dict[str, Any]):
    """What the tests take from the facts of one moment."""

    __slots__ = ("_facts", "_takes")

    def __init__(self, facts: Facts, takes: Mapping[str, Take]) -> None:
        super().__init__()
        self._facts, self._takes = facts, takes

    def __missing__(self, key: str) -> Any:
        value = self[key] = self._takes[key](self._facts.get(key))
        return value


Judge = Callable[[Taken], bool | None]


class Needle(NamedTuple):
    """A text without which the rule cannot hold, where what is known by this key is known."""

    key: str
    text: str


def takes_of(trees: Iterable[Tests]) -> dict[str, Take]:
    return {test.key: test.take for tree in trees for test in _tests(tree)}


def _tests(node: Test | Tests) -> Iterator[Test]:
    if isinstance(node, Test):
        yield node
    else:
        for part in node.parts:
            yield from _tests(part)


def needle_of(tree: Tests) -> Needle | None:
    """The longest, which is the least likely to be there."""
    if tree.join == "any" and len(tree.parts) > 1:
        return None
    found = [needle for part in tree.parts if (needle := _needle(part)) is not None]
    return max(found, key=lambda needle: len(needle.text), default=None)


def _needle(part: Test | Tests) -> Needle | None:
    if isinstance(part, Tests):
        return needle_of(part)
    if part.looks_for_text:
        return Needle(part.key, part.wanted)
    return Needle(part.key, part.wanted.longest) if isinstance(part.wanted, Mask) else None


def judge_of(node: Test | Tests) -> Judge:
    if isinstance(node, Test):
        return _text_judge(node) if node.looks_for_text else _judge(node)
    parts = tuple(judge_of(part) for part in sorted(node.parts, key=_cost))
    if len(parts) == 1:
        return parts[0]
    return _judge_any(parts) if node.join == "any" else _judge_all(parts)


def _cost(part: Test | Tests) -> int:
    """Whole groups last."""
    if isinstance(part, Tests):
        return 2
    return 0 if part.looks_for_text else 1


def _text_judge(test: Test) -> Judge:
    key, wanted = test.key, test.wanted

    def holds(taken: Taken) -> bool | None:
        texts: Texts | None = taken[key]
        return None if texts is None else wanted in texts.together

    return holds


def _judge(test: Test) -> Judge:
    key, wanted, compare = test.key, test.wanted, test.compare

    def holds(taken: Taken) -> bool | None:
        value = taken[key]
        return None if value is None else compare(wanted, value)

    return holds


def _judge_all(parts: tuple[Judge, ...]) -> Judge:
    def holds(taken: Taken) -> bool | None:
        answer: bool | None = True
        for part in parts:
            one = part(taken)
            if one is False:
                return False
            if one is None:
                answer = None
        return answer

    return holds


def _judge_any(parts: tuple[Judge, ...]) -> Judge:
    def holds(taken: Taken) -> bool | None:
        answer: bool | None = False
        for part in parts:
            one = part(taken)
            if one is True:
                return True
            if one is None:
                answer = None
        return answer

    return holds
