"""Who gets no window: people by their name at a site, addresses by their network, for a time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.keeping_out import Barrier, Barriers, Caller, who_is_kept_out
from operators.addresses import parse_address, read_networks

pytestmark = pytest.mark.once

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
HERE, THERE = 1, 2


def caller(subject="marina", address="203.0.113.7", site=HERE):
    return Caller(site, subject, parse_address(address))


def block(subject="marina", network=None, until=None, site=HERE):
    return Barrier(site, subject, read_networks(network)[0] if network else None, until)


def is_out(who, *blocks, excluded=(), at=NOW):
    barriers = Barriers(blocks, tuple(one for text in excluded for one in read_networks(text)))
    return who_is_kept_out([who], barriers, at=at) == {who}


def test_nobody_without_a_reason():
    assert not is_out(caller())


def test_a_person_wherever_they_come_from():
    assert is_out(caller(address="198.51.100.1"), block())
    assert is_out(caller(address=""), block())


def test_nobody_else_and_not_at_another_site():
    assert not is_out(caller("sergey"), block())
    assert not is_out(caller(site=THERE), block())


def test_with_a_person_their_network_at_that_site():
    around = block(network="203.0.113.0/24")
    assert is_out(caller("sergey", "203.0.113.200"), around)
    assert not is_out(caller("sergey", "203.0.114.1"), around)
    assert not is_out(caller("sergey", "203.0.113.200", THERE), around)


def test_a_term_ends_by_itself_and_at_its_end():
    for who in (caller(), caller("sergey")):
        short = block(network="203.0.113.7", until=NOW + timedelta(hours=1))
        assert is_out(who, short)
        assert not is_out(who, short, at=NOW + timedelta(hours=1))


def test_one_that_is_over_does_not_hide_one_that_lasts():
    assert is_out(caller(), block(until=NOW - timedelta(hours=1)), block())


@pytest.mark.parametrize(
    ("written", "comes"),
    [
        ("10.0.0.0/8", "10.200.3.4"),
        ("::ffff:10.0.0.5", "10.0.0.5"),
        ("10.0.0.5", "::ffff:10.0.0.5"),
        ("2001:db8::/32", "2001:DB8:1::5"),
    ],
)
def test_an_excluded_address_is_out_everywhere_in_whatever_form(written, comes):
    assert is_out(caller("anybody", comes, THERE), excluded=[written])


def test_of_another_kind_no_address_is_meant():
    assert not is_out(caller(address="2001:db8::1"), excluded=["10.0.0.0/8"])
    assert not is_out(caller(address=""), excluded=["10.0.0.0/8"])


people = st.builds(
    Caller,
    st.sampled_from([HERE, THERE]),
    st.sampled_from(["marina", "sergey"]),
    st.sampled_from(["203.0.113.7", "203.0.113.8", "2001:db8::1", ""]).map(parse_address),
)
blocks = st.builds(
    Barrier,
    st.sampled_from([HERE, THERE]),
    st.sampled_from(["marina", "sergey"]),
    st.sampled_from([None, "203.0.113.7", "203.0.113.0/24", "2001:db8::/64"]).map(
        lambda text: read_networks(text)[0] if text else None
    ),
    st.none() | st.integers(-5, 5).map(lambda hours: NOW + timedelta(hours=hours)),
)


@given(st.lists(people), st.lists(blocks), st.lists(blocks))
def test_more_blocks_let_nobody_in(callers, some, more):
    fewer = who_is_kept_out(callers, Barriers(tuple(some)), at=NOW)
    assert fewer <= who_is_kept_out(callers, Barriers((*some, *more)), at=NOW)


@given(st.lists(people), st.lists(blocks))
def test_each_is_judged_alone(callers, some):
    barriers = Barriers(tuple(some))
    together = who_is_kept_out(callers, barriers, at=NOW)
    alone = [who_is_kept_out([one], barriers, at=NOW) for one in callers]
    assert together == set().union(*alone)
