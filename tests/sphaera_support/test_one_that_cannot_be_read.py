"""One row that makes no sense, one step that fails: the rest goes on, and it is said once."""

import json
from datetime import date
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from chat.actions import conversations, transfers
from chat.actions import sweep as sweeping
from chat.actions.queue import assign_waiting
from chat.actions.sweep import sweep
from chat.broadcasts.heard import HEARD
from chat.events import MessagePosted
from chat.models import Conversation, Outcome, Transfer
from chat.queue.availability import read_rules, take_snapshot
from chat.sockets import hub
from chat.sockets.visitor import VisitorConsumer
from departments.models import Distribution, ExceptionalDay, Hours, Site
from operators.models import Account
from tests.cast import accepts, answers, browser_of, closes, is_present, writes
from tests.cast import transfers as hands_over


@pytest.fixture
def spoilt(site):
    """Somebody wrote nonsense into the row of the site by hand."""
    Site.objects.filter(pk=site.pk).update(time_zone="Mars/Olympus")
    return site


def readiness():
    answer = browser_of().get("/readyz")
    return answer.status_code, answer.json()


def status(site, owner=None):
    return take_snapshot(read_rules(), at=timezone.now()).status(site.pk, owner)


# Schedules


@pytest.mark.parametrize(
    ("opens", "closes"), [(540, 540), (540, 539), (540, 540 + 1441), (1440, 1500)]
)
def test_the_database_keeps_no_span_that_makes_no_sense(site, opens, closes):
    with pytest.raises(IntegrityError), transaction.atomic():
        Hours.objects.create(site=site, weekday=0, opens=opens, closes=closes)


def test_a_span_of_a_whole_day_is_one(site):
    Hours.objects.create(site=site, weekday=0, opens=540, closes=540 + 1440)
    assert site.hours.filter(closes=540 + 1440).exists()


NONSENSE = [
    {},
    "9-18",
    [540, 1080],
    [["9:00", "18:00"]],
    [[540]],
    [[540, 2000]],
    [[-1, 5]],
    [[True, 5]],
]


@pytest.mark.parametrize("spans", NONSENSE)
def test_an_exceptional_day_is_refused_by_every_way_of_writing_it(site, spans):
    day = site.exceptional_days.create(on=date(2026, 5, 9), spans=[[540, 1080]])
    for write in (
        partial(site.exceptional_days.create, on=date(2026, 5, 10), spans=spans),
        partial(ExceptionalDay.objects.filter(pk=day.pk).update, spans=spans),
        partial(ExceptionalDay.objects.bulk_create, [ExceptionalDay(site=site, spans=spans)]),
    ):
        with pytest.raises(ValidationError), transaction.atomic():
            write()
    day.refresh_from_db()
    assert day.spans == [[540, 1080]]


@pytest.mark.parametrize("spans", NONSENSE)
def test_a_day_that_was_spoilt_by_hand_closes_its_site_and_no_other(
    site, other_site, ilya, zoya, spans
):
    day = site.exceptional_days.create(on=date(2026, 5, 9), spans=[])
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE departments_exceptionalday SET spans = %s WHERE id = %s",
            [json.dumps(spans), day.pk],
        )
    is_present(ilya, zoya)
    assert status(site) == ("offline", "hours")
    assert status(other_site) == ("online", "ok")


def test_in_dialogue_one_is_online_whatever_the_schedule(spoilt, ilya):
    is_present(ilya)
    assert status(spoilt, ilya.pk) == ("online", "ok")


def test_what_waited_there_is_closed_all_the_same(spoilt, ilya, marina):
    is_present(ilya)
    waiting = writes(marina).conversation
    closes(ilya, waiting)
    assert waiting.waits.get().outcome == "offline"


def test_it_is_said_once_that_a_schedule_cannot_be_read_and_once_that_it_can(spoilt, caplog):
    for _beat in range(3):
        status(spoilt)
    (said,) = caplog.messages
    assert "schedules demo" in said
    assert "\n" not in said
    caplog.clear()
    Site.objects.filter(pk=spoilt.pk).update(time_zone="Europe/Moscow")
    for _beat in range(3):
        status(spoilt)
    assert caplog.messages == ["schedules demo: works again"]


def test_a_process_with_a_broken_schedule_goes_on_serving_and_says_so(spoilt):
    status(spoilt)
    assert readiness() == (200, {"status": "degraded", "degraded": ["schedules"]})
    Site.objects.filter(pk=spoilt.pk).update(time_zone="Europe/Moscow")
    status(spoilt)
    assert readiness() == (200, {"status": "ok"})


def test_everybody_is_welcome_all_the_same(wires, spoilt, marina, rustam, ilya, zoya, caplog):
    zone = wires.operator(zoya)
    assert wires.visitor(marina).welcome["reason"] == "hours"
    assert wires.visitor(rustam).welcome["status"] == "online"
    assert zone.welcome["presence"] == "online"
    caplog.clear()


# Accounts


def test_a_status_that_is_none_spoils_no_list(ilya, darya, elena):
    Account.objects.filter(pk=ilya.pk).update(intention="asleep")
    is_present(ilya)
    page = browser_of(elena).get("/chat/")
    assert page.status_code == 200
    assert darya.name in page.content.decode()


# Steps of the pulse


def fail(*args, **keywords):
    raise ValueError("a poisoned row")


async def failing(*args, **keywords):
    fail()


@pytest.mark.parametrize("step", ["refresh", "_let_depart", "_check_access", "_keep_visits"])
def test_a_step_that_fails_does_not_keep_the_later_ones_from_their_work(
    wires, monkeypatch, caplog, marina, ilya, dialogue, step
):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    monkeypatch.setattr(hub.Hub, step, failing)
    monkeypatch.setattr(hub, "KEEP_VISITS_EVERY", 1.0)
    with transaction.atomic():  # a message whose doorbell nobody hears
        monkeypatch.setitem(HEARD, MessagePosted, lambda event: None)
        answers(ilya, dialogue, "Слышно?")
    assert tab.by_pulse("message", text="Слышно?")
    assert zone.expect("message", text="Слышно?")
    caplog.clear()


def test_a_step_that_fails_is_named_once_until_it_works(wires, monkeypatch, caplog, ilya):
    wires.operator(ilya)
    with monkeypatch.context() as broken:
        broken.setattr(hub.Hub, "_let_depart", failing)
        wires.beat(3)
        assert readiness() == (200, {"status": "degraded", "degraded": ["departures"]})
    wires.beat()
    assert readiness() == (200, {"status": "ok"})
    assert [m for m in caplog.messages if m.startswith("departures")] == [
        "departures: ValueError: a poisoned row",
        "departures: works again",
    ]
    caplog.clear()


def test_a_socket_that_cannot_take_a_status_keeps_it_from_nobody(
    wires, monkeypatch, caplog, marina, sergey, ilya
):
    tab, other = wires.visitor(marina), wires.visitor(sergey)
    usual = VisitorConsumer.apply

    async def apply(self, snapshot):
        await (failing() if self.visitor_id == marina.pk else usual(self, snapshot))

    monkeypatch.setattr(VisitorConsumer, "apply", apply)
    wires.operator(ilya)
    assert other.expect("status")["status"] == "online"
    assert tab.of("status") == []
    caplog.clear()


# The sweep


def unanswered(*visitors, owner):
    """Dialogues of an owner who is put off: the sweep returns them."""
    found = [accepts(owner, writes(visitor).conversation) for visitor in visitors]
    Account.objects.filter(pk=owner.pk).update(is_active=False)
    return found


@pytest.mark.django_db(transaction=True)
def test_a_conversation_that_cannot_be_returned_hinders_no_other(
    marina, sergey, ilya, monkeypatch, caplog
):
    poisoned, other = unanswered(marina, sergey, owner=ilya)
    usual = conversations.return_to_queue

    def return_to_queue(public_id, *args, **keywords):
        (fail if public_id == poisoned.public_id else usual)(public_id, *args, **keywords)

    monkeypatch.setattr(sweeping, "return_to_queue", return_to_queue)
    for _beat in range(2):
        sweep(at=timezone.now(), trusts_leases=True)
    assert list(Conversation.objects.waiting()) == [other]
    assert len([m for m in caplog.messages if "poisoned" in m]) == 1
    assert poisoned.public_id in caplog.text
    monkeypatch.undo()
    sweep(at=timezone.now(), trusts_leases=True)
    assert Conversation.objects.waiting().count() == 2
    assert "works again" in caplog.messages[-1]


@pytest.mark.django_db(transaction=True)
def test_a_transfer_that_cannot_expire_hinders_no_other(
    marina, sergey, ilya, darya, monkeypatch, caplog
):
    is_present(ilya, darya)
    offers = [
        hands_over(ilya, accepts(ilya, writes(visitor).conversation), darya)
        for visitor in (marina, sergey)
    ]
    usual = transfers._expire

    def expire(transfer_id, *args, **keywords):
        return (fail if transfer_id == offers[0].pk else usual)(transfer_id, *args, **keywords)

    monkeypatch.setattr(transfers, "_expire", expire)
    sweep(at=timezone.now() + Transfer.TIMEOUT, trusts_leases=False)
    outcomes = Transfer.objects.order_by("pk").values_list("outcome", flat=True)
    assert list(outcomes) == [Outcome.PENDING, Outcome.EXPIRED]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("spoilt", ["{}", '"all"', "7", '[null, "x"]'])
def test_a_conversation_with_nonsense_in_it_is_offered_like_any_other(
    first_line, marina, sergey, ilya, spoilt
):
    first_line.distribution = Distribution.IN_TURN
    first_line.save()
    for visitor in (marina, sergey):
        writes(visitor)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE chat_conversation SET rings_for = %s, passed_by = %s WHERE visitor_id = %s",
            [spoilt, spoilt, marina.pk],
        )
    is_present(ilya)
    assign_waiting(first_line.pk, at=timezone.now())
    assert set(Conversation.objects.values_list("offered_to", flat=True)) == {ilya.pk}
