"""What an administrator saves acts on open sockets and the running queue at once."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions import accounts, departments, sites
from chat.actions.accounts import AccountDraft
from chat.actions.changes import Doer
from chat.actions.departments import DepartmentDraft
from chat.actions.memberships import Terms
from chat.actions.sites import SiteFields
from chat.models import Conversation
from chat.sockets import hub
from departments.models import Department, Distribution, Membership
from operators.models import Account
from tests.cast import accepts, answers, is_present, token, writes
from tests.wires import beat

CHANGED, SIGNED_OUT, GONE = 4412, 4401, 4403


@pytest.fixture
def no_pulse(monkeypatch):
    """Neither rights nor rules are looked at by themselves: a doorbell alone brings them."""
    for name in ("CHECK_ACCESS_EVERY", "RULES_VALID", "TICK"):
        monkeypatch.setattr(hub, name, 1e6)


def draft_of(department: Department) -> DepartmentDraft:
    members = department.memberships.values_list("account", "priority", "limit")
    return DepartmentDraft(
        **{name: getattr(department, name) for name in departments.FIELDS},
        members={account: Terms(*terms) for account, *terms in members},
        sites=list(department.sites.values_list("pk", flat=True)),
    )


def changes(elena: Account, department: Department, **fields) -> None:
    """As the administrator saves its page, with these typed over."""
    department.refresh_from_db()
    departments.change_department(
        Doer(elena),
        department.pk,
        replace(draft_of(department), **fields),
        shown=department.version,
        even_alone=True,
        at=timezone.now(),
    )


# The queue


@pytest.fixture
def in_turn(first_line):
    """One at a time, and each operator one conversation."""
    Department.objects.filter(pk=first_line.pk).update(distribution=Distribution.IN_TURN)
    return first_line


def test_a_limit_raised_takes_the_head_of_the_queue(wires, elena, ilya, in_turn, marina, sergey):
    Membership.objects.filter(account=ilya).update(limit=1)
    zone = wires.operator(ilya)
    accepts(ilya, writes(marina).conversation)
    head = writes(sergey).conversation
    assert Conversation.objects.get(pk=head.pk).offered_to is None
    changes(elena, in_turn, members={ilya.pk: Terms(limit=2)})
    assert Conversation.objects.get(pk=head.pk).offered_to == ilya
    ringing = f'data-rings-for="{ilya.pk}"'
    wires.until(lambda: any(ringing in one["html"] for one in zone.of("fragment")))


def test_another_way_of_asking_asks_at_once(wires, elena, ilya, darya, first_line, waiting):
    is_present(ilya, darya)
    changes(elena, first_line, distribution=Distribution.LEAST_LOADED)
    assert Conversation.objects.get(pk=waiting.pk).offered_to in (ilya, darya)
    changes(elena, first_line, distribution=Distribution.ALL)
    asked = Conversation.objects.get(pk=waiting.pk)
    assert (asked.offered_to, asked.rings_for) == (None, None)


def test_what_was_offered_to_who_is_taken_out_is_offered_to_another(
    wires, elena, ilya, darya, in_turn, waiting
):
    is_present(ilya, darya)
    changes(elena, in_turn, offer_timeout=in_turn.offer_timeout)
    asked = Conversation.objects.get(pk=waiting.pk).offered_to
    other = darya if asked == ilya else ilya
    changes(elena, in_turn, members={other.pk: Terms()})
    assert Conversation.objects.get(pk=waiting.pk).offered_to == other


def test_who_is_put_into_a_department_is_offered_what_waits_there(
    wires, elena, anton, in_turn, waiting
):
    is_present(anton)
    draft = AccountDraft(name="Антон", login="anton", departments={in_turn.pk: Terms()})
    accounts.change_account(Doer(elena), anton.pk, draft, shown=1, at=timezone.now())
    assert Conversation.objects.get(pk=waiting.pk).offered_to == anton


# Sight


def test_who_is_taken_out_of_a_department_loses_its_conversations(
    wires, no_pulse, elena, ilya, darya, first_line, dialogue
):
    """The open page too: it comes back without it."""
    zone = wires.operator(darya, after={dialogue.public_id: 0})
    changes(elena, first_line, members={ilya.pk: Terms()})
    assert zone.closing() == CHANGED
    again = wires.operator(darya, after={dialogue.public_id: 0})
    answers(ilya, dialogue, "Готово")
    again.settle()
    assert again.log() == []
    assert again.of("conversation") == []


def test_what_they_lead_stays_theirs(wires, no_pulse, elena, ilya, darya, first_line, dialogue):
    zone = wires.operator(ilya)
    changes(elena, first_line, members={darya.pk: Terms()})
    assert zone.closing() == CHANGED
    again = wires.operator(ilya)
    assert again.ask("message", conversation=dialogue.public_id, text="Я здесь")["type"] == "ack"


def test_a_colleague_keeps_the_place(wires, no_pulse, elena, ilya, darya, first_line):
    zone = wires.operator(darya)
    changes(elena, first_line, members={darya.pk: Terms(limit=4)})
    zone.settle()
    rows = [told for told in zone.of("fragment") if told["target"] == f"operator-{darya.pk}"]
    assert "0/4" in rows[-1]["html"]
    assert zone.close_code is None


def test_another_level_sees_others(wires, no_pulse, elena, ilya, first_line, marina):
    zone = wires.operator(ilya)
    changes(elena, first_line, level=2)
    assert zone.closing() == CHANGED


def test_a_deleted_department_is_seen_by_who_has_its_conversations_now(
    wires, no_pulse, elena, ilya, anton, marina, first_line, second_line, waiting
):
    tab, before, after = wires.visitor(marina), wires.operator(ilya), wires.operator(anton)
    departments.delete_department(Doer(elena), first_line.pk, to=second_line.pk, at=timezone.now())
    assert before.closing() == CHANGED
    assert after.expect("conversation", state="waiting")["id"] == waiting.public_id
    told = tab.expect("message")["text"]
    assert told.startswith("Обращение передано: Поддержка второго уровня.")
    tab.settle()
    assert [text for _seq, text in tab.log()].count(told) == 1


# The status that visitors see


def test_visitors_follow_who_takes_them(wires, no_pulse, elena, ilya, first_line, marina):
    wires.operator(ilya)
    tab = wires.visitor(marina)
    wires.run(beat())
    changes(elena, first_line, members={})
    assert tab.expect("status", status="offline")["reason"] == "nobody"
    is_present(ilya)
    changes(elena, first_line, members={ilya.pk: Terms()})
    tab.expect("status", status="online")


# Accounts


def test_signing_out_everywhere_closes_the_sockets(wires, no_pulse, elena, ilya):
    zone = wires.operator(ilya)
    accounts.sign_out_everywhere(Doer(elena), ilya.pk, at=timezone.now())
    assert zone.closing() == SIGNED_OUT


def test_another_password_closes_the_sockets(wires, no_pulse, elena, ilya, first_line):
    zone = wires.operator(ilya)
    draft = AccountDraft(
        name="Илья", login="ilya", password="an umbrella", departments={first_line.pk: Terms()}
    )
    accounts.change_account(Doer(elena), ilya.pk, draft, shown=1, at=timezone.now())
    assert zone.closing() == SIGNED_OUT


def test_who_is_deleted_is_out_and_their_visitor_waits_again(
    wires, no_pulse, elena, ilya, marina, dialogue
):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    accounts.delete_account(Doer(elena), ilya.pk, at=timezone.now())
    assert zone.closing() == 4403
    assert tab.expect("conversation", state="waiting")["id"] == dialogue.public_id
    assert tab.expect("message")["text"].startswith("Оператор отключился")


def test_a_new_name_is_in_the_list_of_operators(wires, no_pulse, elena, ilya, darya, first_line):
    zone = wires.operator(darya)
    draft = AccountDraft(name="Илья Ворон", login="ilya", departments={first_line.pk: Terms()})
    accounts.change_account(Doer(elena), ilya.pk, draft, shown=1, at=timezone.now())
    wires.until(lambda: any("Илья Ворон<" in one["html"] for one in zone.of("fragment")))


# Sites


def test_a_site_that_is_put_off_takes_its_window_off_every_page(wires, elena, site, marina, rustam):
    tab, neighbour = wires.visitor(marina), wires.visitor(rustam)
    sites.deactivate_site(Doer(elena), site.pk, at=timezone.now())
    assert tab.closing(5) == GONE
    neighbour.settle()
    assert neighbour.close_code is None


def test_another_time_zone_is_other_hours_at_once(wires, no_pulse, elena, ilya, site, marina):
    """Open for the hours around what the clock shows there, which is another time elsewhere."""
    here = timezone.now().astimezone(site.schedule.time_zone)
    site.hours.all().delete()
    opens = here.hour * 60
    site.hours.create(weekday=here.weekday(), opens=opens, closes=opens + 120)
    wires.operator(ilya)
    tab = wires.visitor(marina)
    assert tab.welcome["status"] == "online"
    elsewhere: SiteFields = {"time_zone": "Asia/Kamchatka"}
    sites.change_site(Doer(elena), site.pk, elsewhere, shown=1, at=timezone.now())
    tab.expect("status", status="offline", reason="hours")


def test_a_secret_rotated_while_a_visitor_chats(wires, elena, site, marina, ilya, dialogue):
    """Nothing is interrupted while the site's server takes it; then the old one proves nothing."""
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    doer, old = Doer(elena), token(marina)
    keep = timedelta(hours=1)
    sites.rotate_secret(doer, site.pk, keep=keep, shown=1, at=timezone.now())
    site.refresh_from_db()
    marina.site = site
    for fresh in (old, token(marina)):
        assert tab.ask("token", token=fresh)["type"] == "ack"
        assert tab.ask("message", text="Вы ещё здесь?")["type"] == "ack"
    assert wires.visitor(marina, token=old).welcome["conversation"]["id"] == dialogue.public_id
    sites.end_previous_secret(doer, site.pk, at=timezone.now())
    assert tab.ask("token", token=token(marina))["type"] == "ack"
    answers(ilya, dialogue, "Да, слушаю")
    tab.expect("message", text="Да, слушаю")
    tab.say("token", id=str(uuid.uuid4()), token=old)
    assert tab.closing() == SIGNED_OUT
    assert zone.close_code is None


def test_another_look_is_worn_by_open_windows(wires, no_pulse, elena, site, marina, rustam):
    tab, neighbour = wires.visitor(marina), wires.visitor(rustam)
    assert tab.welcome["look"]["colour"] == ""
    look: SiteFields = {"colour": "#5b4a9e", "corner": "left"}
    sites.change_site(Doer(elena), site.pk, look, shown=1, at=timezone.now())
    worn = tab.expect("look")["look"]
    assert (worn["colour"], worn["corner"]) == ("#5b4a9e", "left")
    neighbour.settle()
    assert neighbour.of("look") == []
