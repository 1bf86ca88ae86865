"""What one process knows of people on sites, as they come, turn pages and leave."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.rows.site import Person
from chat.sockets.on_site import OnSite, View

pytestmark = pytest.mark.once

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def person(visitor: int, came: int, page: int) -> Person:
    """With the visit that they began in that second."""
    return Person(
        visitor=visitor,
        visit=100 * came + visitor,
        public_id=UUID(int=came),
        site=1,
        name="Марина",
        contract="",
        page_title=f"Страница {page}",
        page_url="",
        address=None,
        since=NOON + timedelta(seconds=came),
        declined_at=None,
        visits=1,
    )


# {visitor: when they came and what they look at}; who is missing has left.
THERE = st.dictionaries(st.integers(0, 9), st.tuples(st.integers(0, 3), st.integers(0, 2)))


@given(st.lists(THERE, min_size=1, max_size=6))
def test_what_changed_leads_to_what_all_of_it_would(moments):
    known = OnSite()
    for there in moments:
        now = {key: person(key, *told) for key, told in there.items()}
        known._know_of([*known._people, *now], now)
        assert known._people == now
        assert known._ordered == sorted(now.values(), key=lambda one: one.order)


def test_who_is_as_before_stays_the_same_with_what_was_worked_out():
    known, first = OnSite(), person(1, 0, 0)
    known._know_of([1], {1: first})
    known._pages = {View(None, "", 1): "rendered"}
    known._know_of([1, 2], {1: person(1, 0, 0)})
    assert known._people[1] is first
    assert known._pages
