"""Who sees a ticket and who changes it: the table of tests/access_cases.json."""

import uuid
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from chat import access
from chat.actions.errors import Refusal
from chat.models import Ticket, TicketConversation
from chat.tickets.actions import answering, changing
from chat.tickets.errors import NoSuchTicket
from tests.chat.test_access import TABLE, World, happen, world

__all__ = ["world"]
CASES = {case["case"]: case for case in TABLE["tickets"]}


def registered(world: World, case: dict[str, Any]) -> Ticket:
    """As the case tells, of a conversation where it names one."""
    row = case.get("row", {"state": "closed", "department": "other"})
    conversation, at = happen(world, row), timezone.now()
    told = case["ticket"]
    ticket = Ticket.objects.create(
        year=2026,
        serial=1187,
        site=conversation.visitor.site,
        visitor=conversation.visitor,
        subject="Нет звука",
        origin=world.departments[told["origin"]],
        department=world.departments[told["department"]],
        responsible=world.people.get(told.get("responsible", "")),
        created_at=at,
        changed_at=at,
    )
    if "row" in case:
        TicketConversation.objects.create(ticket=ticket, conversation=conversation, linked_at=at)
    return ticket


DEEDS = {
    "note": lambda account, number: answering.note_on_ticket(
        account, number, "Смотрю", client_id=uuid.uuid4(), at=timezone.now()
    ),
    "change": lambda account, number: changing.change_ticket_status(
        account, number, "work", at=timezone.now()
    ),
}


def test_every_deed_is_tried():
    assert DEEDS.keys() == access.TICKET_DEEDS.keys()


@pytest.mark.parametrize("name", CASES)
def test_it_is_seen_by_whom_the_table_names(world, name):
    registered(world, CASES[name])
    seen = {one for one, who in world.people.items() if access.tickets_visible_to(who).exists()}
    assert seen == CASES[name]["may"].keys()


@pytest.mark.parametrize("name", CASES)
def test_a_deed_is_offered_where_its_action_allows_it(world, name):
    ticket, may = registered(world, CASES[name]), CASES[name]["may"]
    for one, account in world.people.items():
        offered = access.ticket_deeds_of(account, ticket) if one in may else {}
        listed = {deed for deed, is_offered in offered.items() if is_offered}
        assert listed == set(may.get(one, "").split()), one
        assert {deed for deed in DEEDS if does(account, ticket, deed)} == listed, one


def does(account, ticket, deed):
    """It is undone."""
    with transaction.atomic():
        try:
            DEEDS[deed](account, ticket.number)
        except Refusal:
            return False
        finally:
            transaction.set_rollback(True)
    return True


def test_a_ticket_of_another_level_reads_as_none(world):
    registered(world, CASES["was handed up twice"])
    with pytest.raises(NoSuchTicket):
        DEEDS["note"](world.people["owner"], "2026-01187")
