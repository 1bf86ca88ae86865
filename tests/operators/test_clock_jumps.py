"""Clocks that are set: nobody who is there is taken for gone, and nobody who is gone for there."""

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from chat.actions import sweep as sweeping
from chat.models import Conversation, Participant, Transfer, Visit
from chat.queue.availability import read_present
from chat.sockets import hub
from departments.models import Distribution
from operators import clock, presence
from operators.models import Lease
from tests.cast import accepts, invites, is_present, transfers, writes

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _beats_for_the_test(monkeypatch):
    """The pulse beats once by itself, and then when a test says so: what is set here by hand is set
    between two beats, as a clock would do it.
    """
    monkeypatch.setattr(hub.Hub, "_keep_beating", lambda self: self.beat(time.monotonic()))


@pytest.fixture
def jumps(monkeypatch):
    """Call it with the seconds by which the reference's clock is wrong from now on."""

    def jump(seconds):
        usual = clock.read_reference

        def read():
            reading = usual()
            assert reading is not None
            shown, ticks = reading
            return shown + seconds * SECOND, ticks

        monkeypatch.setattr(clock, "read_reference", read)

    return jump


def leases_end(at):
    """As if all clocks had been set since they were written."""
    Lease.objects.filter(released_at=None).update(valid_until=at)


# Who is there


@pytest.mark.parametrize("seconds", [40, -40, 3600, -3600])
@pytest.mark.parametrize("believed_after", [20.0, 0.0])
def test_a_clock_that_jumps_takes_nobody_away(
    wires, jumps, monkeypatch, marina, ilya, dialogue, seconds, believed_after
):
    monkeypatch.setattr(clock, "BELIEVED_AFTER", believed_after)
    monkeypatch.setattr(hub, "TRUSTED_AFTER", 0.0)
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    wires.run(wires.hub().refresh())
    jumps(seconds)
    wires.beat(3)
    jumps(-seconds)
    wires.beat(3)
    assert tab.of("status") == []
    dialogue.refresh_from_db()
    assert dialogue.operator == ilya
    assert zone.close_code is None


@pytest.mark.parametrize("away", [-40 * SECOND, HOUR])
def test_a_place_whose_socket_is_heard_is_held_whatever_its_row_says(
    wires, monkeypatch, marina, ilya, dialogue, away
):
    monkeypatch.setattr(hub, "TRUSTED_AFTER", 0.0)
    wires.operator(ilya)
    tab = wires.visitor(marina)
    leases_end(timezone.now() + away)
    wires.beat(3)
    assert tab.of("status") == []
    assert read_present(timezone.now()) == {ilya.pk: "online"}
    assert Conversation.objects.get().operator == ilya


def test_a_process_that_stood_still_takes_nobody_for_gone(wires, marina, ilya):
    is_present(ilya)
    tab, pulse = wires.visitor(marina), wires.hub()
    leases_end(timezone.now() - HOUR)
    pulse._seen_at -= 60
    wires.run(pulse.refresh())
    tab.settle()
    assert tab.of("status") == []
    pulse._wary_until = 0.0
    wires.beat()
    assert tab.expect("status")["status"] == "offline"


def test_who_left_meanwhile_is_gone_all_the_same(wires, marina, ilya):
    is_present(ilya)
    tab, pulse = wires.visitor(marina), wires.hub()
    presence.release(ilya, Lease.Ending.LEFT, at=timezone.now())
    pulse._seen_at -= 60
    wires.run(pulse.refresh())
    assert tab.expect("status")["status"] == "offline"


def test_a_place_that_was_given_up_is_not_held(ilya):
    place, at = uuid4(), timezone.now()
    presence.take_place(ilya, place, at=at)
    presence.release(ilya, Lease.Ending.LEFT, at=at)
    presence.hold({place: 10 * SECOND}, at=at + HOUR)
    assert read_present(at + HOUR) == {}


def test_a_place_that_fades_is_not_held_longer(ilya):
    place, at = uuid4(), timezone.now()
    presence.take_place(ilya, place, at=at)
    presence.fade(place, at=at)
    presence.hold({place: 10 * SECOND}, at=at + SECOND)
    assert read_present(at + Lease.GRACE) == {}


# Who is gone


def test_after_a_restart_with_the_clock_set_back_who_is_gone_is_gone(wires, marina, ilya):
    is_present(ilya)
    leases_end(timezone.now() + HOUR)
    assert wires.visitor(marina).welcome["reason"] == "nobody"


@pytest.mark.django_db(transaction=True)
def test_their_dialogue_returns_to_the_queue(marina, ilya, dialogue):
    is_present(ilya)
    leases_end(timezone.now() + HOUR)
    for seconds in (0, 30, 90):
        at = timezone.now() + seconds * SECOND
        sweeping.sweep(at=at, trusts_leases=True)
    assert Conversation.objects.get().state == "waiting"


def test_a_visit_from_the_future_is_none(marina):
    at = timezone.now()
    Visit.objects.create(visitor=marina, started_at=at, seen_at=at, present_until=at + HOUR)
    assert not Visit.objects.present(at).exists()


@pytest.mark.django_db(transaction=True)
def test_what_was_asked_in_the_future_is_over(marina, sergey, ilya, darya):
    is_present(ilya, darya)
    transfers(ilya, accepts(ilya, writes(marina).conversation), darya)
    invites(ilya, accepts(ilya, writes(sergey).conversation), darya)
    back = timezone.now() - HOUR
    assert Transfer.objects.overdue(back).exists()
    assert Participant.objects.overdue(back).exists()
    assert not Transfer.objects.overdue(timezone.now() - SECOND).exists()
    assert not Participant.objects.overdue(timezone.now() - SECOND).exists()


@pytest.mark.django_db(transaction=True)
def test_an_offer_from_the_future_is_made_anew(first_line, marina, ilya):
    first_line.distribution = Distribution.IN_TURN
    first_line.save()
    is_present(ilya)
    writes(marina)
    Conversation.objects.update(offered_until=timezone.now() + HOUR)
    sweeping.sweep(at=timezone.now(), trusts_leases=False)
    soon = timezone.now() + 60 * SECOND
    assert Conversation.objects.filter(offered_until__lt=soon, offered_to=ilya).exists()
