"""«На сайте»: paged and counted by the server, told once a second at most, read once for all."""

import re
import uuid

import pytest
from django.utils import timezone

from chat.models import Conversation, Visit, Visitor
from chat.rows import site as rows
from chat.sockets import on_site
from tests.cast import SECOND, accepts, browser_of, closes, writes
from tests.crowd import customers
from tests.server import ROOT


@pytest.fixture
def small_pages(monkeypatch):
    for module in (rows, on_site):
        monkeypatch.setattr(module, "PAGE", 3)


def come(*visitors, page="Главная", address=None):
    """Each a second after the one before, and all there for a while."""
    at = timezone.now()
    return Visit.objects.bulk_create(
        Visit(
            visitor=visitor,
            started_at=at + number * SECOND,
            seen_at=at,
            present_until=at + Visit.VALID,
            page_title=page,
            page_url="https://example.ru/",
            address=address,
        )
        for number, visitor in enumerate(visitors)
    )


def looks(wire, page=1, words=""):
    """Opens that page; the frame that shows it."""
    wire.forget()
    assert wire.ask("people", page=page, words=words)["type"] == "ack"
    return wire.expect("people")


def names(frame):
    return re.findall(r'data-name="([^"]*)"', frame["html"])


def told(frame):
    return [frame[key] for key in ("page", "pages", "count")]


def test_who_has_loaded_the_window_is_shown_before_a_word_is_said(wires, ilya, marina):
    zone = wires.operator(ilya)
    assert looks(zone)["count"] == 0
    wires.visitor(marina, page={"url": "https://example.ru/orders/17", "title": "Заказ 17"})
    frame = zone.by_pulse("people", count=1)
    assert names(frame) == ["Орлова Марина"]
    assert "Заказ 17" in frame["html"]
    assert "Посещений: 1" in frame["html"]


def test_a_list_is_paged_and_counted_by_the_server(wires, site, ilya, small_pages):
    people = customers(site, 7)
    come(*people)
    zone = wires.operator(ilya)
    first, last, beyond = (looks(zone, page) for page in (1, 3, 9))
    assert [told(one) for one in (first, last, beyond)] == [[1, 3, 7], [3, 3, 7], [3, 3, 7]]
    assert names(first) == ["Гость 0", "Гость 1", "Гость 2"]
    assert names(last) == names(beyond) == ["Гость 6"]


def test_a_page_of_the_zone_begins_with_the_same(wires, site, ilya, small_pages):
    come(*customers(site, 5))
    page = browser_of(ilya).get("/chat/").content.decode()
    first = looks(wires.operator(ilya))
    (listed,) = re.findall(r"<site-list.*?</site-list>", page, re.DOTALL)
    shown = [re.findall(r"<li.*?</li>", html, re.DOTALL) for html in (listed, first["html"])]
    assert shown[0] == shown[1]
    assert len(shown[0]) == 3
    assert 'data-count="5"' in listed


def test_words_are_looked_for_among_all_of_them(wires, site, ilya, marina, settings):
    settings.GEO_DIR = ROOT / "sphaera_support" / "demo"
    others = customers(site, 4)
    come(*others, page="Счёт за ноябрь")
    come(marina, address="203.0.113.7")
    Visit.objects.filter(visitor=others[1]).update(page_url="https://a.ru/%D0%BE%D0%BF%D0%BB")
    Visitor.objects.filter(pk=others[2].pk).update(contract="СФ-2026/0418")
    zone = wires.operator(ilya)
    found = {
        words: names(looks(zone, words=words))
        for words in (
            "ОРЛОВА",
            "jhkjdf",
            "0418",
            "/ОПЛ",
            "счет гость 3",
            "нижний новг",
            "нет таких",
        )
    }
    assert found == {
        "ОРЛОВА": ["Орлова Марина"],
        "jhkjdf": ["Орлова Марина"],
        "0418": ["Гость 2"],
        "/ОПЛ": ["Гость 1"],
        "счет гость 3": ["Гость 3"],
        "нижний новг": ["Орлова Марина"],
        "нет таких": [],
    }


def test_what_happens_within_a_second_is_told_once(wires, site, ilya, darya):
    tabs = [wires.visitor(visitor) for visitor in customers(site, 6)]
    zones = [wires.operator(ilya), wires.operator(darya)]
    for zone in zones:
        looks(zone)
        zone.forget()
    for tab in tabs:
        tab.say("page", url="https://example.ru/help", title="Помощь")
    wires.until(lambda: Visit.objects.filter(page_title="Помощь").count() == len(tabs))
    for zone in zones:
        frame = zone.by_pulse("people")
        assert frame["html"].count("Помощь") >= len(tabs)
        zone.settle()
    # The pulse of the process goes on beside: two of its beats may have seen a part each.
    assert all(len(zone.of("people")) <= 2 for zone in zones)


@pytest.fixture
def reads(monkeypatch):
    """What is read of people: whom, or all."""
    asked = []

    def counted(among, *, at):
        asked.append(among)
        return rows.read_people(among, at=at)

    def all_counted(beyond, most, *, at):
        asked.append(beyond)
        return rows.read_next_people(beyond, most, at=at)

    monkeypatch.setattr(on_site, "read_people", counted)
    monkeypatch.setattr(on_site, "read_next_people", all_counted)
    return asked


def test_a_beat_reads_whom_something_happened_to_once_for_all(
    wires, site, ilya, darya, marina, reads
):
    come(*customers(site, 20))
    for account in (ilya, darya):
        looks(wires.operator(account))
    tab = wires.visitor(marina)
    wires.beat()
    tab.settle()
    reads.clear()
    tab.say("page", url="https://example.ru/help", title="Помощь")
    wires.until(lambda: Visit.objects.filter(page_title="Помощь").exists())
    wires.until(lambda: reads)
    assert reads == [{marina.pk}]


def test_all_of_them_are_read_by_parts(wires, site, ilya, monkeypatch, reads):
    monkeypatch.setattr(on_site, "PART", 3)
    come(*customers(site, 7))
    assert told(looks(wires.operator(ilya))) == [1, 1, 7]
    assert len(reads) == 4


def test_nothing_is_read_where_nobody_looks(wires, ilya, marina, reads):
    wires.operator(ilya)
    wires.visitor(marina)
    wires.beat(2)
    assert reads == []


def test_what_no_doorbell_told_is_found_all_the_same(wires, site, ilya, marina, monkeypatch):
    zone = wires.operator(ilya)
    looks(zone)
    come(marina)
    monkeypatch.setattr(on_site, "WHOLE_EVERY", 0.0)
    wires.hub().on_site._whole_until = 0.0
    assert names(zone.by_pulse("people", count=1)) == ["Орлова Марина"]


def test_who_leaves_is_gone(wires, ilya, marina):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    assert looks(zone)["count"] == 1
    tab.disconnect()
    zone.expect("people", count=0)


def test_who_talks_is_not_merely_there_until_it_is_over(wires, ilya, marina):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    looks(zone)
    tab.ask("message", text="Не приходит счёт")
    zone.by_pulse("people", count=0)
    conversation = Conversation.objects.get()
    closes(ilya, accepts(ilya, conversation))
    zone.by_pulse("people", count=1)


def test_each_meets_people_of_their_own_sites(wires, ilya, anton, zoya, elena, marina, rustam):
    come(marina, rustam)
    met = {
        account.login: names(looks(wires.operator(account)))
        for account in (ilya, anton, zoya, elena)
    }
    assert met == {
        "ilya": ["Орлова Марина"],
        "anton": [],
        "zoya": ["Рустам Ахметов"],
        "elena": ["Орлова Марина", "Рустам Ахметов"],
    }


def test_a_person_with_two_browsers_is_one(wires, ilya, marina):
    come(marina, marina)
    assert told(looks(wires.operator(ilya))) == [1, 1, 1]


def test_what_fits_no_page_is_refused(wires, ilya):
    zone = wires.operator(ilya)
    for wrong in ({"page": 0}, {"page": "1"}, {"page": 1.5}, {"words": 7}, {"words": "я" * 201}):
        assert zone.ask("people", **wrong)["code"] == "invalid"
    zone.say("people", page=1)
    assert zone.expect("error")["code"] == "invalid"
    assert zone.ask("people", id=str(uuid.uuid4()), words="\x00' OR 1=1 --%_")["type"] == "ack"


def test_those_of_a_visitor_hear_nothing_of_it(wires, ilya, marina, sergey):
    looks(wires.operator(ilya))
    tab = wires.visitor(sergey)
    wires.visitor(marina)
    tab.settle()
    assert tab.of("people") == []
    assert tab.ask("people", page=1)["code"] == "invalid"


def test_a_conversation_elsewhere_changes_nothing(wires, ilya, rustam, marina):
    come(marina)
    zone = wires.operator(ilya)
    looks(zone)
    zone.forget()
    writes(rustam)
    zone.settle()
    assert zone.of("people") == []
