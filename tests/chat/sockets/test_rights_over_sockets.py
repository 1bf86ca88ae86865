"""Rights taken away end on open sockets too, with no doorbell and within two seconds."""

import pytest
from django.utils import timezone

from chat.models import Conversation, Message, Visitor
from chat.sockets import hub, revocation
from departments.models import Department, Membership, Site
from operators.models import Account, Role
from tests.cast import browser_of, makes_group, token, writes

WITHIN = 2.5  # seconds: two, and half a one for a busy machine
NEW = "0d6a1c52-3f0e-4a54-9d5f-0b6e5a0a9f77"
CHANGED, SIGNED_OUT, PUT_OFF = 4412, 4401, 4403


def change(account, **fields):
    """By hand in the database: nobody is told."""
    Account.objects.filter(pk=account.pk).update(**fields)


@pytest.fixture
def unwatched(monkeypatch):
    """The pulse does not look at rights: each frame is judged by itself."""
    monkeypatch.setattr(hub, "CHECK_ACCESS_EVERY", 1e9)


# The pulse closes


def test_who_is_out_of_a_department_comes_back_without_it(wires, ilya, marina):
    zone = wires.operator(ilya)
    Membership.objects.filter(account=ilya).delete()
    assert zone.closing(WITHIN) == CHANGED
    again = wires.operator(ilya)
    writes(marina)
    again.settle()
    assert again.of("conversation") == []


def test_who_came_into_a_department_comes_back_with_it(wires, ilya, marina, second_line):
    zone = wires.operator(ilya)
    Membership.objects.create(account=ilya, department=second_line)
    assert zone.closing(WITHIN) == CHANGED


def test_a_department_of_another_level_is_told_of_nobody_who_is_merely_on_the_site(
    wires, ilya, first_line, marina
):
    zone = wires.operator(ilya)
    Department.objects.filter(pk=first_line.pk).update(level=2)
    assert zone.closing(WITHIN) == CHANGED
    again = wires.operator(ilya)
    wires.visitor(marina)
    again.ask("people")
    assert again.expect("people")["count"] == 0


def test_who_is_no_administrator_any_more_comes_back_as_an_operator(wires, elena, waiting):
    zone = wires.operator(elena)
    change(elena, role=Role.OPERATOR)
    assert zone.closing(WITHIN) == CHANGED
    assert wires.operator(elena).welcome["conversations"] == []


def test_who_became_an_administrator_comes_back_as_one(wires, anton, waiting):
    zone = wires.operator(anton)
    change(anton, role=Role.ADMINISTRATOR)
    assert zone.closing(WITHIN) == CHANGED
    (listed,) = wires.operator(anton).welcome["conversations"]
    assert listed["id"] == waiting.public_id


@pytest.mark.parametrize("fields", [{"is_active": False}, {"role": Role.CUSTOMER}])
def test_who_is_no_staff_any_more_is_out(wires, ilya, fields):
    zone = wires.operator(ilya)
    change(ilya, **fields)
    assert zone.closing(WITHIN) == PUT_OFF


def test_a_customer_of_the_cabinet_who_was_put_off_is_out(wires, marina, customer):
    tab = wires.visitor(marina)
    change(customer, is_active=False)
    assert tab.closing(WITHIN) == PUT_OFF


def test_one_of_many_who_were_put_off_is_out(wires, marina, customer):
    Account.objects.bulk_create(
        Account(login=f"gone{number}", role=Role.CUSTOMER, is_active=False)
        for number in range(revocation.MOST_DOUBTED)
    )
    tab = wires.visitor(marina)
    change(customer, is_active=False)
    assert tab.closing(WITHIN) == PUT_OFF


def test_their_token_is_void(wires, marina, customer):
    old = token(marina)
    change(customer, is_active=False)
    tab = wires.open("/ws/visitor/demo/")
    tab.say("hello", token=old)
    assert tab.closing() == SIGNED_OUT
    window = browser_of().get("/widget/demo/window/", headers={"Authorization": f"Bearer {old}"})
    assert window.status_code == 401


def test_another_site_s_customer_of_the_same_name_stays(wires, other_site, customer):
    namesake = Visitor.objects.create(site=other_site, subject="marina", name="Марина Другая")
    tab = wires.visitor(namesake)
    change(customer, is_active=False)
    wires.run(wires.hub()._check_access())
    tab.settle()
    assert tab.close_code is None


def test_who_signed_out_elsewhere_is_out(wires, marina):
    tab = wires.visitor(marina)
    Visitor.objects.filter(pk=marina.pk).update(signed_out_at=timezone.now())
    assert tab.closing(WITHIN) == SIGNED_OUT


def test_a_site_that_was_put_off_serves_nobody(wires, marina, site):
    tab = wires.visitor(marina)
    Site.objects.filter(pk=site.pk).update(is_active=False)
    assert tab.closing(WITHIN) == PUT_OFF


def test_a_colleague_s_rights_are_nobody_else_s(wires, ilya, darya, marina):
    zone, tab = wires.operator(darya), wires.visitor(marina)
    Membership.objects.filter(account=ilya).delete()
    wires.run(wires.hub()._check_access())
    for wire in (zone, tab):
        wire.settle()
        assert wire.close_code is None


# Each frame asks


def test_a_former_administrator_reads_and_writes_nothing(wires, unwatched, elena, dialogue):
    zone = wires.operator(elena)
    change(elena, role=Role.OPERATOR)
    for kind, fields in (("sync", {"after": 0}), ("message", {"text": "Заметка", "note": True})):
        answer = zone.ask(kind, conversation=dialogue.public_id, **fields)
        assert answer["code"] == "not_found"
    assert not Message.objects.filter(text="Заметка").exists()


def test_who_is_out_of_the_department_accepts_nothing_of_it(wires, unwatched, ilya, waiting):
    zone = wires.operator(ilya)
    Membership.objects.filter(account=ilya).delete()
    assert zone.ask("accept", conversation=waiting.public_id)["code"] == "not_found"
    assert Conversation.objects.get().operator is None


@pytest.mark.parametrize("note", [True, False])
@pytest.mark.parametrize("fields", [{"is_active": False}, {"role": Role.CUSTOMER}])
def test_who_was_put_off_writes_nothing(wires, unwatched, ilya, dialogue, fields, note):
    """Not even what usually goes the quick way: an answer into one's own dialogue."""
    zone = wires.operator(ilya)
    change(ilya, **fields)
    zone.say("message", id=NEW, conversation=dialogue.public_id, text="Я ещё здесь", note=note)
    assert zone.closing() == PUT_OFF
    assert not Message.objects.filter(text="Я ещё здесь").exists()


def test_who_was_put_off_writes_no_colleague(wires, unwatched, ilya, darya):
    chat = makes_group(ilya, "Смена", darya)
    zone = wires.operator(ilya)
    change(ilya, is_active=False)
    zone.say("message", id=NEW, conversation=chat.public_id, text="Я ещё здесь")
    assert zone.closing() == PUT_OFF
    assert not chat.messages.filter(text="Я ещё здесь").exists()


def test_who_may_goes_on(wires, unwatched, ilya, dialogue):
    zone = wires.operator(ilya)
    for note in (False, True):
        answer = zone.ask("message", conversation=dialogue.public_id, text="Готово", note=note)
        assert answer["type"] == "ack"
