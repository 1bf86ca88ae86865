"""Where deadlines are read: the list, one ticket, the panel and the head."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions.plans import Term
from chat.models import Criticality, Step
from chat.tickets.actions.changing import change_ticket
from chat.tickets.actions.registering import TicketDraft
from departments.criticality import Impact, Urgency
from tests.cast import (
    becomes,
    browser_of,
    judges,
    offers_plan,
    registers,
    settles,
    signs_contract,
)

pytestmark = pytest.mark.once

NUMBER = "СФ-2026/0418"
HOUR = timedelta(hours=1)


@pytest.fixture
def contract(elena):
    """Around the clock: the first answer within an hour, the solution within four."""
    terms = {one: Term(60, 240, is_around_the_clock=True) for one in Criticality}
    return signs_contract(elena, offers_plan(elena, terms=terms), NUMBER)


def ago(ilya, dialogue, time, **given):
    """Registered so long ago."""
    at = timezone.now() - time
    return registers(ilya, dialogue, contract=NUMBER, at=at, **given)


def text(answer):
    return answer.content.decode()


def listed(account, **asked):
    page = text(browser_of(account).get("/tickets/", asked))
    return re.findall(r'name="numbers" value="([\d-]+)"', page)


def test_the_overdue_are_a_filter_of_the_list(ilya, dialogue, contract):
    late = ago(ilya, dialogue, 2 * HOUR)
    waits, solved = (ago(ilya, dialogue, 2 * HOUR) for _ in range(2))
    becomes(ilya, waits, "customer", at=waits.created_at)
    becomes(ilya, solved, "solved")
    ago(ilya, dialogue, HOUR / 2)
    registers(ilya, dialogue, at=timezone.now() - 300 * HOUR)
    assert listed(ilya, due="overdue") == [late.number]
    assert listed(ilya, due="overdue", status="any", criticality="2") == [late.number]
    assert listed(ilya, due="overdue", criticality="4") == []
    assert len(listed(ilya, due="что угодно")) == 4


def test_that_there_are_none_is_said(ilya, dialogue):
    page = text(browser_of(ilya).get("/tickets/", {"due": "overdue"}))
    assert "Просроченных заявок нет." in page


@pytest.mark.parametrize(
    ("since", "look"), [(HOUR / 2, "fresh"), (HOUR * 0.8, "late"), (HOUR * 2, "urgent")]
)
def test_a_row_says_how_it_presses(ilya, dialogue, contract, since, look):
    ago(ilya, dialogue, since)
    page = text(browser_of(ilya).get("/tickets/"))
    assert f'class="deadline is-{look}"' in page
    assert "Ответить до" in page


def test_one_that_waits_for_its_customer_says_that_it_stands(ilya, dialogue, contract):
    ticket = ago(ilya, dialogue, HOUR / 2)
    becomes(ilya, ticket, "customer")
    assert "срок стоит: ждём клиента" in text(browser_of(ilya).get("/tickets/"))


def test_a_ticket_tells_plan_both_deadlines_and_why_they_moved(ilya, dialogue, contract):
    ticket = ago(ilya, dialogue, HOUR / 2)
    draft = TicketDraft("Нет звука", contract=NUMBER, criticality=4)
    change_ticket(ilya, ticket.number, draft, at=timezone.now())
    change_ticket(ilya, ticket.number, TicketDraft("Нет звука"), at=timezone.now())
    change_ticket(ilya, ticket.number, draft, at=timezone.now())
    page = text(browser_of(ilya).get(f"/tickets/{ticket.number}/"))
    for words in ("Расширенный", "Первый ответ", "Срок решения: ", "Договор: нет → СФ-2026/0418."):
        assert words in page


def test_terms_that_the_schedule_has_no_time_for_are_named_so(ilya, elena, site, dialogue):
    site.hours.all().delete()
    signs_contract(elena, offers_plan(elena, terms={Criticality.NORMAL: Term(60, None)}), NUMBER)
    ticket = registers(ilya, dialogue, contract=NUMBER)
    page = text(browser_of(ilya).get(f"/tickets/{ticket.number}/"))
    assert "у сайта нет рабочих часов" in page
    assert "план ничего не обещает" in page


def test_met_or_late_is_told_of_what_is_done(ilya, dialogue, contract):
    ticket = ago(ilya, dialogue, 5 * HOUR)
    becomes(ilya, ticket, "solved")
    page = text(browser_of(ilya).get(f"/tickets/{ticket.number}/"))
    assert "с опозданием" in page
    assert "просрочено" not in page


def test_the_zone_tells_it_in_row_head_and_panel(ilya, dialogue, contract):
    ago(ilya, dialogue, HOUR / 2)
    page = text(browser_of(ilya).get(f"/chat/{dialogue.public_id}/"))
    assert page.count("<time-left") == 3
    assert f'id="deadline-{dialogue.public_id}"' in page


def test_where_nothing_is_due_the_head_is_empty(ilya, dialogue, contract):
    registers(ilya, dialogue)
    page = text(browser_of(ilya).get(f"/chat/{dialogue.public_id}/"))
    assert f'id="deadline-{dialogue.public_id}" hidden' in page
    assert "<time-left" not in page


# What a registration begins as


def begun(ilya, dialogue):
    page = text(browser_of(ilya).get(f"/chat/{dialogue.public_id}/register/"))
    fields = dict(re.findall(r'name="(software|version|contract)" value="([^"]*)"', page))
    (criticality,) = re.findall(r'<option value="(\d)" selected>', page)
    return fields | {"criticality": criticality}


def test_it_takes_what_the_identification_has(ilya, elena, marina, dialogue):
    signs_contract(elena, offers_plan(elena), NUMBER, customers=(marina.subject,))
    settles(ilya, dialogue, Step.SOFTWARE, "СФЕРА.Видео")
    settles(ilya, dialogue, Step.VERSION, "4.12")
    judges(ilya, dialogue, Impact.ALL, Urgency.STOPS)
    assert begun(ilya, dialogue) == {
        "software": "СФЕРА.Видео",
        "version": "4.12",
        "contract": NUMBER,
        "criticality": "4",
    }


def test_a_number_that_the_register_does_not_have_is_kept(ilya, dialogue):
    settles(ilya, dialogue, Step.CONTRACT, "СФ-0/0")
    assert begun(ilya, dialogue)["contract"] == "СФ-0/0"
