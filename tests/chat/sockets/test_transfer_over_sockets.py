"""Who is told of a transfer: level 2 and 3 listen through the whole life of a conversation."""

import pytest
from django.utils import timezone

from chat.actions import transfers as actions
from chat.models import Transfer
from tests.cast import accepts, answers, is_present, staff, takes_over, transfers, writes
from tests.chat.sockets.test_pulse import loses
from tests.chat.sockets.test_who_is_told import about_visitors

__all__ = ["loses"]  # a fixture

SECRET = "§SECRET§"


def row_of(conversation):
    return f"visitor-{conversation.public_id}"


def test_levels_hear_nothing_before_and_everything_after(wires, marina, ilya, anton, kamila):
    second, third = wires.operator(anton), wires.operator(kamila)
    first, tab = wires.operator(ilya), wires.visitor(marina)
    conversation = writes(marina, "Не приходит счёт").conversation
    first.ask("accept", conversation=conversation.public_id)
    answers(ilya, conversation, "Смотрю")
    answers(ilya, conversation, SECRET, note=True)
    tab.ask("message", text="Жду")
    for zone in (second, third):
        zone.settle()
        assert about_visitors(zone) == [zone.welcome]

    transfers(ilya, conversation, anton, asked="Не приходит счёт")
    assert second.expect("fragment", target=row_of(conversation), action="replace")
    takes_over(anton, conversation)
    second.expect("message", text="Обращение передано: Илья Воронцов → Антон Белый, уровень 2")
    assert [seq for seq, _text in second.log()] == list(range(1, 8))
    assert SECRET in [text for _seq, text in second.log()]
    third.settle()
    assert about_visitors(third) == [third.welcome]
    assert not [frame for frame in third.raw if "Орлова" in frame or "счёт" in frame]

    transfers(anton, conversation, kamila, done="Проверил шлюз")
    takes_over(kamila, conversation)
    tab.ask("message", text="Спасибо")
    third.expect("message", text="Спасибо")
    conversation.refresh_from_db()
    assert [seq for seq, _text in third.log()] == list(range(1, conversation.last_seq + 1))


def test_the_visitor_reads_one_line_and_goes_on_with_the_new_owner(wires, marina, ilya, anton):
    is_present(ilya, anton)
    tab = wires.visitor(marina)
    conversation = writes(marina).conversation
    accepts(ilya, conversation)
    tab.expect("conversation", state="active")
    tab.forget()
    transfers(ilya, conversation, anton, note=SECRET, asked=SECRET)
    tab.settle()
    assert tab.of("message") == []
    tab.forget()
    takes_over(anton, conversation)
    assert tab.expect("message")["text"] == "Обращение передано: Антон Белый"
    assert tab.expect("conversation", state="active")["operator"]["name"] == "Антон Белый"
    tab.settle()
    assert len(tab.of("message")) == 1
    assert not [frame for frame in tab.raw if SECRET in frame]


def test_the_row_of_a_transfer_says_whose_decision_it_is(wires, dialogue, ilya, anton):
    zone = wires.operator(anton)
    is_present(ilya)
    transfers(ilya, dialogue, anton)
    row = zone.expect("fragment", target=row_of(dialogue), action="replace")["html"]
    assert f'data-to-account="{anton.pk}"' in row
    assert "передаёт Илья Воронцов" in row


def test_an_offer_s_messages_come_while_it_is_pending(wires, marina, dialogue, ilya, anton):
    zone = wires.operator(anton)
    transfers(ilya, dialogue, anton)
    zone.expect("message", text="Не приходит счёт")
    writes(marina, "Ещё вопрос")
    assert zone.expect("message", text="Ещё вопрос")


def test_who_comes_meanwhile_is_given_the_offer(wires, dialogue, ilya, anton):
    is_present(anton)
    transfers(ilya, dialogue, anton)
    welcome = wires.operator(anton).welcome
    assert [one["id"] for one in welcome["conversations"]] == [dialogue.public_id]
    assert welcome["messages"][0]["text"] == "Не приходит счёт"


@pytest.mark.parametrize("how", ["declined", "cancelled", "expired"])
def test_with_the_offer_everything_ends_for_the_addressee(
    wires, marina, dialogue, ilya, anton, how
):
    zone = wires.operator(anton)
    transfer = transfers(ilya, dialogue, anton)
    zone.ask("sync", conversation=dialogue.public_id, after=0)
    match how:
        case "declined":
            actions.decline_transfer(anton, dialogue.public_id, at=timezone.now())
        case "cancelled":
            actions.cancel_transfer(ilya, dialogue.public_id, at=timezone.now())
        case "expired":
            actions.expire_transfers(at=transfer.expires_at)
    zone.expect("fragment", target=row_of(dialogue), action="remove")
    zone.forget()
    writes(marina, SECRET)
    zone.settle()
    assert about_visitors(zone) == []
    assert zone.ask("sync", conversation=dialogue.public_id, after=0)["code"] == "not_found"


def test_of_a_department_those_who_did_not_accept_keep_the_row_without_a_call(
    wires, dialogue, ilya, anton, second_line
):
    boris = wires.operator(staff("boris", "Борис Ким", second_line))
    transfers(ilya, dialogue, second_line)
    offer = boris.expect("fragment", target=row_of(dialogue))["html"]
    assert f'data-to-department="{second_line.pk}"' in offer
    takes_over(anton, dialogue)
    boris.expect("conversation", id=dialogue.public_id, department=str(second_line.pk))
    row = boris.expect("fragment", target=row_of(dialogue))["html"]
    assert "data-to-department" not in row
    assert "Антон Белый" in row


def test_the_old_department_loses_sight_of_it(wires, marina, dialogue, ilya, darya, anton):
    """Also who had it open, and had asked for its messages."""
    zone, colleague = wires.operator(ilya), wires.operator(darya)
    colleague.ask("sync", conversation=dialogue.public_id, after=0)
    is_present(anton)
    transfers(ilya, dialogue, anton)
    takes_over(anton, dialogue)
    for wire in (zone, colleague):
        wire.expect("fragment", target=row_of(dialogue), action="remove")
        wire.forget()
    writes(marina, SECRET)
    for wire in (zone, colleague):
        wire.settle()
        assert not [frame for frame in wire.raw if SECRET in frame]


def test_the_sender_is_told_what_came_of_it(wires, dialogue, ilya, anton):
    zone = wires.operator(ilya)
    is_present(anton)
    transfers(ilya, dialogue, anton)
    actions.decline_transfer(anton, dialogue.public_id, "Обед", at=timezone.now())
    assert (
        "Передача отклонена: Антон Белый. Обед" in zone.expect("fragment", target="toasts")["html"]
    )


def test_nobody_else_is_told_what_came_of_it(wires, dialogue, ilya, darya, anton):
    zone = wires.operator(darya)
    is_present(anton)
    transfers(ilya, dialogue, anton)
    actions.decline_transfer(anton, dialogue.public_id, at=timezone.now())
    zone.settle()
    assert not [frame for frame in zone.of("fragment") if frame["target"] == "toasts"]


def test_the_pulse_ends_what_nobody_answered(wires, dialogue, ilya, anton):
    zone = wires.operator(anton)
    transfers(ilya, dialogue, anton)
    Transfer.objects.update(expires_at=timezone.now())
    zone.by_pulse("fragment", target=row_of(dialogue), action="remove")


def test_an_offer_lost_on_its_way_comes_by_the_pulse(wires, loses, dialogue, ilya, anton):
    loses(1.0)
    zone = wires.operator(anton)
    transfers(ilya, dialogue, anton)
    zone.by_pulse("fragment", target=row_of(dialogue), action="replace")
    zone.expect("message", text="Не приходит счёт")


def test_a_lost_change_of_owner_takes_it_from_one_and_gives_it_to_the_other(
    wires, loses, marina, dialogue, ilya, anton
):
    loses(1.0)
    old, new = wires.operator(ilya), wires.operator(anton)
    transfers(ilya, dialogue, anton)
    takes_over(anton, dialogue)
    old.by_pulse("fragment", target=row_of(dialogue), action="remove")
    writes(marina, "Вы здесь?")
    new.by_pulse("message", text="Вы здесь?")
    old.settle()
    assert not [frame for frame in old.raw if "Вы здесь?" in frame]
    dialogue.refresh_from_db()
    assert [seq for seq, _text in new.log()] == list(range(1, dialogue.last_seq + 1))
