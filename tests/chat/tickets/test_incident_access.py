"""Who sees an incident and who leads it: the table of tests/access_cases.json."""

import uuid
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from chat import access
from chat.actions.errors import Refusal
from chat.models import Incident
from chat.tickets.actions import incidents
from tests.chat.test_access import TABLE, World, world

__all__ = ["world"]
CASES = {case["case"]: case for case in TABLE["incidents"]}


def declared(world: World, told: dict[str, Any]) -> Incident:
    at = timezone.now()
    incident = Incident.objects.create(
        title="Не работает вход",
        department=world.departments[told["department"]],
        created_at=at,
        solved_at=at if told.get("isSolved") else None,
        client_id=uuid.uuid4(),
    )
    incident.sites.set(world.departments[told["site"]].sites.all())
    return incident


def by(say: Any) -> Any:
    return lambda account, key: say(
        account, key, "Чиним", client_id=uuid.uuid4(), at=timezone.now()
    )


DEEDS = {"note": by(incidents.note_on_incident), "lead": by(incidents.update_incident)}


def test_every_deed_is_tried():
    assert DEEDS.keys() == access.INCIDENT_DEEDS.keys()


@pytest.mark.parametrize("name", CASES)
def test_it_is_seen_by_whom_the_table_names(world, name):
    declared(world, CASES[name]["incident"])
    seen = {one for one, who in world.people.items() if access.incidents_visible_to(who).exists()}
    assert seen == CASES[name]["may"].keys()


@pytest.mark.parametrize("name", CASES)
def test_a_deed_is_offered_where_its_action_allows_it(world, name):
    incident, may = declared(world, CASES[name]["incident"]), CASES[name]["may"]
    for one, account in world.people.items():
        offered = access.incident_deeds_of(account, incident) if one in may else {}
        listed = {deed for deed, is_offered in offered.items() if is_offered}
        assert listed == set(may.get(one, "").split()), one
        assert {deed for deed in DEEDS if does(account, incident, deed)} == listed, one


def does(account, incident, deed):
    """It is undone."""
    with transaction.atomic():
        try:
            DEEDS[deed](account, incident.pk)
        except Refusal:
            return False
        finally:
            transaction.set_rollback(True)
    return True
