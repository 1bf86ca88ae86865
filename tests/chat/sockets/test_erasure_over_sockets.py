"""Who is erased has no window, colleagues no page of theirs; a lost doorbell costs a beat."""

from django.utils import timezone

from chat.actions.changes import Doer
from chat.actions.erasure import erase_person
from chat.broadcasts import heard
from chat.events import VisitorErased
from tests.cast import asks_about_data, token, writes

PULSE = 10


def enters(wires, visitor):
    tab = wires.open(f"/ws/visitor/{visitor.site.key}/")
    tab.say("hello", token=token(visitor))
    tab.expect("welcome")
    return tab


def erases(elena, visitor):
    request, at = asks_about_data(visitor), timezone.now()
    erase_person(Doer(elena), request.pk, number=request.number, answer="Удалили", at=at)


def test_every_window_goes_and_the_page_of_who_answers(wires, ilya, elena, marina, dialogue):
    zone, tabs = wires.operator(ilya), [enters(wires, marina), enters(wires, marina)]
    erases(elena, marina)
    assert [tab.closing() for tab in tabs] == [4403, 4403]
    gone = zone.expect("fragment", target=f"workspace-{dialogue.public_id}")
    assert gone["action"] == "remove"


def test_others_stay(wires, elena, marina, sergey, dialogue):
    other = enters(wires, sergey)
    erases(elena, marina)
    other.settle()
    assert other.close_code is None
    writes(sergey, "Я ещё здесь")


def test_a_lost_doorbell_costs_a_beat(wires, elena, marina, dialogue, monkeypatch):
    tab = enters(wires, marina)
    monkeypatch.setitem(heard.HEARD, VisitorErased, lambda _event: None)
    erases(elena, marina)
    assert tab.closing(PULSE) == 4403
