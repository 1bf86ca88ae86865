"""A ticket's number and status: what the model itself holds, whoever writes."""

import pytest
from django.db import IntegrityError
from django.utils import timezone

from chat.models import DONE, TRANSITIONS, Ticket, TicketStatus, read_number


@pytest.mark.parametrize("text", ["2026-01187", " № 2026-01187 ", "№2026-01187"])
def test_a_number_is_read_as_people_write_it(text):
    assert read_number(text) == (2026, 1187)


@pytest.mark.parametrize(
    "text", ["", "1187", "2026-1187", "2026-٠١١٨٧", "2026-01187; --", "1999-00001"]
)
def test_what_is_no_number_names_no_ticket(text):
    assert read_number(text) is None


def test_a_number_has_five_digits_and_more_when_they_are_used_up():
    assert Ticket(year=2026, serial=7).number == "2026-00007"
    assert Ticket(year=2026, serial=123456).number == "2026-123456"
    assert read_number("2026-123456") == (2026, 123456)


def test_every_status_has_its_ways_out_and_none_leads_to_itself():
    assert TRANSITIONS.keys() == set(TicketStatus)
    assert not [status for status, ways in TRANSITIONS.items() if status in ways]


@pytest.mark.parametrize("status", TicketStatus)
def test_from_every_status_work_goes_on_and_every_one_can_end(status):
    ways = TRANSITIONS[status]
    assert status == TicketStatus.WORK or TicketStatus.WORK in ways
    assert status in DONE or ways >= DONE


@pytest.fixture
def kept(marina, first_line):
    def keep(serial, **fields):
        at = timezone.now()
        return Ticket.objects.create(
            year=2026,
            serial=serial,
            site=marina.site,
            visitor=marina,
            subject="Нет звука",
            department=first_line,
            origin=first_line,
            created_at=at,
            changed_at=at,
            **fields,
        )

    return keep


def test_a_number_is_given_once(kept):
    kept(1)
    with pytest.raises(IntegrityError):
        kept(1)


def test_what_is_done_says_since_when(kept):
    with pytest.raises(IntegrityError):
        kept(1, status=TicketStatus.SOLVED)


def test_a_ticket_is_found_by_its_number_alone(kept):
    ticket = kept(1187)
    assert list(Ticket.objects.numbered("2026-01187")) == [ticket]
    assert not Ticket.objects.numbered("2026-01188").exists()
    assert not Ticket.objects.numbered("№").exists()


def test_what_is_open_is_neither_solved_nor_closed(kept):
    ticket = kept(1)
    kept(2, status=TicketStatus.CLOSED, done_at=timezone.now())
    assert list(Ticket.objects.open()) == [ticket]
