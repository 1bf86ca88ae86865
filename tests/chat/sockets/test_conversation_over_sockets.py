"""What both sides see when a visitor and an operator talk."""

from threading import Thread
from time import sleep

from django.db import connection
from django.utils import timezone

from chat.broadcasts.conversations import conversation_changed
from chat.events import ConversationReopened
from chat.models import Conversation
from chat.sockets import visitor


def test_a_message_reaches_the_operator_with_the_same_id(wires, marina, ilya):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    ack = tab.ask("message", id="6f2b5c1e-3f5e-4a29-8f0e-2d8f0f5b0a11", text="Не приходит счёт")
    message = zone.expect("message", conversation=ack["conversation"])
    assert (message["id"], message["text"]) == (ack["id"], "Не приходит счёт")


def test_the_sender_gets_their_own_message_once(wires, marina):
    tab = wires.visitor(marina)
    tab.ask("message", text="Раз")
    tab.settle()
    assert tab.log() == [(1, "Раз")]


def test_an_answer_reaches_every_tab_of_the_visitor(wires, marina, ilya, dialogue):
    zone, tabs = wires.operator(ilya), [wires.visitor(marina), wires.visitor(marina)]
    zone.ask("message", conversation=dialogue.public_id, text="Смотрю")
    assert [tab.expect("message")["text"] for tab in tabs] == ["Смотрю", "Смотрю"]


def test_the_first_message_opens_a_conversation_that_waits(wires, marina):
    tab = wires.visitor(marina)
    ack = tab.ask("message", text="Есть кто?")
    told = tab.expect("conversation", state="waiting")
    assert (told["id"], told["position"], told["operator"]) == (ack["conversation"], 1, None)


def test_acceptance_tells_the_visitor_who_answers(wires, marina, ilya, waiting):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    assert zone.ask("accept", conversation=waiting.public_id)["type"] == "ack"
    assert tab.expect("conversation", state="active")["operator"]["name"] == "Илья Воронцов"


def test_the_end_by_the_visitor_closes_for_both(wires, marina, ilya, dialogue):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    assert tab.ask("end")["type"] == "ack"
    tab.expect("conversation", state="closed")
    zone.expect("conversation", state="closed", id=dialogue.public_id)
    assert Conversation.objects.get().closed_by is None


def test_reading_by_the_operator_reaches_the_visitor(wires, marina, ilya, dialogue):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    zone.say("read", conversation=dialogue.public_id, seq=1)
    assert tab.expect("read")["seq"] == 1


def test_reading_by_the_visitor_reaches_the_operator_in_the_staff_s_numbers(
    wires, marina, ilya, dialogue
):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    zone.ask("message", conversation=dialogue.public_id, text="тсс", note=True)
    zone.ask("message", conversation=dialogue.public_id, text="Готово")
    tab.say("read", seq=tab.expect("message", text="Готово")["seq"])
    read = zone.expect("read", conversation=dialogue.public_id)
    assert read["seq"] == zone.expect("message", text="Готово")["seq"]


def test_delivery_is_marked_for_the_operator(wires, marina, ilya, dialogue):
    zone, _tab = wires.operator(ilya), wires.visitor(marina)
    ack = zone.ask("message", conversation=dialogue.public_id, text="Готово")
    assert zone.expect("delivered")["seq"] == ack["seq"]


def test_typing_is_seen_by_the_other_side_with_a_name(wires, marina, ilya, dialogue):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    zone.say("typing", conversation=dialogue.public_id, on=True)
    assert tab.expect("typing", on=True)["name"] == "Илья Воронцов"
    tab.say("typing", on=True)
    assert zone.expect("typing", conversation=dialogue.public_id)["name"] == "Орлова Марина"


def test_accepting_ones_own_again_is_acknowledged_again(wires, marina, ilya, dialogue):
    zone = wires.operator(ilya)
    answer = zone.ask("accept", conversation=dialogue.public_id)
    assert (answer["type"], answer["conversation"]["state"]) == ("ack", "active")


def test_what_is_heard_before_the_welcome_is_told_once(wires, monkeypatch, marina, dialogue):
    """A doorbell, or the pulse, while the window is still being made ready."""
    arrive = visitor._arrive
    ringing = ConversationReopened(conversation=dialogue, at=timezone.now())

    def ring():
        conversation_changed(ringing)
        connection.close()

    def arrive_slowly(*given, **more):
        found = arrive(*given, **more)
        doorbell = Thread(target=ring)
        doorbell.start()
        doorbell.join()
        sleep(0.3)  # the loop hears it meanwhile
        return found

    monkeypatch.setattr(visitor, "_arrive", arrive_slowly)
    tab = wires.visitor(marina)
    tab.settle()
    assert [seq for seq, _text in tab.log()] == list(range(1, dialogue.last_visitor_seq + 1))
