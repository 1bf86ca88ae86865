"""A schedule that is saved acts on open windows at once; who is in a dialogue goes on."""

import pytest
from django.utils import timezone

from chat.actions.changes import Doer
from chat.actions.schedules import ScheduleDraft, change_schedule
from chat.sockets import hub
from departments.hours import ALWAYS_OPEN
from tests.cast import closes, is_present
from tests.wires import beat

NEVER_OPEN = ((),) * 7


@pytest.fixture
def no_pulse(monkeypatch):
    """Rules are not looked at by themselves: a doorbell alone brings them."""
    for name in ("RULES_VALID", "TICK"):
        monkeypatch.setattr(hub, name, 1e6)


def saves(elena, site, week) -> None:
    """As the administrator does on the page of the schedule."""
    site.refresh_from_db()
    draft = ScheduleDraft(time_zone=site.time_zone, week=week)
    change_schedule(Doer(elena), site.pk, draft, shown=site.version, at=timezone.now())


def test_closing_leaves_a_dialogue_alone_until_it_ends(
    wires, no_pulse, elena, site, ilya, marina, sergey, dialogue
):
    zone = wires.operator(ilya)
    talking, other = wires.visitor(marina), wires.visitor(sergey)
    assert talking.welcome["status"] == other.welcome["status"] == "online"
    saves(elena, site, NEVER_OPEN)
    assert other.expect("status", status="offline")["reason"] == "hours"
    zone.ask("message", conversation=dialogue.public_id, text="Я ещё здесь")
    talking.expect("message", text="Я ещё здесь")
    talking.settle()
    assert talking.of("status") == []
    closes(ilya, dialogue)
    assert talking.expect("status", status="offline")["reason"] == "hours"


def test_opening_is_seen_at_once(wires, no_pulse, elena, site, ilya, marina):
    saves(elena, site, NEVER_OPEN)
    is_present(ilya)
    tab = wires.visitor(marina)
    wires.run(beat())
    assert tab.welcome["reason"] == "hours"
    saves(elena, site, ALWAYS_OPEN)
    tab.expect("status", status="online")


def test_another_site_stays_open(wires, no_pulse, elena, site, ilya, zoya, marina, rustam):
    is_present(ilya, zoya)
    tab, neighbour = wires.visitor(marina), wires.visitor(rustam)
    saves(elena, site, NEVER_OPEN)
    tab.expect("status", status="offline")
    neighbour.settle()
    assert neighbour.of("status") == []


def test_a_lost_doorbell_costs_seconds(wires, settings, elena, site, ilya, marina):
    """Each process reads the rules anew by itself."""
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "tests.lossy_layers.DeafLayer"}}
    is_present(ilya)
    tab = wires.visitor(marina)
    saves(elena, site, NEVER_OPEN)
    assert tab.expect("status", status="offline")["reason"] == "hours"
