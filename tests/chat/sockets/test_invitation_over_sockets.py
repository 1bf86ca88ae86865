"""Who is told of an invitation: other levels listen before, during and after."""

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from chat import access
from chat.actions import invitations as actions
from chat.models import Conversation, Participant
from chat.sockets import history
from tests.cast import (
    accepts,
    answers,
    closes,
    invites,
    is_present,
    joins,
    loses_its_owner,
    staff,
    takes_over,
    transfers,
    writes,
)
from tests.chat.sockets.test_pulse import loses
from tests.chat.sockets.test_transfer_over_sockets import row_of
from tests.chat.sockets.test_who_is_told import about_visitors

__all__ = ["loses"]  # a fixture

SECRET = "§SECRET§"
JOINED = "К переписке присоединился оператор Антон Белый · по приглашению: Илья Воронцов"


def leave(account, conversation):
    actions.leave_conversation(account, conversation.public_id, at=timezone.now())


def remove(account, conversation, participant):
    actions.remove_participant(account, conversation.public_id, participant.pk, at=timezone.now())


def test_the_log_is_read_to_nobody_who_left(marina, ilya, anton):
    """A reading that began before they left finds nothing that was written after."""
    is_present(anton)
    conversation = accepts(ilya, writes(marina, "Не приходит счёт").conversation)
    invites(ilya, conversation, anton)
    joins(anton, conversation)
    assert history.read_for_staff(anton, conversation.pk, 0).entries
    leave(anton, conversation)
    writes(marina, "Сразу после")
    assert history.read_for_staff(anton, conversation.pk, 0).entries == []
    assert history.read_for_staff(ilya, conversation.pk, 0).entries


def test_levels_hear_nothing_before_everything_after_and_nothing_again(
    wires, marina, ilya, anton, kamila
):
    second, third = wires.operator(anton), wires.operator(kamila)
    first, tab = wires.operator(ilya), wires.visitor(marina)
    conversation = writes(marina, "Не приходит счёт").conversation
    first.ask("accept", conversation=conversation.public_id)
    answers(ilya, conversation, SECRET, note=True)
    tab.ask("message", text="Жду")
    for zone in (second, third):
        zone.settle()
        assert about_visitors(zone) == [zone.welcome]

    invites(ilya, conversation, anton)
    assert second.expect("fragment", target=row_of(conversation), action="replace")
    second.expect("message", text="Приглашение: Антон Белый")
    assert [seq for seq, _text in second.log()] == [1, 2, 3, 4, 5]
    assert SECRET in [text for _seq, text in second.log()]
    joins(anton, conversation)
    tab.ask("message", text="Вас двое?")
    second.expect("message", text="Вас двое?")

    remove(ilya, conversation, anton)
    writes(marina, "Сразу после")
    second.expect("fragment", target=row_of(conversation), action="remove")
    second.expect("fragment", target=f"workspace-{conversation.public_id}", action="remove")
    heard = [text for _seq, text in second.log()]
    assert heard[-1] == "Вас двое?"
    second.forget()
    tab.ask("message", text="А теперь?")
    tab.say("typing", on=True)
    first.ask("message", conversation=conversation.public_id, text="Один")
    closes(ilya, conversation)
    second.settle()
    assert about_visitors(second) == []
    code = second.ask("sync", conversation=conversation.public_id, after=0)["code"]
    assert code == "not_found"
    third.settle()
    assert about_visitors(third) == [third.welcome]
    assert not [frame for frame in third.raw if "Орлова" in frame or "счёт" in frame]


def test_the_visitor_learns_of_nobody_who_has_not_joined(wires, marina, dialogue, ilya, anton):
    is_present(anton)
    tab = wires.visitor(marina)
    invites(ilya, dialogue, anton, SECRET)
    answers(anton, dialogue, "Смотрю", note=True)
    actions.decline_invitation(anton, dialogue.public_id, SECRET, at=timezone.now())
    invites(ilya, dialogue, anton)
    tab.settle()
    assert tab.of("message") == []
    assert not [frame for frame in tab.raw if "Антон" in frame or SECRET in frame]
    joins(anton, dialogue)
    assert tab.expect("message")["text"] == "К переписке присоединился оператор Антон Белый"
    assert [frame["operator"]["name"] for frame in tab.of("conversation")] == [
        "Илья Воронцов"
    ] * len(tab.of("conversation"))


def test_both_write_and_type_under_their_own_names(wires, marina, dialogue, ilya, anton):
    owner, guest, tab = wires.operator(ilya), wires.operator(anton), wires.visitor(marina)
    invites(ilya, dialogue, anton)
    refused = guest.ask("message", conversation=dialogue.public_id, text="Рано")
    assert refused["code"] == "conflict"
    guest.say("typing", conversation=dialogue.public_id, on=True)
    guest.settle()
    assert tab.of("typing") == []
    joins(anton, dialogue)
    guest.settle()
    guest.say("typing", conversation=dialogue.public_id, on=True)
    assert tab.expect("typing")["name"] == "Антон Белый"
    assert guest.ask("message", conversation=dialogue.public_id, text="От Антона")["seq"] == 5
    assert owner.ask("message", conversation=dialogue.public_id, text="От Ильи")["seq"] == 6
    names = {
        text: tab.expect("message", text=text)["author"]["name"]
        for text in ("От Антона", "От Ильи")
    }
    assert names == {"От Антона": "Антон Белый", "От Ильи": "Илья Воронцов"}
    owner.expect("message", text="От Антона")
    guest.expect("message", text="От Ильи")


def test_a_guest_s_message_sent_twice_is_stored_once(wires, dialogue, ilya, anton):
    guest = wires.operator(anton)
    invites(ilya, dialogue, anton)
    joins(anton, dialogue)
    message = {"conversation": dialogue.public_id, "text": "Раз"}
    first = guest.ask("message", **message)
    guest.say("message", id=first["id"], **message)
    guest.settle()
    assert [frame["seq"] for frame in guest.of("ack") if frame["id"] == first["id"]] == [5, 5]
    assert dialogue.messages.filter(text="Раз").count() == 1


def test_who_was_removed_neither_writes_nor_types(wires, marina, dialogue, ilya, anton):
    guest, tab = wires.operator(anton), wires.visitor(marina)
    invites(ilya, dialogue, anton)
    joins(anton, dialogue)
    remove(ilya, dialogue, anton)
    guest.settle()
    tab.forget()
    guest.say("typing", conversation=dialogue.public_id, on=True)
    refused = guest.ask("message", conversation=dialogue.public_id, text=SECRET)
    assert refused["code"] == "not_found"
    tab.settle()
    assert (tab.of("typing"), tab.of("message")) == ([], [])


def test_a_colleague_of_the_department_who_leaves_still_sees_it_and_types_no_more(
    wires, marina, dialogue, ilya, darya
):
    guest, tab = wires.operator(darya), wires.visitor(marina)
    invites(ilya, dialogue, darya)
    joins(darya, dialogue)
    guest.settle()
    leave(darya, dialogue)
    guest.settle()
    guest.say("typing", conversation=dialogue.public_id, on=True)
    refused = guest.ask("message", conversation=dialogue.public_id, text="Ещё")
    assert (refused["code"], refused["detail"]) == ("conflict", "Уже принято: Илья Воронцов")
    tab.settle()
    assert tab.of("typing") == []
    assert access.visible_to(darya).get() == dialogue


def test_the_row_says_whose_invitation_it_is(wires, dialogue, ilya, anton):
    zone = wires.operator(anton)
    is_present(ilya)
    invites(ilya, dialogue, anton)
    row = zone.expect("fragment", target=row_of(dialogue), action="replace")["html"]
    assert f"{{&quot;account&quot;: {anton.pk}, &quot;isIn&quot;: false" in row
    assert "&quot;inviter&quot;: &quot;Илья Воронцов&quot;" in row


def test_whoever_has_it_open_sees_who_is_in_it(wires, dialogue, ilya, anton):
    zone = wires.operator(ilya)
    is_present(anton)
    invites(ilya, dialogue, anton, "Помоги")
    strip = zone.expect("fragment", target=f"invitations-{dialogue.public_id}")["html"]
    assert "Приглашён оператор <b>Антон Белый</b>" in strip
    joins(anton, dialogue)
    people = zone.expect("fragment", target=f"participants-{dialogue.public_id}")
    while f'data-joined="{anton.pk} "' not in people["html"]:
        people = zone.expect("fragment", target=f"participants-{dialogue.public_id}")


def test_others_of_the_addressee_s_level_are_told_nothing(
    wires, dialogue, ilya, anton, second_line
):
    boris = wires.operator(staff("boris", "Борис Ким", second_line))
    is_present(anton)
    invites(ilya, dialogue, anton)
    joins(anton, dialogue)
    answers(anton, dialogue, SECRET)
    leave(anton, dialogue)
    boris.settle()
    assert about_visitors(boris) == [boris.welcome]


def test_who_comes_meanwhile_is_given_the_invitation(wires, dialogue, ilya, anton):
    is_present(anton)
    invites(ilya, dialogue, anton)
    welcome = wires.operator(anton).welcome
    assert [one["id"] for one in welcome["conversations"]] == [dialogue.public_id]
    assert welcome["messages"][0]["text"] == "Не приходит счёт"


def test_a_guest_who_comes_back_goes_on_where_they_were(wires, marina, dialogue, ilya, anton):
    is_present(anton)
    invites(ilya, dialogue, anton)
    joins(anton, dialogue)
    zone, tab = wires.operator(anton), wires.visitor(marina)
    assert [seq for seq, _text in zone.log()] == [1, 2, 3, 4]
    zone.say("typing", conversation=dialogue.public_id, on=True)
    assert tab.expect("typing")["name"] == "Антон Белый"
    tab.ask("message", text="Вы здесь?")
    zone.expect("message", text="Вы здесь?")


@pytest.mark.parametrize("how", ["declined", "withdrawn", "expired", "closed", "deactivated"])
def test_with_the_invitation_everything_ends_for_the_addressee(
    wires, marina, dialogue, ilya, anton, how
):
    zone = wires.operator(anton)
    invited = invites(ilya, dialogue, anton)
    zone.ask("sync", conversation=dialogue.public_id, after=0)
    match how:
        case "declined":
            actions.decline_invitation(anton, dialogue.public_id, at=timezone.now())
        case "withdrawn":
            remove(ilya, dialogue, anton)
        case "expired":
            actions.expire_invitations(at=invited.expires_at)
        case "closed":
            closes(ilya, dialogue)
        case "deactivated":
            type(anton).objects.filter(pk=anton.pk).update(is_active=False)
            actions.release_deactivated(at=timezone.now())
    zone.expect("fragment", target=row_of(dialogue), action="remove")
    zone.forget()
    writes(marina, SECRET)
    zone.settle()
    assert not [frame for frame in zone.raw if SECRET in frame]


def test_after_the_end_a_guest_of_another_level_is_handed_nothing(wires, dialogue, ilya, anton):
    zone = wires.operator(anton)
    invites(ilya, dialogue, anton)
    joins(anton, dialogue)
    closes(ilya, dialogue)
    answers(ilya, dialogue, SECRET, note=True)
    zone.expect("fragment", target=row_of(dialogue), action="remove")
    zone.settle()
    assert not [frame for frame in zone.raw if SECRET in frame]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("declined", "Приглашение отклонено: Антон Белый. Обед"),
        ("expired", "На приглашение не ответили вовремя: Антон Белый"),
    ],
)
def test_the_inviter_alone_is_told_what_came_of_it(wires, dialogue, ilya, darya, anton, how, words):
    zone, colleague = wires.operator(ilya), wires.operator(darya)
    is_present(anton)
    invited = invites(ilya, dialogue, anton)
    if how == "declined":
        actions.decline_invitation(anton, dialogue.public_id, "Обед", at=timezone.now())
    else:
        actions.expire_invitations(at=invited.expires_at)
    assert words in zone.expect("fragment", target="toasts")["html"]
    colleague.settle()
    assert not [frame for frame in colleague.of("fragment") if frame["target"] == "toasts"]


def test_who_was_removed_is_told_without_a_name(wires, dialogue, ilya, anton):
    zone = wires.operator(anton)
    invites(ilya, dialogue, anton)
    joins(anton, dialogue)
    zone.forget()
    remove(ilya, dialogue, anton)
    told = zone.expect("fragment", target="toasts")["html"]
    assert strip_tags(told) == "Илья Воронцов: вы больше не участвуете в переписке."


def test_the_guest_stays_when_it_goes_to_others(wires, marina, dialogue, ilya, anton, kamila):
    guest = wires.operator(anton)
    is_present(kamila)
    invites(ilya, dialogue, anton)
    joins(anton, dialogue)
    transfers(ilya, dialogue, kamila)
    takes_over(kamila, dialogue)
    loses_its_owner(dialogue)
    writes(marina, "Кто здесь?")
    guest.expect("message", text="Кто здесь?")
    assert guest.ask("message", conversation=dialogue.public_id, text="Я")["type"] == "ack"


def test_where_the_visitor_is_the_guest_sees_too(wires, marina, dialogue, ilya, anton, kamila):
    guest, other = wires.operator(anton), wires.operator(kamila)
    invites(ilya, dialogue, anton)
    joins(anton, dialogue)
    guest.forget()
    tab = wires.visitor(marina, page={"url": "http://a", "title": "А"})
    assert "dot--on" in guest.expect("fragment", target=row_of(dialogue))["html"]
    tab.settle()
    other.settle()
    assert about_visitors(other) == [other.welcome]


# Doorbells that are lost


def test_an_invitation_lost_on_its_way_comes_by_the_pulse(wires, loses, dialogue, ilya, anton):
    loses(1.0)
    zone = wires.operator(anton)
    invites(ilya, dialogue, anton)
    row = zone.by_pulse("fragment", target=row_of(dialogue), action="replace")
    assert "&quot;isIn&quot;: false" in row["html"]
    zone.expect("fragment", target=f"invitations-{dialogue.public_id}")
    zone.expect("message", text="Не приходит счёт")


def test_a_lost_removal_ends_it_by_the_pulse(
    wires, loses, marina, sergey, dialogue, ilya, anton, second_line
):
    other = writes(sergey).conversation
    Conversation.objects.filter(pk=other.pk).update(department=second_line)
    loses(1.0)
    zone = wires.operator(anton)
    invites(ilya, dialogue, anton)
    joins(anton, dialogue)
    zone.by_pulse("message", text="Не приходит счёт")
    remove(ilya, dialogue, anton)
    zone.by_pulse("fragment", target=row_of(dialogue), action="remove")
    zone.forget()
    writes(marina, SECRET)
    closes(ilya, dialogue)
    accepts(anton, other)
    zone.by_pulse("fragment", target=row_of(other))
    zone.settle()
    assert not [frame for frame in zone.raw if dialogue.public_id in frame or SECRET in frame]


def test_a_lost_joining_is_learnt_of_by_the_pulse(wires, loses, dialogue, ilya, anton):
    loses(1.0)
    zone = wires.operator(anton)
    zone.settle()
    (socket,) = wires.hub().operators
    invites(ilya, dialogue, anton)
    zone.by_pulse("message", text="Не приходит счёт")
    assert socket.conversations.joined == set()
    joins(anton, dialogue)
    zone.by_pulse("message", text=JOINED)
    zone.settle()
    conversations = socket.conversations
    assert conversations.joined == {dialogue.pk}
    assert conversations.followed[dialogue.pk].is_mine


def test_the_pulse_ends_what_nobody_answered(wires, dialogue, ilya, anton):
    zone = wires.operator(anton)
    invites(ilya, dialogue, anton)
    Participant.objects.update(invited_at=timezone.now() - Participant.TIMEOUT)
    zone.by_pulse("fragment", target=row_of(dialogue), action="remove")


def test_accepting_by_others_leaves_the_guest_in_the_list(wires, dialogue, ilya, darya, anton):
    zone = wires.operator(anton)
    invites(ilya, dialogue, anton)
    joins(anton, dialogue)
    loses_its_owner(dialogue)
    accepts(darya, dialogue)
    zone.settle()
    frames = zone.of("conversation")
    assert [frame["operator"] and frame["operator"]["name"] for frame in frames][-2:] == [
        None,
        "Дарья Лунина",
    ]
    assert not [frame for frame in zone.of("fragment") if frame["action"] == "remove"]
