"""The list by a text: the newest in their order, the others found by an index."""

import re

import pytest
from django.db import connection
from django.utils import timezone

from chat.models import Ticket
from chat.tickets.finding import Wanted, find_tickets, first_of
from tests.cast import browser_of, registers


@pytest.fixture
def numbers(ilya, dialogue, monkeypatch):
    """Every second is of sound; only so few are near."""
    monkeypatch.setattr("chat.tickets.finding.NEAR", 3)
    subjects = ["Нет звука" if at % 2 else "Календарь пуст" for at in range(10)]
    return [registers(ilya, dialogue, subject).number for subject in subjects]


def found(account, text, *, before=0, most=10):
    wanted = Wanted(text=text)
    listed = find_tickets(account, wanted, before=before, at=timezone.now())
    return [one.number for one in first_of(listed, wanted, before=before, most=most)]


@pytest.mark.parametrize("most", [1, 2, 3, 10])
def test_the_latest_come_first_wherever_they_are(ilya, numbers, most):
    assert found(ilya, "звука", most=most) == numbers[1::2][::-1][:most]


def test_it_goes_on_before_any_of_them(ilya, numbers):
    for at, number in enumerate(numbers):
        key = Ticket.objects.numbered(number).get().pk
        assert found(ilya, "звука", before=key) == numbers[1:at:2][::-1]


def test_pages_are_told_from_the_end(ilya, numbers, monkeypatch):
    monkeypatch.setattr("chat.tickets.pages.PAGE", 2)
    address, seen = "/tickets/?q=ЗВУКА", []
    while address:
        page = browser_of(ilya).get(address).content.decode()
        seen += re.findall(r'name="numbers" value="([\d-]+)"', page)
        following = re.search(r'href="(/tickets/\?[^"]*)" rel="next"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert seen == numbers[1::2][::-1]


def test_a_number_and_a_part_of_one_find_their_tickets(ilya, numbers):
    assert found(ilya, f"№ {numbers[0]}") == numbers[:1]
    assert found(ilya, "-0000") == numbers[8::-1]


@pytest.mark.parametrize("sign", ["%", "_", "\\"])
def test_signs_stand_for_themselves(ilya, numbers, sign):
    assert found(ilya, sign) == []


def test_a_text_has_an_index_where_the_database_knows_one(db):
    with connection.cursor() as cursor:
        there = connection.introspection.get_constraints(cursor, "chat_ticket")
    assert ("ticket_found_by" in there) is (connection.vendor == "postgresql")
