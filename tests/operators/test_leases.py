"""A place in the zone: taken, renewed, faded, given up, lost to another tab."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from operators import presence
from operators.models import Account, Lease

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def place(ilya):
    place = uuid4()
    presence.take_place(ilya, place, at=NOON)
    return place


def is_present(at):
    return Lease.objects.present(at).exists()


def test_a_place_lasts_as_long_as_a_lease(place):
    assert is_present(NOON + Lease.VALID - SECOND)
    assert not is_present(NOON + Lease.VALID)


def test_a_machine_that_died_is_gone_within_fifteen_seconds():
    assert timedelta(seconds=10) < Lease.VALID <= timedelta(seconds=15)


def test_a_beat_keeps_it(place):
    assert presence.renew(place, at=NOON + 10 * SECOND)
    assert is_present(NOON + 10 * SECOND + Lease.VALID - SECOND)


def test_a_stalled_server_s_place_may_be_renewed_late(place):
    assert presence.renew(place, at=NOON + 60 * SECOND)
    assert is_present(NOON + 60 * SECOND)


def test_a_closed_tab_counts_as_left_after_the_grace(place):
    presence.fade(place, at=NOON + SECOND)
    assert is_present(NOON + SECOND + 5 * SECOND - SECOND)
    assert not is_present(NOON + SECOND + 5 * SECOND)


def test_fading_never_prolongs(place):
    presence.fade(place, at=NOON + Lease.VALID - SECOND)
    assert not is_present(NOON + Lease.VALID)


def test_leaving_gives_it_up_at_once(ilya, place):
    assert presence.release(ilya, Lease.Ending.LEFT, at=NOON + SECOND)
    assert not is_present(NOON + SECOND)


def test_leaving_twice_says_that_nothing_was_held(ilya, place):
    presence.release(ilya, Lease.Ending.LEFT, at=NOON)
    assert not presence.release(ilya, Lease.Ending.LEFT, at=NOON)


def test_a_released_lease_never_revives(ilya, place):
    presence.release(ilya, Lease.Ending.LEFT, at=NOON)
    assert not presence.renew(place, at=NOON + SECOND)
    assert not is_present(NOON + SECOND)


def test_an_expired_place_is_given_up_by_leaving_too(ilya, place):
    """The server stalled; the tab that still lives must not bring the place back."""
    late = NOON + Lease.VALID + SECOND
    presence.release(ilya, Lease.Ending.LEFT, at=late)
    assert not presence.renew(place, at=late + SECOND)


def test_a_second_tab_displaces_the_first(ilya, place):
    presence.take_place(ilya, uuid4(), at=NOON + SECOND)
    assert not presence.renew(place, at=NOON + 2 * SECOND)
    assert Lease.objects.get(place=place).ending == Lease.Ending.DISPLACED


@pytest.mark.parametrize(("asked", "gets_it"), [(28, False), (29, True), (31, True)])
def test_who_asked_before_another_came_does_not_displace_them(ilya, place, asked, gets_it):
    """A busy server gets to a hello late; whoever said it may have gone, and come back since."""
    other, at = uuid4(), NOON + 30 * SECOND
    presence.take_place(ilya, other, at=at, asked_at=NOON + 29 * SECOND)
    late = {"at": at + 5 * SECOND, "asked_at": NOON + asked * SECOND}
    assert presence.take_place(ilya, uuid4(), **late) == gets_it
    assert presence.renew(other, at=at + 6 * SECOND) != gets_it


def test_a_clock_that_was_set_back_keeps_nobody_out(ilya, place):
    other, at = uuid4(), NOON + 30 * SECOND
    presence.take_place(ilya, other, at=at + timedelta(hours=1))
    presence.renew(other, at=at)
    assert presence.take_place(ilya, uuid4(), at=at + 2 * SECOND, asked_at=at + SECOND)


def test_whose_place_ran_out_keeps_nobody_from_it(ilya, place):
    late = NOON + Lease.VALID + SECOND
    assert presence.take_place(ilya, uuid4(), at=late, asked_at=NOON - 2 * SECOND)


def test_there_is_one_place_for_an_account(ilya, place):
    presence.take_place(ilya, uuid4(), at=NOON + SECOND)
    assert Lease.objects.present(NOON + SECOND).count() == 1


def test_another_account_s_place_is_untouched(place, darya):
    presence.take_place(darya, uuid4(), at=NOON)
    assert presence.renew(place, at=NOON + SECOND)


def test_the_first_tab_can_take_the_place_back(ilya, place):
    presence.take_place(ilya, uuid4(), at=NOON + SECOND)
    presence.take_place(ilya, place, at=NOON + 2 * SECOND)
    assert presence.renew(place, at=NOON + 3 * SECOND)


def test_a_place_that_ran_out_ended_when_it_did_and_not_when_the_next_began(ilya, place):
    presence.take_place(ilya, uuid4(), at=NOON + timedelta(hours=1))
    lease = Lease.objects.get(place=place)
    assert (lease.released_at, lease.ending) == (NOON + Lease.VALID, "")


class AnyOrderOfEvents(TestCase):
    """Whatever happens to two tabs, at most one holds the place, and given up is given up."""

    EVENTS = st.tuples(
        st.sampled_from(["take", "renew", "fade", "release"]), st.booleans(), st.integers(0, 9)
    )

    @settings(max_examples=40)
    @given(events=st.lists(EVENTS, max_size=25))
    def test_at_most_one_place_and_none_revives(self, events):
        account = Account.objects.create(login=str(uuid4()), name="Илья")
        tabs, at = (uuid4(), uuid4()), NOON
        for event, tab, seconds in events:
            at += seconds * SECOND
            dead = set(Lease.objects.exclude(released_at=None).values_list("place", flat=True))
            if event == "take":
                presence.take_place(account, tabs[tab], at=at)
            elif event == "release":
                presence.release(account, Lease.Ending.LEFT, at=at)
            else:
                getattr(presence, event)(tabs[tab], at=at)
            alive = set(Lease.objects.present(at).values_list("place", flat=True))
            assert len(alive) <= 1
            assert event == "take" or not alive & dead
