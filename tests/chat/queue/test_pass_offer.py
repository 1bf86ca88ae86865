"""Who is asked may let the offer pass, and the next is asked at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions import presence as zone
from chat.actions.queue import assign_waiting
from departments.models import Distribution
from operators.models import Lease
from tests.cast import accepts, browser_of, writes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def offered(first_line, marina, ilya, darya):
    """Marina is offered to Ilya; Darya is there too."""
    first_line.distribution = Distribution.IN_TURN
    first_line.save()
    for account in (ilya, darya):
        zone.enter_zone(account, Lease().place, at=timezone.now())
    conversation = writes(marina).conversation
    conversation.refresh_from_db()
    assert conversation.offered_to == ilya
    return conversation


def passes(account, conversation):
    return browser_of(account).post(f"/chat/{conversation.public_id}/pass/")


def test_the_next_is_asked_at_once(offered, ilya, darya):
    assert passes(ilya, offered).status_code == 200
    offered.refresh_from_db()
    assert offered.offered_to == darya
    assert offered.offered_until > timezone.now() + timedelta(seconds=5)
    assert accepts(darya, offered).operator == darya
    missed = offered.missed_offers.values_list("account", "is_declined")
    assert list(missed) == [(ilya.pk, True)]


def test_an_offer_that_nobody_answers_is_missed_once(offered, ilya):
    for turn in range(1, 3):
        assign_waiting(offered.department_id, at=timezone.now() + turn * timedelta(minutes=1))
    missed = offered.missed_offers.values_list("account", "is_declined")
    assert list(missed) == [(ilya.pk, False)]


def test_with_nobody_else_it_comes_round_again(offered, ilya, darya):
    passes(ilya, offered)
    passes(darya, offered)
    offered.refresh_from_db()
    assert offered.offered_to == ilya


def test_who_is_not_asked_cannot_pass(offered, ilya, darya):
    answer = passes(darya, offered)
    assert (answer.status_code, "больше не предложено" in answer.content.decode()) == (409, True)
    offered.refresh_from_db()
    assert offered.offered_to == ilya


def test_what_is_accepted_cannot_be_passed(offered, ilya):
    accepts(ilya, offered)
    assert passes(ilya, offered).status_code == 409
    offered.refresh_from_db()
    assert offered.operator == ilya


def test_a_stranger_finds_nothing(offered, anton):
    assert passes(anton, offered).status_code == 404


def test_only_who_is_asked_has_the_button(offered, ilya, darya):
    url = f"/chat/{offered.public_id}/"
    assert f"{url}pass/" in browser_of(ilya).get(url).content.decode()
    assert f"{url}pass/" not in browser_of(darya).get(url).content.decode()
