"""An operator may answer under another name than colleagues know: no visitor ever reads theirs."""

import pytest

from operators.models import Account
from tests.cast import (
    accepts,
    answers,
    browser_of,
    invites,
    is_present,
    joins,
    takes_over,
    token,
    transfers,
    writes,
)

SECRET, SHOWN = "Воронцов", "Оператор Илья"


@pytest.fixture
def ilya(ilya):
    ilya.shown_name = SHOWN
    ilya.save()
    return ilya


def window_of(visitor):
    bearer = {"Authorization": f"Bearer {token(visitor)}"}
    return browser_of().get("/widget/demo/window/", headers=bearer).content.decode()


def test_a_visitor_reads_the_name_for_visitors_and_staff_the_other(
    wires, marina, ilya, anton, waiting
):
    tab, zone = wires.visitor(marina), wires.operator(anton)
    accepts(ilya, waiting)
    answers(ilya, waiting, "Долгим путём")
    mine = wires.operator(ilya)
    mine.ask("message", conversation=waiting.public_id, text="Коротким путём")
    mine.say("typing", conversation=waiting.public_id, on=True)
    tab.expect("typing", name=SHOWN)
    transfers(ilya, waiting, anton)
    takes_over(anton, waiting)
    transfers(anton, waiting, ilya)
    takes_over(ilya, waiting)
    tab.settle()
    zone.settle()
    assert SECRET not in "".join(tab.raw)
    for text in ("Долгим путём", "Коротким путём"):
        (frame,) = [one for one in tab.of("message") if one["text"] == text]
        assert frame["author"]["name"] == SHOWN
        assert SHOWN in frame["html"]
    assert f"К переписке присоединился оператор {SHOWN}" in [text for _seq, text in tab.log()]
    assert SECRET in "".join(zone.raw)
    assert SHOWN not in "".join(zone.raw)


def test_the_window_says_the_same_when_it_is_loaded(marina, ilya, waiting):
    accepts(ilya, waiting)
    answers(ilya, waiting, "Здравствуйте")
    page = window_of(marina)
    assert SHOWN in page
    assert SECRET not in page


def test_a_guest_comes_and_goes_under_that_name(wires, marina, ilya, anton, darya, waiting):
    is_present(ilya, darya)
    accepts(darya, waiting)
    tab = wires.visitor(marina)
    invites(darya, waiting, ilya)
    joins(ilya, waiting)
    answers(ilya, waiting, "Я помогу")
    tab.settle()
    assert SECRET not in "".join(tab.raw) + window_of(marina)
    assert SHOWN in "".join(tab.raw)


def test_without_one_the_name_is_the_same(wires, marina, sergey, darya, ilya):
    assert Account(name="Дарья").public_name == "Дарья"
    tab = wires.visitor(marina)
    answers(darya, accepts(darya, writes(marina).conversation), "Здравствуйте")
    assert tab.expect("message", text="Здравствуйте")["author"]["name"] == "Дарья Лунина"
