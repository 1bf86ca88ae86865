"""Automatic rules as windows meet them: once a visit, by the pulse, while the chat is empty."""

from django.utils import timezone

from chat.actions.blocks import let_in
from chat.actions.changes import Doer
from chat.actions.rules import switch_rule
from chat.models import Block, Conversation, Firing, Visit
from chat.sockets import filtering
from tests.cast import SECRET, on_site, writes
from tests.chat.automatic.rules import rules_that

PAGE = "https://shop.example/оплата/"
TEXT = "Здравствуйте! Помочь с оплатой?"


def on_page(wires, visitor, url=PAGE, **given):
    return wires.visitor(visitor, page={"url": url, "title": "Оплата"}, **given)


def test_who_stays_on_a_page_is_invited_and_goes_on_as_usual(wires, elena, ilya, darya, marina):
    rule = rules_that(
        elena,
        ("page", "contains", "/оплата/"),
        ("time_on_page", "at_least", "1"),
        invitation=TEXT,
        operator=ilya.pk,
        tag=SECRET,
    )
    zone, other = wires.operator(ilya), wires.operator(darya)
    tab = on_page(wires, marina)
    assert tab.expect("message", kind="text", within=15)["text"] == TEXT
    firing = Firing.objects.get(rule=rule)
    key = firing.conversation.public_id
    assert tab.ask("message", text="Да, не проходит")["conversation"] == key
    zone.expect("message", text="Да, не проходит")
    assert firing.conversation.operator == ilya
    assert [str(tag) for tag in firing.conversation.tags.all()] == [SECRET]
    other.settle()
    tab.settle()
    assert SECRET not in "".join(tab.raw)


def test_two_tabs_are_one_visit_and_fire_once(wires, elena, ilya, marina):
    rules_that(elena, banner="Оплата картой не работает до 15:00")
    first = on_page(wires, marina)
    first.expect("banner", text="Оплата картой не работает до 15:00")
    again = on_page(wires, marina, visit=first.welcome["visit"])
    assert again.welcome["banner"] == "Оплата картой не работает до 15:00"
    other = on_page(wires, marina)
    other.expect("banner", text="Оплата картой не работает до 15:00")
    assert Firing.objects.count() == Visit.objects.count() == 2


def test_nobody_is_disturbed_who_talks_already(wires, elena, ilya, marina):
    writes(marina, "Здравствуйте")
    rules_that(elena, banner="Реклама")
    tab = on_page(wires, marina)
    tab.settle()
    assert tab.of("banner") == []
    assert not Firing.objects.exists()


def test_after_a_rule_that_stops_no_other_fires(wires, elena, marina):
    rules_that(elena, banner="Первое", stops=True)
    rules_that(elena, banner="Второе")
    tab = on_page(wires, marina)
    assert tab.expect("banner")["text"] == "Первое"
    tab.settle()
    assert Firing.objects.count() == 1


def test_a_page_that_is_turned_to_is_looked_at(wires, elena, marina):
    rules_that(elena, ("page", "mask", "*/оплата/*"), banner="Оплата")
    tab = on_page(wires, marina, url="https://shop.example/")
    tab.settle()
    assert tab.of("banner") == []
    tab.say("page", url="https://shop.example/%D0%BE%D0%BF%D0%BB%D0%B0%D1%82%D0%B0/7", title="7")
    assert tab.expect("banner")["text"] == "Оплата"


def test_what_has_to_be_read_of_a_visitor_is(wires, elena, marina, sergey):
    rules_that(elena, ("visits", "at_least", "2"), banner="С возвращением")
    on_site(marina)
    tab, new = on_page(wires, marina), on_page(wires, sergey)
    assert tab.expect("banner")["text"] == "С возвращением"
    new.settle()
    assert new.of("banner") == []


def test_a_soft_barrier_shows_that_nobody_is_there_until_somebody_lifts_it(
    wires, elena, ilya, marina
):
    rules_that(elena, barrier="soft", title=SECRET)
    zone, tab = wires.operator(ilya), on_page(wires, marina)
    assert tab.expect("status", status="offline")["reason"] == "nobody"
    tab.ask("message", text="Есть кто?")
    conversation = Conversation.objects.get()
    let_in(ilya, conversation.public_id, at=timezone.now())
    tab.expect("status", status="online")
    zone.expect("message", kind="note")
    assert SECRET not in "".join(tab.raw)


def test_a_hard_barrier_takes_the_window_away(wires, elena, marina):
    rules_that(elena, barrier="hard", term="hour")
    tab = on_page(wires, marina)
    assert tab.closing() == 4403
    assert Block.objects.get().by == elena


def test_who_declined_is_left_alone(wires, elena, ilya, marina):
    rules_that(elena, invitation=TEXT)
    rules_that(elena, ("time_on_site", "at_least", "1"), invitation="И всё-таки?")
    zone, tab = wires.operator(ilya), on_page(wires, marina)
    for side in (tab, zone):  # an operator follows what they were told of
        side.expect("message", text=TEXT)
    tab.ask("not_now")
    zone.expect("message", text="Посетитель ответил «Не сейчас», обращение закрыто")
    again = on_page(wires, marina, visit=tab.welcome["visit"])
    again.settle()
    again.settle()
    assert Firing.objects.count() == 1


def test_without_anybody_there_nobody_is_invited_until_somebody_is(
    wires, monkeypatch, elena, ilya, marina
):
    monkeypatch.setattr(filtering, "RETRY_EVERY", 0.5)
    rules_that(elena, invitation=TEXT, operator=ilya.pk)
    tab = on_page(wires, marina)
    tab.settle()
    assert (tab.log(), Firing.objects.count()) == ([], 0)
    wires.operator(ilya)
    tab.expect("message", text=TEXT)


def test_what_rules_say_goes_with_the_conversation_that_begins(
    wires, elena, second_line, anton, marina
):
    rules_that(elena, title=SECRET, department=second_line.pk, criticality=4, tag="оплата")
    zone, tab = wires.operator(anton), on_page(wires, marina)
    wires.until(Firing.objects.exists)
    tab.ask("message", text="Здравствуйте")
    zone.expect("conversation", department=str(second_line.pk), criticality=4)
    note = zone.expect("message", kind="note")["text"]
    assert f"«{SECRET}»: отдел «{second_line.name}», критичность «критическая», тег" in note
    tab.settle()
    assert SECRET not in "".join(tab.raw)


def test_rules_that_are_saved_are_for_windows_that_are_open(wires, elena, marina):
    tab = on_page(wires, marina)
    rule = rules_that(elena, banner="Новое")
    assert tab.expect("banner")["text"] == "Новое"
    switch_rule(Doer(elena), rule.pk, on=False, at=timezone.now())
    assert tab.expect("banner")["text"] == ""
