"""What a visitor and their staff are told comes together, and each hears what is for them.

The pulse is put to sleep here: what still arrives has come by the layer.
"""

import pytest

from chat.models import Conversation
from chat.sockets import hub
from chat.streams import push
from tests.cast import answers, closes, writes


@pytest.fixture(autouse=True)
def _no_pulse(monkeypatch):
    async def asleep(self, since):
        """Nothing is compared."""
        return since

    monkeypatch.setattr(hub.Hub, "_compare", asleep)
    monkeypatch.setattr(hub.Hub, "_compare_log", asleep)


def test_a_group_that_nobody_could_join_is_refused():
    with pytest.raises(ValueError, match="conversation"):
        push("conversation.7")


def test_staff_still_hear_when_the_visitor_s_window_is_gone(wires, marina, ilya, dialogue):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    tab.disconnect()
    writes(marina, "С телефона")
    assert zone.expect("message", text="С телефона")


def test_a_visitor_still_hears_when_the_operator_is_gone(wires, marina, ilya, dialogue):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    zone.disconnect()
    answers(ilya, dialogue, "Отвечаю")
    assert tab.expect("message", text="Отвечаю")


def test_who_comes_back_hears_again(wires, marina, ilya, dialogue):
    for _time in range(2):
        zone, tab = wires.operator(ilya), wires.visitor(marina)
        zone.disconnect()
        tab.disconnect()
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    answers(ilya, dialogue, "Снова здесь")
    assert zone.expect("message", text="Снова здесь")
    assert tab.expect("message", text="Снова здесь")


def test_marks_of_another_conversation_of_the_same_visitor_are_not_told(
    wires, marina, ilya, third_line, dialogue
):
    """Who follows an old conversation of a visitor learns nothing of the one they have now."""
    closes(ilya, dialogue)
    now = _elsewhere(marina, third_line)
    looking = wires.operator(ilya, after={dialogue.public_id: 0})
    tab = wires.visitor(marina)
    looking.forget()
    tab.say("typing", on=True)
    writes(marina, "Секрет")
    tab.expect("message", text="Секрет")
    looking.settle()
    assert now.pk != dialogue.pk
    assert [frame for frame in looking.raw if "Секрет" in frame or '"typing"' in frame] == []


def _elsewhere(visitor, department):
    Conversation.objects.update(closed_at="2020-01-01T00:00:00Z")
    conversation = writes(visitor, "Новое").conversation
    Conversation.objects.filter(pk=conversation.pk).update(department=department)
    return Conversation.objects.get(pk=conversation.pk)
