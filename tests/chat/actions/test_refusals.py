"""Whatever is refused has a code of the protocol and words for people."""

import re

import pytest

import chat.rooms.actions
import chat.text
from chat.actions import accounts
from chat.actions.errors import About, AlreadyTaken, Beyond, Refusal, TransferOver
from chat.text import BadText
from tests.server import ROOT

PARENTS = {About, Beyond, BadText}
CARRIED = {"name": "Антон Белый", "department": "Сети", "limit": 10, "count": 12, "files": ()}
PAGE = (ROOT / "docs" / "protocol.md").read_text()

__all__ = ["accounts", "chat"]  # where refusals live


def kinds(parent=Refusal):
    for kind in parent.__subclasses__():
        if kind not in PARENTS:
            yield kind
        yield from kinds(kind)


def made(kind):
    refusal = kind.__new__(kind)
    vars(refusal).update(CARRIED)
    return refusal


@pytest.mark.parametrize("kind", list(kinds()), ids=lambda kind: kind.__name__)
def test_it_says_why_in_russian(kind):
    assert re.search("[а-яё]{3}", made(kind).detail)
    assert "%" not in made(kind).detail
    assert f"`{kind.code}`" in PAGE


def test_each_has_words_of_its_own():
    """Nothing is told by the words of something else: who reads them knows what to do."""
    told: dict[str, list[str]] = {}
    for kind in kinds():
        told.setdefault(str(kind.words), []).append(kind.__name__)
    assert {words: names for words, names in told.items() if len(names) > 1} == {}


def test_a_transfer_that_is_over_names_who_took_it():
    assert TransferOver("Антон Белый").detail == AlreadyTaken("Антон Белый").detail
    assert TransferOver("").detail == "Передача уже завершена."
