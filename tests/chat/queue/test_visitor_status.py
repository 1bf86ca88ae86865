"""Online or offline: hours, presence, intention and running dialogue, combined."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat.queue.availability import Snapshot

SITE, ILYA, DARYA, STRANGER = 1, 10, 11, 12
OPEN, SHUT = frozenset({SITE}), frozenset[int]()


def snapshot(present: dict[int, str], *, sites: frozenset[int] = OPEN) -> Snapshot:
    return Snapshot(present, {SITE: frozenset({ILYA, DARYA})}, sites)


@pytest.mark.parametrize(
    ("present", "sites", "owner", "expected"),
    [
        pytest.param({ILYA: "online"}, OPEN, None, ("online", "ok"), id="somebody is there"),
        pytest.param({}, OPEN, None, ("offline", "nobody"), id="nobody is there"),
        pytest.param({ILYA: "busy"}, OPEN, None, ("offline", "nobody"), id="busy takes no new"),
        pytest.param({ILYA: "break"}, OPEN, None, ("offline", "nobody"), id="a break is absence"),
        pytest.param(
            {ILYA: "break", DARYA: "online"}, OPEN, None, ("online", "ok"), id="one of two"
        ),
        pytest.param({STRANGER: "online"}, OPEN, None, ("offline", "nobody"), id="not theirs"),
        pytest.param({ILYA: "online"}, SHUT, None, ("offline", "hours"), id="after hours"),
        pytest.param({}, SHUT, None, ("offline", "hours"), id="after hours and nobody"),
        pytest.param({ILYA: "online"}, SHUT, ILYA, ("online", "ok"), id="a dialogue goes on"),
        pytest.param({ILYA: "busy"}, OPEN, ILYA, ("online", "ok"), id="busy with them"),
        pytest.param({ILYA: "busy"}, SHUT, ILYA, ("online", "ok"), id="busy with them, late"),
        pytest.param({ILYA: "break"}, OPEN, ILYA, ("offline", "nobody"), id="owner has a break"),
        pytest.param({}, SHUT, ILYA, ("offline", "hours"), id="owner left after hours"),
        pytest.param({}, OPEN, ILYA, ("offline", "nobody"), id="owner left"),
        pytest.param(
            {DARYA: "online"}, OPEN, ILYA, ("online", "ok"), id="owner left, a colleague is there"
        ),
        pytest.param(
            {STRANGER: "online"}, SHUT, STRANGER, ("online", "ok"), id="owner of another line"
        ),
    ],
)
def test_the_status_of_a_visitor(present, sites, owner, expected):
    assert snapshot(present, sites=sites).status(SITE, owner) == expected


PEOPLE = st.dictionaries(
    st.sampled_from([ILYA, DARYA, STRANGER]), st.sampled_from(["online", "busy", "break"])
)
OWNERS = st.none() | st.sampled_from([ILYA, DARYA, STRANGER])


@given(present=PEOPLE, owner=OWNERS, sites=st.sampled_from([OPEN, SHUT]))
def test_more_presence_never_takes_a_visitor_offline(present, owner, sites):
    before, _reason = snapshot(present, sites=sites).status(SITE, owner)
    after, _reason = snapshot(present | {ILYA: "online"}, sites=sites).status(SITE, owner)
    assert (before, after) != ("online", "offline")


@given(present=PEOPLE, owner=OWNERS)
def test_the_hour_of_closing_ends_no_dialogue(present, owner):
    if owner is not None and present.get(owner, "break") != "break":
        assert snapshot(present, sites=SHUT).status(SITE, owner) == ("online", "ok")


@given(present=PEOPLE, sites=st.sampled_from([OPEN, SHUT]))
def test_a_site_that_nobody_knows_is_never_online(present, sites):
    assert snapshot(present, sites=sites).status(99)[0] == "offline"


@given(present=PEOPLE, owner=OWNERS, sites=st.sampled_from([OPEN, SHUT]))
def test_online_needs_no_reason_and_offline_has_one(present, owner, sites):
    status, reason = snapshot(present, sites=sites).status(SITE, owner)
    assert (status == "online") == (reason == "ok")
