"""Every refusal says what it is: to a program by a code of the wire, to a person in words."""

import importlib
import pkgutil
import re
from collections import Counter
from dataclasses import Field, fields, is_dataclass

import pytest

import chat
from chat.actions.errors import AlreadyTaken, Refusal, TransferOver
from tests.server import ROOT

PROTOCOL = (ROOT / "docs" / "protocol.md").read_text()
CODES = set(re.findall(r"^\| `(\w+)` \|", PROTOCOL, re.MULTILINE))

for module in pkgutil.walk_packages(chat.__path__, "chat."):
    importlib.import_module(module.name)


def kinds(of=Refusal):
    return {kind for direct in of.__subclasses__() for kind in (direct, *kinds(direct))}


OURS = {kind for kind in kinds() if kind.__module__.startswith("chat.")}
KINDS = sorted(OURS, key=lambda kind: kind.__name__)


def refusal_of(kind):
    carried: tuple[Field[object], ...] = fields(kind) if is_dataclass(kind) else ()
    return kind(*(f"<{field.name}>" for field in carried))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_its_code_is_one_of_the_protocol(kind):
    assert kind.code in CODES


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_its_words_are_russian_and_name_what_it_carries(kind):
    refusal = refusal_of(kind)
    assert re.match(r"[А-ЯЁ]|<name>: [а-яё]|<why>$", refusal.detail)
    carried = {f"<{name}>" for name in vars(refusal)} - {
        "<files>",
        "<version>",
        "<changes>",
        "<asked>",
        "<lacks_fields>",
    }
    assert set(re.findall(r"<\w+>|%", refusal.detail)) == carried


def test_no_two_read_the_same():
    read = Counter(str(kind.words) for kind in KINDS)
    twice = {words for words, count in read.items() if count > 1}
    assert twice <= {"%(why)s"}


@pytest.mark.parametrize("given", [{}, {"code": "invalid"}, {"words": "Нельзя."}])
def test_there_is_none_without_code_and_words(given):
    with pytest.raises(TypeError, match="Wordless"):
        type("Wordless", (Refusal,), given)


def test_a_transfer_that_is_over_names_who_took_it():
    assert TransferOver("Антон Белый").detail == AlreadyTaken("Антон Белый").detail
    assert TransferOver("").detail == "Передача уже завершена."
