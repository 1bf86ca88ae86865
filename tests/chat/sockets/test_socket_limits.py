"""How much a socket may ask for, and how long it may keep silent."""

import json
from uuid import uuid4

import pytest

from chat.models import Conversation, PageView, Visit
from chat.sockets import base
from chat.sockets.limits import LEAST_READ, MAX_SOCKETS_PER_PERSON
from operators.buckets import Bucket
from tests.cast import browser_of, makes_group, token, writes, writes_among_staff
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


# What the log costs


def test_the_log_is_read_so_often_and_then_it_is_too_fast(wires, marina):
    for _message in range(3):
        writes(marina, "ж" * 4000)
    tab = wires.visitor(marina)
    wires.hub().allowances[f"visitor.{marina.pk}"].reading = Bucket(2 * LEAST_READ, 0)
    first, second = (tab.ask("sync", after=0) for _time in range(2))
    assert len(first["messages"]) == 3
    assert (second["type"], second["code"]) == ("error", "too_fast")


def test_what_finds_little_costs_little(wires, marina):
    writes(marina, "Здравствуйте")
    tab = wires.visitor(marina)
    wires.hub().allowances[f"visitor.{marina.pk}"].reading = Bucket(2**20, 0)
    assert {tab.ask("sync", after=0)["type"] for _time in range(50)} == {"ack"}


def test_an_operator_reads_so_much_and_then_it_is_too_fast(wires, ilya, anton, waiting):
    chat = makes_group(ilya, "Смена", anton)
    writes_among_staff(ilya, chat, "Кто сегодня?")
    zone = wires.operator(ilya)
    wires.hub().allowances[f"account.{ilya.pk}"].reading = Bucket(0, 0)
    for log in (waiting.public_id, chat.public_id):
        assert zone.ask("sync", conversation=log, after=0)["code"] == "too_fast"


def test_marks_of_reading_count_more_than_a_word(wires, marina, waiting):
    tab = wires.visitor(marina)
    wires.hub().allowances[f"visitor.{marina.pk}"].frames = Bucket(5, 0)
    for _mark in range(3):
        tab.say("read", seq=1)
    tab.expect("error", code="too_fast")
    assert Conversation.objects.get().visitor_read_seq == 1


@pytest.mark.parametrize(
    ("frame", "count"),
    [
        ({"type": "typing", "on": True}, 3),
        ({"type": "read", "seq": 1}, 8),
        ({"type": "presence", "value": "busy", "id": str(uuid4())}, 20),
    ],
)
def test_what_an_operator_does_counts_by_what_it_costs(wires, ilya, dialogue, frame, count):
    zone = wires.operator(ilya)
    wires.hub().allowances[f"account.{ilya.pk}"].frames = Bucket(2 * count + 1, 0)
    for _time in range(2):
        zone.send_raw(json.dumps({**frame, "conversation": dialogue.public_id}))
    assert zone.ask("ping")["type"] == "ack"
    zone.say("ping")
    zone.expect("error", code="too_fast")


def test_names_in_a_hello_count_as_what_is_read(wires, ilya, dialogue):
    wires.operator(ilya).disconnect()
    reading = Bucket(4 * LEAST_READ, 0)
    wires.hub().allowances[f"account.{ilya.pk}"].reading = reading
    wires.operator(ilya, open=None, after={dialogue.public_id: 0}).disconnect()
    assert reading.take(3 * LEAST_READ)
    reading.put_back(3 * LEAST_READ)
    wires.operator(ilya, after={dialogue.public_id: 0})
    assert not reading.take(LEAST_READ)


# What coming and going keeps


def test_one_person_arrives_so_often_and_no_more(wires, marina):
    wires.visitor(marina)
    wires.hub().allowances[f"visitor.{marina.pk}"].arrivals = Bucket(2, 0)
    for _tab in range(2):
        wires.visitor(marina)
    before = Visit.objects.count()
    another = wires.open(f"/ws/visitor/{marina.site.key}/")
    another.say("hello", token=token(marina))
    assert another.closing() == 4429
    assert another.of("error")[0]["code"] == "too_fast"
    assert Visit.objects.count() == before


def test_an_operator_arrives_so_often_and_no_more(wires, ilya):
    wires.operator(ilya).disconnect()
    wires.hub().allowances[f"account.{ilya.pk}"].arrivals = Bucket(0, 0)
    zone = wires.open("/ws/operator/", cookies=browser_of(ilya))
    zone.say("hello")
    assert zone.closing() == 4429


def test_who_comes_back_to_their_visit_makes_no_other(wires, marina):
    visit = wires.visitor(marina).welcome["visit"]
    for _load in range(5):
        tab = wires.visitor(marina, visit=visit)
        assert tab.welcome["visit"] == visit
        tab.disconnect()
    assert Visit.objects.count() == 1


def test_of_pages_opened_in_a_moment_the_last_is_kept(wires, marina):
    tab = wires.visitor(marina)
    for number in range(200):
        tab.say("page", url=f"https://example.ru/#{number}", title=str(number))
    tab.ask("ping")
    wires.until(lambda: Visit.objects.get().page_title == "199")
    kept = list(PageView.objects.order_by("pk").values_list("title", flat=True))
    assert kept[-1] == "199"
    assert len(kept) < 10


def test_pages_beyond_the_allowance_wait_and_the_last_is_not_forgotten(wires, marina):
    tab = wires.visitor(marina)
    allowance = wires.hub().allowances[f"visitor.{marina.pk}"]
    allowance.pages = Bucket(0, 0)
    tab.say("page", url="https://example.ru/a", title="А")
    tab.ask("ping")
    assert not PageView.objects.exists()
    allowance.pages = Bucket(1, 0)
    wires.until(PageView.objects.filter(title="А").exists)


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
