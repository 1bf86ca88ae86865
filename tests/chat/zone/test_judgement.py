"""How critical a conversation is: proposed by the table, chosen otherwise for a reason."""

from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from chat.actions.changes import Doer
from chat.actions.identification import NoReason
from chat.actions.plans import change_criticality_of
from chat.models import Conversation, Judgement
from chat.queue.position import queue_position
from chat.zone.lists import lists
from departments.criticality import Criticality, Impact, Urgency
from tests.cast import (
    SECRET,
    browser_of,
    closes,
    is_present,
    judges,
    loses_its_owner,
    offers_plan,
    signs_contract,
    takes_over,
    transfers,
    writes,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]

MINUTE = timedelta(minutes=1)


def asks(account, conversation, **typed):
    return browser_of(account).post(f"/chat/{conversation.public_id}/criticality/", typed)


def text(answer):
    return unescape(answer.content.decode())


def test_the_table_proposes_and_says_why(dialogue, ilya, darya):
    answer = asks(ilya, dialogue, impact=3, urgency=3)
    assert answer.status_code == 200
    assert "Вся организация, работа стоит: критическая." in text(answer)
    assert "Илья Воронцов" in text(answer)
    dialogue.refresh_from_db()
    assert dialogue.criticality == Criticality.CRITICAL
    page = browser_of(darya).get(f"/chat/{dialogue.public_id}/").content.decode()
    assert "Вся организация, работа стоит: критическая." in page


def test_the_plan_s_own_cells_go_first(dialogue, ilya, elena):
    plan = offers_plan(elena)
    own = {(Impact.ONE, Urgency.HINDERS): Criticality.HIGH}
    change_criticality_of(Doer(elena), plan.pk, own, shown=plan.version, at=timezone.now())
    signs_contract(elena, plan, customers=("marina",))
    told = "на плане «Расширенный» — высокая, у других — обычная"
    assert told in text(asks(ilya, dialogue, impact=1, urgency=2))


def test_another_needs_a_reason_in_words(dialogue, ilya):
    answer = asks(ilya, dialogue, impact=1, urgency=1, criticality=4, reason=" ")
    assert (answer.status_code, answer["HX-Retarget"]) == (422, "#judgement-error")
    assert "Напишите словами" in text(answer)
    assert not Judgement.objects.exists()
    given = {"impact": 1, "urgency": 1, "criticality": 4, "reason": "Завтра сдача отчёта"}
    answer = asks(ilya, dialogue, **given)
    assert "Завтра сдача отчёта" in text(answer)
    kept = Judgement.objects.get()
    assert (kept.by, kept.criticality, kept.why) == (
        ilya,
        Criticality.CRITICAL,
        "Один человек, может подождать: низкая.",
    )


def test_without_impact_and_urgency_it_is_chosen_for_a_reason_alone(dialogue, ilya):
    with pytest.raises(NoReason):
        judges(ilya, dialogue, chosen=Criticality.HIGH)
    judges(ilya, dialogue, chosen=Criticality.HIGH, reason="Просил директор")
    assert Judgement.objects.get().reason == "Просил директор"


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"impact": 3},
        {"impact": 9, "urgency": "x"},
        {"criticality": 4, "reason": "я" * 501},
        {"criticality": 4, "reason": "a\0b"},
    ],
)
def test_what_says_too_little_or_nonsense_changes_nothing(dialogue, ilya, typed):
    assert asks(ilya, dialogue, **typed).status_code == 422
    dialogue.refresh_from_db()
    assert dialogue.criticality == Criticality.NORMAL
    assert not Judgement.objects.exists()


def test_each_judgement_is_kept_and_the_last_counts(dialogue, ilya, darya):
    judges(ilya, dialogue, Impact.ALL, Urgency.STOPS)
    judges(darya, dialogue, Impact.ONE, Urgency.CAN_WAIT)
    assert Judgement.objects.count() == 2
    dialogue.refresh_from_db()
    assert dialogue.criticality == Criticality.LOW


def test_what_is_closed_is_judged_no_more(dialogue, ilya):
    closes(ilya, dialogue)
    assert asks(ilya, dialogue, impact=3, urgency=3).status_code == 409


def test_who_does_not_see_it_judges_nothing(dialogue, anton):
    assert asks(anton, dialogue, impact=3, urgency=3).status_code == 404


# In the queue


@pytest.fixture
def ahead(marina):
    return writes(marina, at=timezone.now() - 10 * MINUTE).conversation


@pytest.fixture
def behind(ahead, sergey):
    return writes(sergey, at=timezone.now()).conversation


def test_the_critical_goes_before_who_has_waited_a_little_longer(ahead, behind, ilya):
    judges(ilya, behind, Impact.ALL, Urgency.STOPS)
    for one, place in ((behind, 1), (ahead, 2)):
        assert queue_position(Conversation.objects.get(pk=one.pk)) == place
    shown = [row["cid"] for row in lists(ilya)["waiting"]]
    assert shown == [behind.public_id, ahead.public_id]


def test_who_has_waited_for_longer_than_that_is_not_passed(ahead, behind, ilya):
    Conversation.objects.filter(pk=ahead.pk).update(queued_at=timezone.now() - 31 * MINUTE)
    judges(ilya, behind, Impact.ALL, Urgency.STOPS)
    assert queue_position(Conversation.objects.get(pk=ahead.pk)) == 1


def test_visitors_are_told_their_new_places(wires, ahead, behind, marina, ilya):
    tab = wires.visitor(marina)
    judges(ilya, behind, Impact.ALL, Urgency.STOPS)
    assert tab.expect("conversation", position=2)["position"] == 2


def test_it_goes_with_a_transfer_and_counts_in_the_next_queue(dialogue, ilya, anton):
    is_present(ilya, anton)
    judges(ilya, dialogue, Impact.ALL, Urgency.STOPS)
    transfers(ilya, dialogue, anton)
    takes_over(anton, dialogue)
    loses_its_owner(Conversation.objects.get(pk=dialogue.pk))
    kept = Conversation.objects.get(pk=dialogue.pk)
    assert kept.criticality == Criticality.CRITICAL
    assert kept.queued_at == kept.waiting_since - 30 * MINUTE


def test_colleagues_see_it_at_once_and_the_visitor_reads_nothing_of_it(
    wires, dialogue, marina, ilya, darya
):
    zone, tab = wires.operator(darya), wires.visitor(marina)
    judges(ilya, dialogue, chosen=Criticality.HIGH, reason=SECRET)
    zone.expect("conversation", criticality=Criticality.HIGH)
    zone.settle()
    tab.settle()
    assert not [frame for frame in [*zone.raw, *tab.raw] if SECRET in frame]
    assert not [frame for frame in tab.raw if "criticality" in frame]
