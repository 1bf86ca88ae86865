"""How much a socket may ask for, and how long it may keep silent."""

from chat.consumers import base
from chat.limits import MAX_SOCKETS_PER_PERSON, Bucket
from tests.cast import browser_of, token
from tests.wires import PATIENCE


def test_a_flood_of_frames_is_told_so_and_then_ended(wires, marina):
    tab = wires.visitor(marina)
    for _frame in range(2500):
        tab.say("ping")
    tab.expect("error", code="too_fast")
    assert tab.closing(3 * PATIENCE) == 4429


def test_a_flood_of_nonsense_is_ended(wires, marina):
    tab = wires.visitor(marina)
    for _frame in range(1500):
        tab.send_raw("{")
    assert tab.closing(3 * PATIENCE) == 4429


def test_a_flood_before_the_hello_is_ended(wires, site):
    tab = wires.open(f"/ws/visitor/{site.key}/")
    for _frame in range(1000):
        tab.send_raw("{")
    assert tab.closing(3 * PATIENCE) == 4429


def test_a_flood_of_messages_is_told_so_and_stored_as_far_as_it_may(wires, marina):
    tab = wires.visitor(marina)
    wires.hub().allowances[f"visitor.{marina.pk}"].messages = Bucket(3, 0)
    codes = [tab.ask("message", text=str(number)).get("code") for number in range(5)]
    assert codes == [None, None, None, "too_fast", "too_fast"]
    tab.settle()
    assert [text for _seq, text in tab.log()] == ["0", "1", "2"]


def test_the_allowance_is_the_person_s_and_not_the_tab_s(wires, marina):
    tabs = [wires.visitor(marina) for _tab in range(2)]
    wires.hub().allowances[f"visitor.{marina.pk}"].messages = Bucket(1, 0)
    assert [tab.ask("message", text="а")["type"] for tab in tabs] == ["ack", "error"]


def test_one_visitor_s_flood_is_not_another_s(wires, marina, sergey):
    tab, other = wires.visitor(marina), wires.visitor(sergey)
    wires.hub().allowances[f"visitor.{marina.pk}"].messages = Bucket(0, 0)
    assert tab.ask("message", text="а")["type"] == "error"
    assert other.ask("message", text="а")["type"] == "ack"


def test_one_person_has_so_many_sockets_and_no_more(wires, marina):
    for _tab in range(MAX_SOCKETS_PER_PERSON):
        wires.visitor(marina)
    another = wires.open(f"/ws/visitor/{marina.site.key}/")
    another.say("hello", token=token(marina))
    assert another.closing() == 4429


def test_a_socket_that_ended_makes_room(wires, marina):
    tabs = [wires.visitor(marina) for _tab in range(MAX_SOCKETS_PER_PERSON)]
    tabs[0].disconnect()
    assert wires.visitor(marina).welcome


def test_one_address_has_so_many_sockets_and_no_more(wires, marina, settings):
    settings.SOCKETS_PER_ADDRESS = 2
    tabs = [wires.open(f"/ws/visitor/{marina.site.key}/") for _tab in range(3)]
    assert tabs[2].closing() == 4429
    assert [tab.close_code for tab in tabs[:2]] == [None, None]


def test_silence_before_the_hello_ends_with_4401(wires, site, monkeypatch):
    monkeypatch.setattr(base, "HELLO_WITHIN", 0.3)
    assert wires.open(f"/ws/visitor/{site.key}/").closing() == 4401


def test_an_operator_s_silence_before_the_hello_ends_with_4401(wires, ilya, monkeypatch):
    monkeypatch.setattr(base, "HELLO_WITHIN", 0.3)
    assert wires.open("/ws/operator/", cookies=browser_of(ilya)).closing() == 4401


def test_talking_instead_of_greeting_buys_no_time(wires, site, monkeypatch):
    monkeypatch.setattr(base, "HELLO_WITHIN", 0.3)
    tab = wires.open(f"/ws/visitor/{site.key}/")
    tab.say("ping")
    tab.expect("error", code="forbidden")
    assert tab.closing() == 4401


def test_the_hello_has_ten_seconds():
    assert base.HELLO_WITHIN == 10
