"""What the address of a report says, and what becomes of one that makes no sense."""

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.selection import Selection

pytestmark = [pytest.mark.django_db, pytest.mark.once]

AT = datetime(2026, 11, 26, 9, tzinfo=UTC)


def read(query: str) -> Selection:
    return Selection.from_query(QueryDict(query), at=AT)


@pytest.mark.parametrize(
    ("query", "since", "until"),
    [
        ("", date(2026, 10, 28), date(2026, 11, 26)),
        ("period=today", date(2026, 11, 26), date(2026, 11, 26)),
        ("period=yesterday", date(2026, 11, 25), date(2026, 11, 25)),
        ("period=week", date(2026, 11, 20), date(2026, 11, 26)),
        ("from=2026-03-29&to=2026-03-29", date(2026, 3, 29), date(2026, 3, 29)),
        ("from=2026-11-20", date(2026, 11, 20), date(2026, 11, 26)),
        ("to=2026-11-20", date(2026, 11, 20), date(2026, 11, 20)),
    ],
)
def test_a_period(query, since, until):
    selection = read(query)
    assert (selection.since, selection.until, selection.problem) == (since, until, "")


def test_all_of_it_is_in_the_address():
    query = (
        "from=2026-11-01&to=2026-11-30&site=1&site=2&department=3&level=2&operator=4"
        "&criticality=4&outcome=5&outcome=visitor&kind=full&score=stars-5&score=none"
        "&plan=%D0%91&field=&value=&ticket=yes&q=%D1%81%D1%87%D1%91%D1%82"
    )
    selection = read(query)
    assert selection.outcomes == ("5", "visitor")
    assert read(selection.to_query()) == selection


def test_a_named_period_stays_named():
    assert read("period=week&site=1").to_query() == "period=week&site=1"


@pytest.mark.parametrize(
    "query",
    [
        *("from=2026-11-30&to=2026-11-01", "from=0001-01-01", "to=9999-12-31"),
        *("from=2020-01-01&to=2026-11-30", "from=yesterday", "period=decade"),
        *("site=one", "site=-1", "site=99999999999999999999", "level=4", "criticality=high"),
        *("kind=whole", "score=stars-9", "outcome=%00", "ticket=perhaps", "field=nobody"),
    ],
)
def test_what_makes_no_sense_is_said(query):
    assert read(query).problem.endswith(("заново.", "период.", "местами.", "2026-11-26."))


def test_the_period_before_is_as_long_and_ends_where_this_begins():
    before = read("from=2026-11-10&to=2026-11-12").before
    assert (before.since, before.until) == (date(2026, 11, 7), date(2026, 11, 9))


def test_today_is_the_one_of_the_only_site(site):
    site.time_zone = "Asia/Vladivostok"
    site.save()
    late = datetime(2026, 11, 26, 20, tzinfo=UTC)
    query = QueryDict(f"period=today&site={site.pk}")
    assert Selection.from_query(query, at=late).since == date(2026, 11, 27)


@settings(max_examples=40)
@given(
    st.dictionaries(
        st.sampled_from(["from", "to", "site", "kind", "score", "q", "ticket", "period", "level"]),
        st.text(max_size=12),
    )
)
def test_nothing_at_all_raises(told):
    query = QueryDict(mutable=True)
    query.update(told)
    selection = Selection.from_query(query, at=AT)
    assert selection.since <= selection.until
