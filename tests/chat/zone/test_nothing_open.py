"""The pane while nothing is open."""

import re

import pytest
from django.utils import timezone

from tests.cast import accepts, browser_of, closes, loses_its_owner, writes

pytestmark = pytest.mark.django_db(transaction=True)


def figure(account, address):
    page = browser_of(account).get(address).content.decode()
    shown = re.search(r"ваших сегодня</dt><dd[^>]*>(\d+)", page)
    assert shown is not None
    return int(shown[1])


@pytest.mark.parametrize("address", ["/chat/", "/chat/nothing/"])
def test_it_counts_the_conversations_that_one_has_led_today(address, ilya, darya, marina, sergey):
    closes(ilya, accepts(ilya, writes(marina).conversation), at=timezone.now())
    accepts(ilya, writes(sergey).conversation)
    assert (figure(ilya, address), figure(darya, address)) == (2, 0)


def test_one_that_came_back_counts_once(ilya, dialogue):
    loses_its_owner(dialogue)
    accepts(ilya, dialogue)
    assert figure(ilya, "/chat/") == 1
