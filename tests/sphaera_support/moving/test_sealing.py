"""What is sealed is opened by its passphrase alone, and whole."""

import io

import pytest

from sphaera_support.moving import sealing
from sphaera_support.moving.sealing import MAGIC, Broken, Opener, Sealer, WrongPassphrase

WORDS = "корабль идёт на север"


@pytest.fixture(autouse=True)
def _cheaply(monkeypatch):
    monkeypatch.setattr(sealing, "LOG_N", 4)
    monkeypatch.setattr(sealing, "PIECE", 100)


def sealed(data):
    target = io.BytesIO()
    sealer = Sealer(target, WORDS)
    sealer.write(data)
    sealer.close()
    return target.getvalue()


def opened(data, words=WORDS):
    source = io.BytesIO(data)
    assert source.read(len(MAGIC)) == MAGIC
    return Opener(source, words).read(10**9)


@pytest.mark.parametrize("length", [0, 1, 99, 100, 101, 350])
def test_it_comes_back_as_it_was(length):
    assert opened(sealed(b"a" * length)) == b"a" * length


def test_another_passphrase_is_told():
    with pytest.raises(WrongPassphrase):
        opened(sealed(b"data"), "корабль идёт на юг")


def test_nothing_of_it_can_be_read():
    assert b"secret" not in sealed(b"secret" * 100)
    assert sealed(b"same") != sealed(b"same")


PIECE = 4 + 100 + 16
START = len(MAGIC) + 3 + 16 + 7


@pytest.mark.parametrize(
    "spoil",
    [
        lambda whole: whole[:-1],
        lambda whole: whole[: START + PIECE],
        lambda whole: whole[: START + PIECE] + whole[START + 2 * PIECE :],
        lambda whole: whole[: START + 2 * PIECE] + whole[START + PIECE :],
        lambda whole: whole[: START + PIECE + 10] + b"\0" + whole[START + PIECE + 11 :],
        lambda whole: whole[: len(MAGIC)] + b"\xff\xff\xff" + whole[len(MAGIC) + 3 :],
    ],
    ids=["cut", "cut at a piece", "one left out", "one doubled", "changed", "costly header"],
)
def test_what_was_cut_or_changed_is_told(spoil):
    with pytest.raises(Broken):
        opened(spoil(sealed(b"0123456789" * 35)))
