"""Of thousands of windows, those are found of whom there is something to find."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat.keeping_out import Barriers
from chat.sockets.windows import Windows

pytestmark = pytest.mark.once

AT = timezone.now().replace(microsecond=0)


@dataclass(eq=False)
class Tab:
    visitor_id: int = 1
    lives: int = 60  # seconds
    let_in_by: Barriers | None = None

    @property
    def expires_at(self):
        return AT + timedelta(seconds=self.lives)


def windows(*tabs):
    found: Windows[Any] = Windows()
    for tab in tabs:
        found.add(tab)
    return found


def after(seconds):
    return AT + timedelta(seconds=seconds)


def test_who_is_there_with_a_token_that_ran_out_is_found_until_gone():
    short, long = Tab(lives=5), Tab()
    here = windows(short, long)
    assert [here.expired(after(seconds)) for seconds in (4.9, 5, 6)] == [(), (short,), (short,)]
    here.discard(short)
    assert here.expired(after(7)) == ()


@pytest.mark.parametrize("lives", [9, 3])
def test_another_token_counts_from_its_own_end(lives):
    tab = Tab(lives=5)
    here = windows(tab)
    tab.lives = lives
    here.add(tab)
    assert [here.expired(after(lives - 1)), here.expired(after(lives))] == [(), (tab,)]


def test_one_who_came_in_on_another_token_meanwhile_stays():
    tab = Tab(lives=5)
    here = windows(tab)
    here.expired(after(6))
    tab.lives = 60
    here.add(tab)
    assert here.expired(after(7)) == ()


def test_windows_of_a_person_are_found_by_the_person():
    first, second, other = Tab(), Tab(), Tab(visitor_id=2)
    here = windows(first, second, other)
    here.discard(second)
    assert (here.of(1), here.of(2), here.of(3)) == ((first,), (other,), ())
    here.discard(first)
    assert here.people() == {2}


def test_barriers_ask_whoever_they_have_not_let_in():
    first, barriers = Tab(), Barriers()
    here = windows(first)
    assert here.to_ask(barriers) == [first]
    first.let_in_by = barriers
    here.asked(barriers)
    second = Tab()
    here.add(second)
    assert here.to_ask(barriers) == [second]
    assert set(here.to_ask(Barriers())) == {first, second}


def test_who_could_not_be_asked_is_asked_again():
    tab, barriers = Tab(), Barriers()
    here = windows(tab)
    here.to_ask(barriers)
    here.asked(barriers)
    assert here.to_ask(barriers) == [tab]
