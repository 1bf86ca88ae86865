"""An automatic rule fires once in a visit, and what comes of it."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions.approach import decline_for_now
from chat.actions.changes import Doer
from chat.actions.firing import Came, close_ignored, fire
from chat.actions.rules import switch_rule
from chat.actions.sweep import sweep_queue
from chat.models import Closing, ConversationTag, FieldValue, Firing, Visit
from chat.recount import differences
from departments.models import Membership
from operators import presence
from operators.models import Lease
from tests.cast import SECOND, closes, defines, is_present, on_site, writes, writes_first
from tests.chat.automatic.rules import rules_that
from tests.crowd import at_once
from tests.forks import ended, forked

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = "Помочь с оплатой?"


@pytest.fixture
def visit(marina):
    return on_site(marina)


def fires(rule, visit, at=None):
    return fire(visit.pk, rule.pk, at=at or timezone.now()).came


def test_of_many_at_once_one_fires(elena, visit):
    rule = rules_that(elena, banner="Скидки")
    came = at_once([lambda: fires(rule, visit)] * 4)
    assert sorted(one.value for one in came) == ["fired", "known", "known", "known"]
    assert Firing.objects.count() == 1
    visit.refresh_from_db()
    assert visit.fired == [rule.pk]


def test_of_two_processes_that_see_a_visitor_one_fires(transactional_db, elena, marina, visit):
    """A window in each of them: both find at the same moment that the rule holds."""
    rule = rules_that(elena, tag="оплата")
    begin, tell = os.pipe()

    def look():
        os.read(begin, 1)
        fires(rule, visit)

    processes = [forked(look) for _number in range(2)]
    os.write(tell, b"12")
    assert [ended(process) for process in processes] == [0, 0]
    assert Firing.objects.count() == 1
    visit.refresh_from_db()
    assert visit.fired == [rule.pk]


def test_after_one_that_stops_none_fires_whoever_looks(elena, visit):
    first, second = rules_that(elena, tag="a", stops=True), rules_that(elena, tag="b")
    assert fires(first, visit) == Came.FIRED
    assert fires(second, visit) == Came.OVER


def test_one_that_was_switched_off_or_is_for_another_site_does_not_fire(elena, other_site, visit):
    off, foreign = rules_that(elena, tag="a"), rules_that(elena, tag="b", site=other_site.pk)
    switch_rule(Doer(elena), off.pk, on=False, at=timezone.now())
    assert {fires(off, visit), fires(foreign, visit)} == {Came.KNOWN}
    assert not Firing.objects.exists()


def test_who_talks_or_has_just_talked_is_not_filtered(elena, ilya, marina, visit):
    rule = rules_that(elena, tag="a")
    conversation = writes(marina).conversation
    assert fires(rule, visit) == Came.OVER
    closes(elena, conversation)
    assert fires(rule, visit) == Came.OVER


def test_an_invitation_nobody_can_make_leaves_nothing(elena, ilya, darya, first_line, visit):
    rule = rules_that(elena, invitation=TEXT, tag="a", field=defines(elena).pk, value="7")
    assert fires(rule, visit) == Came.LATER
    is_present(ilya)
    Membership.objects.update(limit=1)
    writes_first(ilya, on_site(visit.visitor.site.visitors.create(subject="x", name="x")))
    assert fires(rule, visit) == Came.LATER
    assert (Firing.objects.count(), FieldValue.objects.count()) == (0, 0)
    is_present(darya)
    assert fires(rule, visit) == Came.FIRED
    conversation = Firing.objects.get().conversation
    assert (conversation.operator, conversation.begun_by_operator) == (darya, True)
    assert FieldValue.objects.get().by_name == "Автоматическое действие «Правило»"
    assert ConversationTag.objects.get().conversation == conversation


def test_who_declined_is_not_invited(elena, ilya, marina, visit):
    is_present(ilya)
    rule = rules_that(elena, invitation=TEXT)
    decline_for_now(marina.pk, visit.pk, at=timezone.now())
    assert fires(rule, visit) == Came.NEVER


def invited(elena, ilya, visit):
    is_present(ilya)
    assert fires(rules_that(elena, invitation=TEXT, operator=ilya.pk), visit) == Came.FIRED
    return Firing.objects.get().conversation


def test_an_invitation_whose_operator_has_gone_reaches_the_queue(elena, ilya, marina, visit):
    conversation = invited(elena, ilya, visit)
    presence.release(ilya, Lease.Ending.LEFT, at=timezone.now())
    sweep_queue(at=timezone.now(), trusts_leases=False)
    conversation.refresh_from_db()
    assert conversation.state == "active"  # until they answer
    writes(marina, "Да, помогите")
    sweep_queue(at=timezone.now(), trusts_leases=False)
    conversation.refresh_from_db()
    assert conversation.state == "waiting"
    assert list(differences([conversation])) == []


def test_an_invitation_without_an_answer_ends_when_its_visitor_is_gone(elena, ilya, visit):
    conversation = invited(elena, ilya, visit)
    close_ignored(at=timezone.now() + Visit.VALID)
    assert not Closing.objects.exists()
    close_ignored(at=timezone.now() + timedelta(minutes=4))
    conversation.refresh_from_db()
    assert (conversation.state, Closing.objects.get().way) == ("closed", Closing.Way.IGNORED)
    assert list(differences([conversation])) == []


def test_what_rules_said_an_hour_ago_is_nothing_to_a_new_conversation(
    elena, second_line, first_line, marina, visit
):
    assert fires(rules_that(elena, department=second_line.pk), visit) == Came.FIRED
    later = timezone.now() + Visit.VALID + Visit.GAP + SECOND
    assert writes(marina, at=later).conversation.department == first_line


def test_of_several_departments_the_first_counts(elena, second_line, third_line, marina, visit):
    rules = [rules_that(elena, department=one.pk) for one in (second_line, third_line)]
    for rule in reversed(rules):
        fires(rule, visit)
    assert writes(marina).conversation.department == second_line
