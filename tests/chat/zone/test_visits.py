"""The tab «Страницы»: visits, what was looked at in each, and for how long."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.actions.visitors import Device, begin_visit, fade_visits, open_pages
from chat.models import PageView, Visit
from chat.sockets.frames import Fact, Page
from chat.zone.visits import PAGES, VISITS, latest_shown, visits_shown
from tests.cast import SECOND, browser_of, comes_from

pytestmark = [pytest.mark.django_db, pytest.mark.once]

MINUTE = timedelta(minutes=1)
HERE = Device("203.0.113.7", "")


def page(name: str) -> Page:
    return Page(url=Fact(f"https://a.ru/{name}"), title=Fact(name.upper()))


@pytest.fixture
def at():
    return timezone.now().replace(microsecond=0) - timedelta(hours=1)


@pytest.fixture
def visit(marina, at):
    """Two minutes on «a», three on «b», then gone."""
    visit = begin_visit(marina, None, page("a"), HERE, at=at)
    open_pages({visit.pk: page("b")}, at=at + 2 * MINUTE)
    fade_visits([visit.pk], at=at + 5 * MINUTE)
    return visit


def looked_at(visit):
    return [(one["title"], one["span"]) for one in visit["pages"]]


def shown(marina, at, **asked):
    return visits_shown(marina, before=asked.get("before", 0), at=at)["visits"]


def asks(account, conversation, **asked):
    answer = browser_of(account).get(f"/chat/{conversation.public_id}/pages/", asked)
    return answer.content.decode()


def test_each_page_was_looked_at_until_the_next_or_until_they_left(marina, visit, at):
    (one,) = shown(marina, at + 10 * MINUTE)
    assert looked_at(one) == [("B", "3:00"), ("A", "2:00")]
    assert (one["span"], one["is_present"]) == ("5:00", False)


def test_the_last_page_of_a_visit_that_goes_on_is_counted_on(marina, at):
    visit = begin_visit(marina, None, page("a"), HERE, at=at)
    open_pages({visit.pk: page("b")}, at=at + 2 * SECOND)
    (one,) = shown(marina, at + 30 * SECOND)
    assert one["is_present"]
    assert one["pages"][0]["since"] == at + 2 * SECOND
    assert looked_at(one)[1] == ("A", "0:02")


def test_who_was_away_did_not_look_at_the_page_meanwhile(marina, visit, at):
    begin_visit(marina, visit.public_id, page("b"), HERE, at=at + 20 * MINUTE)
    fade_visits([visit.pk], at=at + 21 * MINUTE)
    (one,) = shown(marina, at + 30 * MINUTE)
    assert looked_at(one) == [("B", "1:00"), ("B", "3:00"), ("A", "2:00")]


def test_a_page_that_is_loaded_anew_is_one_page(marina, at):
    visit = begin_visit(marina, None, page("a"), HERE, at=at)
    fade_visits([visit.pk], at=at + MINUTE)
    begin_visit(marina, visit.public_id, page("a"), HERE, at=at + MINUTE + 9 * SECOND)
    assert PageView.objects.count() == 1


def test_earlier_visits_come_page_by_page(marina, dialogue, ilya):
    all_of_them = [comes_from(marina, None).pk for _number in range(2 * VISITS + 3)]
    read: list[int] = []
    before = ""
    for _page in range(3):
        html = asks(ilya, dialogue, before=before)
        read += map(int, re.findall(r'id="known-visit-(\d+)"', html))
        before = html.partition("?before=")[2].partition('"')[0]
    assert (read, before) == (all_of_them[::-1], "")


def test_what_goes_on_and_the_latest_are_had_alone(marina, dialogue, ilya, at):
    """At two devices at once, and one visit that is over."""
    over = {"started_at": at, "seen_at": at, "present_until": at + Visit.VALID}
    goes_on, _gone, latest = (
        comes_from(marina, None),
        *(comes_from(marina, None, **over) for _visit in range(2)),
    )
    assert [one["pk"] for one in latest_shown(marina, at=timezone.now())["visits"]] == [
        latest.pk,
        goes_on.pk,
    ]
    for asked in ({"latest": ""}, {}):
        html = asks(ilya, dialogue, **asked)
        found = re.findall(r'id="known-visit-(\d+)" data-latest', html)
        assert found == [str(latest.pk), str(goes_on.pk)]


def test_of_a_visit_of_very_many_pages_the_latest_are_shown(marina, at):
    visit = comes_from(marina, None, started_at=at)
    PageView.objects.bulk_create(
        PageView(visit=visit, url=f"https://a.ru/{number}", opened_at=at + number * SECOND)
        for number in range(PAGES + 7)
    )
    (one,) = shown(marina, at + MINUTE)
    assert (len(one["pages"]), one["left_out"]) == (PAGES, 7)
    assert one["pages"][0]["url"] == f"https://a.ru/{PAGES + 6}"


def test_before_the_first_visit_the_tab_says_so(dialogue, ilya):
    assert "Посещений пока не видно" in asks(ilya, dialogue)


def test_who_does_not_see_the_visitor_sees_no_page(dialogue, visit, anton):
    url = f"/chat/{dialogue.public_id}/pages/"
    assert browser_of(anton).get(url).status_code == 404


def test_it_takes_as_many_statements_however_much_there_is(marina, dialogue, ilya, visit):
    browser = browser_of(ilya)

    def statements():
        with CaptureQueriesContext(connection) as asked:
            browser.get(f"/chat/{dialogue.public_id}/pages/")
        return len(asked)

    statements()  # with the note that the session was used
    few = statements()
    for _number in range(20):
        another = comes_from(marina, None)
        PageView.objects.create(visit=another, url="https://a.ru/", opened_at=timezone.now())
    assert statements() == few < 8


def test_a_visit_that_was_cut_off_ends_when_it_was_seen_last(marina, at):
    visit = comes_from(marina, None, started_at=at, seen_at=at, present_until=at + Visit.VALID)
    PageView.objects.create(visit=visit, url="https://a.ru/", opened_at=at)
    (one,) = shown(marina, at + 10 * MINUTE)
    assert looked_at(one) == [("", "0:55")]


def test_pages_of_many_windows_cost_the_database_what_one_does(marina, at):
    def statements(visits):
        pages = {visit.pk: page(f"c{visit.pk}") for visit in visits}
        with CaptureQueriesContext(connection) as asked:
            open_pages(pages, at=at + MINUTE)
        return len(asked)

    one, *many = [begin_visit(marina, None, page("a"), HERE, at=at) for _ in range(6)]
    assert statements([one]) == statements(many)
    assert PageView.objects.filter(visit__in=many, opened_at=at + MINUTE).count() == len(many)


def test_a_title_that_comes_after_its_address_is_that_page_s(marina, at):
    visit = begin_visit(marina, None, page("a"), HERE, at=at)
    for title in ("B", "Б"):
        open_pages({visit.pk: Page(url=Fact("https://a.ru/b"), title=Fact(title))}, at=at + MINUTE)
    assert list(visit.pages.order_by("pk").values_list("title", flat=True)) == ["A", "Б"]
