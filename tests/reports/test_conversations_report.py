"""The report on conversations: by sums of days where those know, else by what is left."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain

import pytest
from django.http import QueryDict

from chat.history.deadline import TookTooLong
from chat.models import Conversation, RatingRequest
from departments.criticality import Criticality
from reports.actions.counting import count_all, prepare
from reports.conversations import ConversationReport, sums_by_database
from reports.details import detail_page, key_pages, neighbours_of
from reports.figures import FIGURES, UNITS
from reports.limits import TooMuch, limited
from reports.models import Tally
from reports.pages.conversations import SPLIT
from reports.pages.tiles import values_of
from reports.queries import by_day, by_hour_and_weekday, comparison, summary
from reports.selection import Selection
from reports.sums import COUNTS
from tests.cast import defines, fills
from tests.reports.people import MINUTE, NOON, person, says, talked

DAY = timedelta(days=1)
TUESDAY = Selection(date(2026, 11, 10), date(2026, 11, 10))


@pytest.fixture
def history(site, ilya, darya):
    """Of three days: talks of both, one nobody took, one that is open and critical."""
    guests = [person(site, number) for number in range(5)]
    talked(guests[0], ilya)
    talked(guests[1], darya, NOON + DAY, answers=3)
    talked(guests[2], None, NOON + 30 * MINUTE, answers=0)
    talked(guests[3], ilya, NOON + 60 * MINUTE, answers=1)
    last = talked(guests[4], ilya, NOON + DAY, is_open=True)
    Conversation.objects.filter(pk=last.pk).update(criticality=Criticality.CRITICAL)
    count_all(timedelta(seconds=5))


BOTH = replace(TUESDAY, until=date(2026, 11, 11))


def told(selection):
    whole = summary(selection)
    return {key: figure.of(whole) for key, figure in FIGURES.items()}


def test_figures_of_a_day(history):
    figures = told(TUESDAY)
    assert [figures[key] for key in ("received", "answered", "offline")] == [3, 2, 1]
    assert [figures[key] for key in ("full", "no_visitor", "other")] == [1, 1, 1]
    assert figures["wait"] == 60
    assert figures["wait_median"] == pytest.approx(60, rel=0.05)
    assert figures["duration"] == (4 * 60 + 2 * 60) / 2


SPLITS = ("by_department", "by_operator", "by_outcome")


def split(report, by):
    parts = getattr(report, by)
    return {part.value: part.sums for part in parts}


def test_both_ways_tell_the_same(history):
    """A condition that all meet makes the report look at what is left."""
    of_days = ConversationReport(BOTH)
    of_rows = ConversationReport(replace(BOTH, with_ticket=False))
    assert (of_days.reads_totals, of_rows.reads_totals) == (True, False)
    of_days.summary.hours.clear()
    assert of_days.summary == of_rows.summary
    assert of_days.by_hour_and_weekday == of_rows.by_hour_and_weekday
    assert [split(of_days, by) for by in SPLITS] == [split(of_rows, by) for by in SPLITS]


@pytest.mark.parametrize("condition", [{}, {"with_ticket": False}])
def test_parts_tell_their_score(site, ilya, darya, condition):
    """Of days, and of rows."""
    for number, (operator, score) in enumerate([(ilya, 5), (ilya, 2), (darya, 4), (darya, None)]):
        rated(talked(person(site, number), operator), operator, score)
    count_all(timedelta(seconds=5))
    report = ConversationReport(replace(BOTH, **condition))
    mean = FIGURES["score"].of
    assert [mean(one.sums) for one in report.by_department] == [11 / 3]
    assert {one.title: mean(one.sums) for one in report.by_operator} == {
        ilya.name: 3.5,
        darya.name: 4,
    }
    (part,) = report.by_department
    assert values_of(SPLIT, part.sums) == values_of(SPLIT, report.summary)


def rated(conversation, operator, score):
    RatingRequest.objects.create(
        message=says(conversation, 90, operator, NOON),
        conversation=conversation,
        asked_by=operator,
        operator=operator,
        department=conversation.department,
        level=1,
        scale="stars",
        asked_at=NOON,
        state="scored" if score else "declined",
        score=score,
        decided_at=NOON,
    )


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("criticality=4", 1),
        ("kind=full", 3),
        ("kind=other&kind=no_visitor", 2),
        ("score=none", 5),
        ("level=2", 0),
        ("site=999999", 0),
        ("outcome=visitor", 0),
        ("kind=full&criticality=2", 2),
        ("ticket=yes", 0),
        ("q=счёт", 4),
        ("plan=Базовый", 0),
        ("from=2026-11-11&to=2026-11-10", 0),
    ],
)
def test_each_condition_finds_its_own(history, query, count):
    dated = query if "from" in query else f"from=2026-11-10&to=2026-11-11&{query}"
    selection = Selection.from_query(QueryDict(dated), at=NOON)
    prepare(selection)
    assert summary(selection).received == count
    assert len(detail_page(selection).rows) == count


def test_by_what_stands_in_an_extra_field(history, ilya):
    field = defines(ilya, "Стенд", about="conversation")
    talk = Conversation.objects.filter(operator=ilya, closed_at=None).get()
    fills(ilya, talk, field.key, "Север-2")
    of_field = replace(BOTH, field=field.key)
    assert [summary(of_field).received, summary(replace(of_field, value="Сев")).received] == [1, 1]
    assert summary(replace(of_field, value="юг")).received == 0
    due = defines(ilya, "Обновление", kind="date")
    fills(ilya, talk, due.key, "14.09.2026")
    of_day = replace(BOTH, field=due.key, value="14.09.2026")
    assert summary(of_day).received == 1
    assert summary(replace(of_day, value="15.09.2026")).received == 0


def test_of_an_operator(history, ilya, darya):
    of_ilya = replace(BOTH, operators=(ilya.pk,))
    assert summary(of_ilya).received == 3
    assert summary(replace(of_ilya, operators=(ilya.pk, darya.pk))).received == 4


def test_the_figures_of_whole_days_stay_when_the_rows_are_gone(history, site):
    before = [
        told(BOTH),
        by_day(BOTH),
        by_hour_and_weekday(BOTH),
        told(replace(BOTH, kinds=("full",))),
    ]
    Conversation.objects.filter(started_at__lt=NOON + 31 * MINUTE).delete()
    count_all(timedelta(seconds=5))
    after = [
        told(BOTH),
        by_day(BOTH),
        by_hour_and_weekday(BOTH),
        told(replace(BOTH, kinds=("full",))),
    ]
    assert after == before
    assert ConversationReport(BOTH).gone == 2


def test_nothing_in_a_period_is_nothing_and_not_zero_seconds(history):
    figures = told(replace(TUESDAY, since=date(2026, 1, 1), until=date(2026, 1, 1)))
    assert (figures["received"], figures["wait"], figures["score"]) == (0, None, None)


def test_the_period_before(history):
    compared = comparison(replace(BOTH, since=date(2026, 11, 11)))
    assert (compared.since, compared.until) == (TUESDAY.since, TUESDAY.until)
    assert compared.change("received").relative == (2 - 3) / 3
    assert compared.change("score").absolute is None


def test_one_over_midnight_and_over_a_change_of_the_clock_is_of_the_day_it_began(site, ilya):
    site.time_zone = "Europe/Berlin"
    site.save()
    began = datetime(2026, 10, 24, 21, 58, tzinfo=UTC)  # two minutes to midnight in Berlin
    talked(person(site, 1), ilya, began)
    talked(person(site, 2), ilya, datetime(2026, 10, 25, 1, 30, tzinfo=UTC))  # the second 02:30
    count_all(timedelta(seconds=5))
    days = by_day(Selection(date(2026, 10, 24), date(2026, 10, 25)))
    assert [sums.received for sums in days.values()] == [1, 1]
    assert by_hour_and_weekday(Selection(date(2026, 10, 25), date(2026, 10, 25)))[6][2] == 1
    assert Tally.objects.order_by("pk")[0].duration == 4 * 60


def test_the_list_goes_on_by_key(history):
    first = detail_page(BOTH, most=2)
    rest = detail_page(BOTH, first.after, most=9)
    listed = [row.pk for row in (*first.rows, *rest.rows)]
    assert rest.after == ""
    assert [*chain.from_iterable(key_pages(BOTH, sort="-began", most=2))] == listed
    assert len(set(listed)) == 5


def test_the_list_of_one_operator_goes_on_by_key(history, ilya):
    of_ilya = replace(BOTH, operators=(ilya.pk,))
    (first, second), (third,) = key_pages(of_ilya, sort="-began", most=2)
    assert [row.pk for row in detail_page(of_ilya).rows] == [first, second, third]
    before, after = neighbours_of(of_ilya, second)
    assert [before.pk, after.pk] == [first, third]


def test_at_the_last_level_it_is_the_same_list(history, ilya):
    of_ilya = replace(BOTH, operators=(ilya.pk,))
    listed = [row.pk for row in detail_page(of_ilya).rows]
    Tally.objects.update(level=3)
    pages = key_pages(replace(of_ilya, levels=(3,)), sort="-began", most=2)
    assert [*chain.from_iterable(pages)] == listed


@pytest.mark.parametrize("sort", ["began", "-began", "wait", "-duration", "messages", "-score"])
def test_whatever_it_is_sorted_by(history, sort):
    whole = [row.pk for row in detail_page(BOTH, sort=sort).rows]
    after, paged = "", []
    while True:
        page = detail_page(BOTH, after, sort=sort, most=2)
        paged += [row.pk for row in page.rows]
        after = page.after
        if not after:
            break
    assert (len(whole), paged) == (5, whole)
    before, beyond = neighbours_of(BOTH, whole[2], sort=sort)
    assert [before.pk, beyond.pk] == [whole[1], whole[3]]


@pytest.mark.parametrize("after", ["~", "x~1", "9~9~9", "2026~1", "1" * 99, "2026-11-11T00:00~1"])
def test_a_place_that_was_made_up_is_the_first_page(history, after):
    assert len(detail_page(BOTH, after).rows) == 5
    assert len(detail_page(BOTH, after, sort="made up").rows) == 5


@pytest.mark.django_db
def test_what_takes_too_long_is_refused_in_words():
    with pytest.raises(TooMuch) as refused, limited():
        raise TookTooLong
    assert "уточните период" in str(refused.value.words)


@pytest.mark.once
def test_every_figure_has_its_words_and_every_count_is_made_by_the_database_too():
    assert all(figure.title and figure.definition for figure in FIGURES.values())
    assert {figure.unit for figure in FIGURES.values()} <= set(UNITS)
    assert {name.removesuffix("_") for name in sums_by_database()} == set(COUNTS) - {"taken"}
