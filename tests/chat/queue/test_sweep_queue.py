"""Nothing sticks: what the sweep finds and repairs, and what it leaves alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions import presence as zone
from chat.actions import sweep as sweeping
from chat.actions.sweep import sweep_queue
from chat.models import Conversation
from chat.sockets import hub
from chat.wire.lines import for_staff, for_visitor
from departments.models import Distribution, Membership
from operators import presence
from operators.models import Account, Lease
from tests.cast import accepts, answers, browser_of, writes

pytestmark = pytest.mark.django_db(transaction=True)

SECOND = timedelta(seconds=1)
RETURNED = "Оператор отключился, ищем другого. Обращение снова в очереди"


@pytest.fixture
def in_turn(first_line):
    first_line.distribution = Distribution.IN_TURN
    first_line.save()
    return first_line


@pytest.fixture
def place(ilya):
    """Ilya's place in the zone."""
    place = Lease().place
    zone.enter_zone(ilya, place, at=timezone.now())
    return place


def sweep_in(seconds, *, trusts_leases=True):
    sweep_queue(at=timezone.now() + seconds * SECOND, trusts_leases=trusts_leases)


def state_of(conversation):
    conversation.refresh_from_db()
    return conversation.state


def test_an_offer_that_ran_out_goes_to_the_next(in_turn, place, marina, darya, ilya):
    conversation = writes(marina).conversation
    presence.take_place(darya, Lease().place, at=timezone.now() + 31 * SECOND)
    presence.renew(place, at=timezone.now() + 31 * SECOND)
    sweep_in(31)
    conversation.refresh_from_db()
    assert conversation.offered_to == darya
    assert conversation.passed_by == [ilya.pk]


def test_an_offer_to_whose_place_died_is_withdrawn(in_turn, place, marina):
    conversation = writes(marina).conversation
    sweep_in(Lease.VALID.total_seconds() + 1)
    conversation.refresh_from_db()
    assert conversation.offered_to is None


def test_an_offer_to_who_is_no_member_any_more_is_withdrawn(in_turn, place, marina):
    conversation = writes(marina).conversation
    Membership.objects.all().delete()
    sweep_in(1)
    conversation.refresh_from_db()
    assert conversation.offered_to is None


def test_a_dead_place_s_unanswered_dialogue_returns_to_the_queue(place, marina, dialogue):
    writes(marina, "Вы здесь?")
    sweep_in(30)
    assert state_of(dialogue) == "waiting"
    event = dialogue.messages.order_by("seq").last()
    assert for_visitor(event) == RETURNED
    assert "Оператор отключился" in for_staff(event)


def test_it_is_offered_to_a_colleague_who_is_there(in_turn, place, marina, darya, dialogue):
    presence.take_place(darya, Lease().place, at=timezone.now() + 30 * SECOND)
    sweep_in(30)
    dialogue.refresh_from_db()
    assert dialogue.offered_to == darya


def test_it_returns_once(place, dialogue):
    sweep_in(30)
    before = dialogue.messages.count()
    sweep_in(31)
    assert dialogue.messages.count() == before


def test_an_answered_dialogue_waits_for_its_operator(place, ilya, dialogue):
    answers(ilya, dialogue, "Проверяю")
    sweep_in(600)
    assert state_of(dialogue) == "active"


def test_a_note_is_no_answer(place, ilya, darya, dialogue):
    answers(darya, dialogue, "Илья, вы где?", note=True)
    sweep_in(30)
    assert state_of(dialogue) == "waiting"


def test_a_reload_or_a_blip_costs_nobody_their_dialogue(place, dialogue):
    presence.fade(place, at=timezone.now())
    sweep_in(10)
    assert state_of(dialogue) == "active"


def test_who_came_back_in_time_keeps_it(place, ilya, dialogue):
    presence.take_place(ilya, Lease().place, at=timezone.now() + 28 * SECOND)
    sweep_in(30)
    assert state_of(dialogue) == "active"


def test_who_opened_another_section_keeps_it_for_a_minute(place, ilya, dialogue):
    zone.leave_zone(ilya, Lease.Ending.LEFT, at=timezone.now())
    sweep_in(55)
    assert state_of(dialogue) == "active"
    sweep_in(65)
    assert state_of(dialogue) == "waiting"
    event = dialogue.messages.order_by("seq").last()
    assert for_visitor(event) == RETURNED
    assert "нет в «Общении»" in for_staff(event)


def test_who_writes_to_an_absent_operator_waits_a_minute_for_others(place, ilya, marina, dialogue):
    answers(ilya, dialogue, "Готово")
    zone.leave_zone(ilya, Lease.Ending.LEFT, at=timezone.now())
    writes(marina, "Ещё вопрос", at=timezone.now() + 300 * SECOND)
    sweep_in(340)
    assert state_of(dialogue) == "active"
    sweep_in(365)
    assert state_of(dialogue) == "waiting"


def test_an_answered_dialogue_stays_with_who_left(place, ilya, dialogue):
    answers(ilya, dialogue, "Готово")
    zone.leave_zone(ilya, Lease.Ending.LEFT, at=timezone.now())
    sweep_in(3600)
    assert state_of(dialogue) == "active"


def test_who_came_back_from_another_section_keeps_it(place, ilya, dialogue):
    zone.leave_zone(ilya, Lease.Ending.LEFT, at=timezone.now())
    zone.enter_zone(ilya, Lease().place, at=timezone.now() + 60 * SECOND)
    sweep_in(65)
    assert state_of(dialogue) == "active"


def test_a_part_that_fails_does_not_keep_the_others_from_their_work(
    place, ilya, dialogue, monkeypatch, caplog
):
    def fails(*, at):
        raise ValueError("a poisoned row")

    monkeypatch.setattr(sweeping, "expire_transfers", fails)
    zone.leave_zone(ilya, Lease.Ending.LEFT, at=timezone.now())
    sweeping.sweep(at=timezone.now() + 65 * SECOND, trusts_leases=True)
    assert state_of(dialogue) == "waiting"
    assert "a poisoned row" in caplog.text


def test_while_the_server_itself_may_have_been_gone_nobody_loses_anything(place, dialogue):
    sweep_in(600, trusts_leases=False)
    assert state_of(dialogue) == "active"


def test_a_deactivated_owner_s_dialogue_returns_however_it_came_to_be(ilya, dialogue):
    Account.objects.filter(pk=ilya.pk).update(is_active=False)
    sweep_in(0)
    assert state_of(dialogue) == "waiting"


# In the pulse


def row_with(wire, conversation, mark):
    """The conversation's first row that bears the mark, however many come before it."""
    while True:
        row = wire.expect("fragment", target=f"visitor-{conversation.public_id}")["html"]
        if mark in row:
            return row


def test_the_pulse_offers_to_the_next_when_time_is_up(wires, in_turn, marina, ilya, darya):
    wires.operator(ilya)
    conversation = writes(marina).conversation
    zone_of_darya = wires.operator(darya)
    Conversation.objects.update(offered_until=timezone.now())
    wires.beat()
    row_with(zone_of_darya, conversation, f'data-offered-to="{darya.pk}"')
    assert accepts(darya, conversation).operator == darya


def test_the_pulse_trusts_leases_after_a_while(wires, monkeypatch, marina, ilya, dialogue):
    monkeypatch.setattr(hub, "TRUSTED_AFTER", 0.0)
    monkeypatch.setattr(Lease, "VALID", -15 * SECOND)
    tab, operator = wires.visitor(marina), wires.operator(ilya)
    assert operator.close_code is None
    assert tab.by_pulse("message", text=RETURNED)
    assert tab.expect("conversation", state="waiting")["position"] == 1


def test_a_fresh_process_does_not(wires, monkeypatch, marina, ilya, dialogue):
    monkeypatch.setattr(Lease, "VALID", -15 * SECOND)
    wires.operator(ilya)
    wires.run(wires.hub()._sweep(1e9))
    assert state_of(dialogue) == "active"


# Whom it rings with


def test_only_who_is_asked_is_named_in_the_row(wires, in_turn, marina, ilya, darya):
    wires.operator(ilya)
    colleague = wires.operator(darya)
    conversation = writes(marina).conversation
    conversation.refresh_from_db()
    row = row_with(colleague, conversation, "data-offered-to")
    asked = conversation.offered_to
    assert f'data-rings-for="{asked.pk}"' in row
    assert f"предложено: {asked.name}" in row


def test_before_anybody_is_asked_the_row_rings_with_nobody(wires, in_turn, marina, darya):
    colleague = wires.operator(darya)
    conversation = writes(marina).conversation
    row = colleague.expect("fragment", target=f"visitor-{conversation.public_id}")["html"]
    assert 'data-rings-for="' in row


def test_the_page_says_the_same(in_turn, place, marina, ilya):
    writes(marina)
    page = browser_of(ilya).get("/chat/").content.decode()
    assert f'data-rings-for="{ilya.pk}" data-offered-to="{ilya.pk}" data-offered-until="' in page


def test_the_usual_department_names_nobody(place, marina, ilya):
    writes(marina)
    page = browser_of(ilya).get("/chat/").content.decode()
    assert "data-rings-for" not in page


def test_who_accepts_what_is_another_s_reads_whose(wires, in_turn, marina, ilya, darya):
    wires.operator(ilya)
    conversation = writes(marina).conversation
    colleague = wires.operator(darya)
    refused = colleague.ask("accept", conversation=conversation.public_id)
    assert (refused["code"], refused["detail"]) == (
        "conflict",
        "Обращение сейчас предложено: Илья Воронцов.",
    )
