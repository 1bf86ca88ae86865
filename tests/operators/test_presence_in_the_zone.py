"""Present only in the zone: what visitors and colleagues see of it, and how fast."""

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from chat.broadcasts.presence import place_given_up, place_taken
from chat.events import PlaceGivenUp, PlaceTaken
from operators.models import Account, Lease
from operators.presence import renew, take_place
from tests.cast import browser_of, staff, writes

AT_ONCE = 1.5  # seconds, on a busy machine; the pulse alone would need up to two


def row_of(account):
    return f"operator-{account.pk}"


@pytest.fixture
def browser(ilya):
    return browser_of(ilya)


def test_an_operator_who_enters_makes_the_visitor_s_window_online(wires, marina, ilya):
    tab = wires.visitor(marina)
    assert (tab.welcome["status"], tab.welcome["reason"]) == ("offline", "nobody")
    wires.operator(ilya)
    assert tab.expect("status", within=AT_ONCE)["status"] == "online"


def test_opening_another_section_makes_it_offline_at_once(wires, marina, ilya, browser):
    zone, tab = wires.operator(ilya, browser=browser), wires.visitor(marina)
    assert tab.welcome["status"] == "online"
    assert browser.get("/help/").status_code == 200
    assert tab.expect("status", within=AT_ONCE)["status"] == "offline"
    assert zone.expect("presence", within=AT_ONCE)["present"] is False


def test_the_zone_itself_is_no_other_section(wires, ilya, browser):
    wires.operator(ilya, browser=browser)
    browser.get("/chat/")
    assert Lease.objects.get().released_at is None


def test_reading_the_help_beside_the_zone_is_no_other_section(wires, ilya, browser):
    wires.operator(ilya, browser=browser)
    beside = browser.get("/help/", headers={"HX-Request": "true"}).content.decode()
    assert Lease.objects.get().released_at is None
    assert "Принять посетителя" in beside
    assert "<html" not in beside


def test_asking_whether_to_sign_out_is_no_other_section(wires, ilya, browser):
    wires.operator(ilya, browser=browser)
    browser.get("/logout/")
    assert Lease.objects.get().released_at is None


def test_who_was_put_away_comes_back_by_choosing_a_presence(wires, marina, ilya, browser):
    zone, tab = wires.operator(ilya, browser=browser), wires.visitor(marina)
    browser.get("/help/")
    tab.expect("status", status="offline")
    zone.ask("presence", value="online")
    assert zone.expect("presence", present=True)["value"] == "online"
    assert tab.expect("status", status="online", within=AT_ONCE)


def test_pings_from_the_forgotten_tab_do_not_bring_them_back(
    wires, marina, ilya, browser, monkeypatch
):
    from chat.sockets import operator

    monkeypatch.setattr(operator, "RENEW_AFTER", 0)
    zone, tab = wires.operator(ilya, browser=browser), wires.visitor(marina)
    browser.get("/help/")
    tab.expect("status", status="offline")
    zone.ask("ping")
    assert not Lease.objects.filter(released_at=None).exists()


def test_who_was_put_away_between_two_beats_keeps_the_tab(wires, ilya, browser, monkeypatch):
    from chat.sockets import operator, renewals

    monkeypatch.setattr(operator, "RENEW_AFTER", 0)
    monkeypatch.setattr(renewals, "WITHIN", 2.0)
    zone = wires.operator(ilya, browser=browser)
    zone.ask("ping")
    browser.get("/help/")
    zone.expect("presence", present=False)
    time.sleep(2.5)
    zone.settle()
    assert zone.close_code is None


def test_colleagues_see_it_in_their_list(wires, ilya, darya):
    colleague = wires.operator(darya)
    colleague.forget()
    wires.operator(ilya)
    assert "Илья Воронцов" in colleague.expect("fragment", target=row_of(ilya))["html"]


@pytest.mark.parametrize("value", ["busy", "break"])
def test_busy_and_break_take_no_new_visitors(wires, marina, ilya, value):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    assert zone.ask("presence", value=value)["type"] == "ack"
    assert tab.expect("status", within=AT_ONCE)["status"] == "offline"


def test_colleagues_read_the_comment(wires, ilya, darya):
    zone, colleague = wires.operator(ilya), wires.operator(darya)
    zone.ask("presence", value="break", comment="обед до 14:00")
    told = zone.expect("presence")
    assert (told["value"], told["comment"]) == ("break", "обед до 14:00")
    colleague.expect("fragment", target=row_of(ilya))
    colleague.forget()
    zone.ask("presence", value="break", comment="  обед\u202e  до\x00 15:00 ")
    assert ">обед до 15:00<" in colleague.expect("fragment", target=row_of(ilya))["html"]


def test_a_comment_says_since_when_of_the_status_not_of_itself(wires, ilya):
    zone = wires.operator(ilya)
    zone.ask("presence", value="break")
    ilya.refresh_from_db()
    since = ilya.intention_at
    zone.ask("presence", value="break", comment="обед")
    ilya.refresh_from_db()
    assert (ilya.intention_at, ilya.intention_comment) == (since, "обед")
    zone.ask("presence", value="online")
    ilya.refresh_from_db()
    assert (ilya.intention_at > since, ilya.intention_comment) == (True, "")


def test_a_comment_is_escaped(wires, ilya):
    zone = wires.operator(ilya)
    zone.ask("presence", value="busy", comment="<img src=x>")
    assert "<img" not in zone.expect("fragment", target=row_of(ilya))["html"]


def test_a_comment_too_long_is_refused_and_nothing_changes(wires, ilya):
    zone = wires.operator(ilya)
    answer = zone.ask("presence", value="busy", comment="я" * 81)
    assert (answer["type"], answer["code"]) == ("error", "invalid")
    ilya.refresh_from_db()
    assert (ilya.intention, ilya.intention_comment) == ("online", "")


def test_busy_goes_on_with_those_in_dialogue(wires, marina, ilya, dialogue):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    zone.ask("presence", value="busy")
    tab.settle()
    assert tab.of("status") == []


def test_a_choice_survives_the_tab(wires, ilya):
    zone = wires.operator(ilya)
    zone.ask("presence", value="break")
    zone.disconnect()
    assert wires.operator(ilya).welcome["presence"] == "break"


def test_a_second_tab_takes_the_place_over(wires, ilya):
    first, second = wires.operator(ilya), wires.operator(ilya)
    assert first.closing() == 4409
    assert second.close_code is None


@pytest.mark.skipif(connection.vendor != "postgresql", reason="nobody waits for a row")
def test_a_hello_that_was_answered_late_does_not_put_out_who_came_since(wires, ilya):
    late, place = wires.open("/ws/operator/", cookies=browser_of(ilya)), uuid4()
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=ilya.pk)
        late.say("hello")
        while not is_waited_for():
            time.sleep(0.01)
        take_place(ilya, place, at=timezone.now())
    assert late.closing() == 4409
    assert renew(place, at=timezone.now())


def is_waited_for():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0]


def test_the_visitor_notices_nothing_of_it(wires, marina, ilya):
    wires.operator(ilya)
    tab = wires.visitor(marina)
    wires.operator(ilya)
    tab.settle()
    assert tab.of("status") == []


def test_a_reload_within_the_grace_does_not_flicker(wires, marina, ilya, browser):
    zone = wires.operator(ilya, browser=browser)
    tab = wires.visitor(marina)
    zone.disconnect()
    wires.run(wires.hub().refresh())
    browser.get("/chat/")
    wires.operator(ilya, browser=browser)
    wires.run(wires.hub().refresh())
    tab.settle()
    assert tab.of("status") == []


def test_a_closed_tab_counts_as_left_after_the_grace(wires, marina, ilya, monkeypatch):
    monkeypatch.setattr(Lease, "GRACE", Lease.GRACE * 0)
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    zone.disconnect()
    assert tab.expect("status", within=3)["status"] == "offline"


def test_a_closed_tab_keeps_its_place_for_the_grace(wires, marina, ilya):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    zone.disconnect()
    wires.run(wires.hub().refresh())
    tab.settle()
    assert tab.of("status") == []


def test_a_colleague_who_stays_keeps_the_site_online(wires, marina, ilya, browser, darya):
    wires.operator(ilya, browser=browser)
    wires.operator(darya)
    tab = wires.visitor(marina)
    browser.get("/help/")
    tab.settle()
    assert tab.of("status") == []


def test_the_owner_s_leaving_tells_their_visitor_at_once(wires, marina, ilya, browser, dialogue):
    wires.operator(ilya, browser=browser)
    tab = wires.visitor(marina)
    browser.get("/help/")
    assert tab.expect("status", within=AT_ONCE)["status"] == "offline"


def test_an_offline_visitor_s_message_waits_for_whoever_comes(wires, marina, ilya):
    tab = wires.visitor(marina)
    tab.ask("message", text="Ночью сломалось")
    zone = wires.operator(ilya)
    (waiting,) = zone.welcome["conversations"]
    answer = zone.ask("sync", conversation=waiting["id"], after=0)
    assert [message["text"] for message in answer["messages"]] == ["Ночью сломалось"]


def test_closing_time_ends_no_dialogue_and_serves_nobody_else(wires, site, marina, sergey, ilya):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    other = wires.visitor(sergey)
    zone.ask("accept", conversation=tab.ask("message", text="а")["conversation"])
    tab.expect("conversation", state="active")
    site.hours.all().delete()
    wires.hub()._rules_at = 0.0
    wires.run(wires.hub().refresh())
    assert other.expect("status")["reason"] == "hours"
    tab.settle()
    assert tab.of("status") == []


def test_operators_of_a_level_above_do_not_make_the_site_online(wires, marina, anton):
    wires.operator(anton)
    assert wires.visitor(marina).welcome["status"] == "offline"


def test_two_operators_of_one_name_are_two(wires, site, first_line, marina):
    one, other = (staff(login, "Иван Иванов", first_line) for login in ("ivan1", "ivan2"))
    first, _second = wires.operator(one), wires.operator(other)
    assert first.close_code is None
    assert writes(marina).conversation.department == first_line


def test_late_news_of_an_earlier_tab_costs_the_new_one_nothing(wires, ilya):
    """A layer under load: the first tab's announcement comes after the second tab."""
    earlier = timezone.now()
    zone = wires.operator(ilya)
    place_taken(PlaceTaken(account=ilya, place=uuid4(), at=earlier))
    place_given_up(PlaceGivenUp(account=ilya, at=earlier))
    zone.settle()
    assert (zone.close_code, zone.of("presence")) == (None, [])


def test_a_visitor_is_told_when_a_closed_site_opens_and_when_that_changes(wires, site, marina):
    site.hours.all().delete()
    tab = wires.visitor(marina)
    assert (tab.welcome["reason"], tab.welcome["opens_at"]) == ("hours", None)
    tomorrow = timezone.now().astimezone(site.schedule.time_zone) + timedelta(days=1)
    site.hours.create(weekday=tomorrow.weekday(), opens=9 * 60, closes=18 * 60)
    told = tab.expect("status", reason="hours", within=10)
    assert told["opens_at"].startswith(f"{tomorrow:%Y-%m-%d}T09:00:00.000")


def test_a_visitor_is_told_that_the_doors_are_shut_where_before_nobody_was_there(
    wires, site, marina
):
    tab = wires.visitor(marina)
    assert tab.welcome["reason"] == "nobody"
    site.hours.all().delete()
    assert tab.expect("status", status="offline", within=10)["reason"] == "hours"
