"""Who hears that something else is known of a visitor: who follows a conversation of theirs."""

import pytest
from django.utils import timezone

from chat import identity
from chat.actions.comments import Subject, pin_comment
from chat.actions.visitors import recognise_visitor
from tests.cast import (
    SECRET,
    accepts,
    comes_from,
    defines,
    fills,
    keeps_in_mind,
    notes,
    signed,
    writes,
)


def told(zone):
    return [(frame["visitor"], frame["parts"]) for frame in zone.of("information")]


def test_who_has_the_visitor_before_them_hears_of_a_comment_and_no_visitor_does(
    wires, marina, ilya, dialogue
):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    comment = notes(ilya, dialogue, SECRET)
    pin_comment(ilya, dialogue.public_id, comment.pk, is_pinned=True, at=timezone.now())
    keeps_in_mind(ilya, dialogue, SECRET)
    zone.expect("information", parts=["data"])
    assert told(zone)[-3:] == [
        (str(marina.pk), parts) for parts in (["comments"],) * 2 + (["data"],)
    ]
    tab.settle()
    assert not tab.of("information")
    assert not [frame for frame in [*zone.raw, *tab.raw] if SECRET in frame]


def test_who_has_the_visitor_before_them_hears_of_a_field_and_no_visitor_does(
    wires, marina, ilya, elena, dialogue
):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    fields = [defines(elena, SECRET, about=about) for about in ("visitor", "conversation")]
    tab.settle()
    zone.settle()
    before = len(told(zone))
    for field in fields:
        fills(ilya, dialogue, field.key, SECRET)
    zone.settle()
    assert told(zone)[before:] == [(str(marina.pk), ["data"])] * 2
    tab.settle()
    assert not tab.of("information")
    assert not [frame for frame in [*zone.raw, *tab.raw] if SECRET in frame]


def test_what_the_site_signs_anew_is_news(wires, site, marina, ilya, dialogue):
    zone = wires.operator(ilya)
    said = identity.verify(site, signed(site, stand="7", name="Белова"), at=timezone.now())
    recognise_visitor(site, said)
    zone.settle()
    assert told(zone)[-1:] == [(str(marina.pk), ["data", "identification"])]
    assert any("Белова" in frame for frame in zone.raw)
    before = len(told(zone))
    recognise_visitor(site, said)
    zone.settle()
    assert len(told(zone)) == before


@pytest.mark.parametrize("who", ["darya", "anton", "kamila", "zoya"])
def test_who_follows_nothing_of_theirs_is_told_nothing(wires, ilya, elena, dialogue, request, who):
    other = wires.operator(request.getfixturevalue(who))
    notes(ilya, dialogue, SECRET)
    keeps_in_mind(ilya, dialogue, SECRET)
    fills(ilya, dialogue, defines(elena).key, SECRET)
    other.settle()
    assert told(other) == []


def test_of_a_network_those_hear_who_talk_to_somebody_from_it(
    wires, marina, sergey, ilya, darya, dialogue
):
    comes_from(marina, "203.0.113.7")
    comes_from(sergey, "203.0.113.80")
    accepts(darya, writes(sergey).conversation)
    zone = wires.operator(darya)
    notes(ilya, dialogue, SECRET, Subject.ADDRESS)
    notes(ilya, dialogue, SECRET, Subject.NETWORK)
    zone.expect("information")
    zone.settle()
    assert told(zone) == [(str(sergey.pk), ["comments"])]


def test_another_page_of_the_visitor_is_news(wires, marina, ilya, dialogue):
    zone, tab = wires.operator(ilya), wires.visitor(marina, page={"url": "http://a", "title": "А"})
    zone.expect("information", parts=["data", "pages"])
    tab.say("page", url="http://b", title="Б")
    assert zone.expect("information")["parts"] == ["data", "pages"]
