"""Who hears that something else is known of a visitor: who follows a conversation of theirs."""

import pytest
from django.utils import timezone

from chat.actions.comments import Subject, pin_comment
from tests.cast import SECRET, accepts, comes_from, keeps_in_mind, notes, writes


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


@pytest.mark.parametrize("who", ["darya", "anton", "kamila", "zoya"])
def test_who_follows_nothing_of_theirs_is_told_nothing(wires, ilya, dialogue, request, who):
    other = wires.operator(request.getfixturevalue(who))
    notes(ilya, dialogue, SECRET)
    keeps_in_mind(ilya, dialogue, SECRET)
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
