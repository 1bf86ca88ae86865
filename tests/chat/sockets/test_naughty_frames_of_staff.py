"""Whatever an operator's socket is sent: one polite error, a living socket, nothing stored."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import accepts, writes
from tests.chat.sockets.test_naughty_frames_of_visitors import ANYTHING
from tests.naughty import ID, NO_FRAMES, answers_to, frame, is_polite, stored
from tests.wires import PATIENCE

CARD = {"title": "Порты", "url": "https://example.ru"}
UNFIT = {
    "frame of visitors": frame("end", id=ID),
    "page": frame("page", url="http://a"),
    "second hello": frame("hello"),
    "presence of another kind": frame("presence", id=ID, value="invisible"),
    "presence without an id": frame("presence", value="online"),
    "accept without a conversation": frame("accept", id=ID),
    "accept of an empty id": frame("accept", id=ID, conversation=""),
    "accept of a number": frame("accept", id=ID, conversation=1),
    "accept of nothing known": frame("accept", id=ID, conversation="nowhere"),
    "accept of what SQL might read": frame("accept", id=ID, conversation="' OR 1=1"),
    "accept of NUL": frame("accept", id=ID, conversation="a\x00b"),
    "sync of NUL": frame("sync", id=ID, conversation="a\x00b"),
    "message into NUL": frame("message", id=ID, conversation="\x00", text="а"),
    "message to nowhere": frame("message", id=ID, conversation="nowhere", text="а"),
    "correction of nothing": frame("correct", id=ID, conversation="x", seq=1, text="Иначе"),
    "correction before the first": frame("correct", id=ID, conversation="x", seq=-1, text="а"),
    "correction as of visitors": frame("correct", id=ID, message=ID, text="Иначе"),
    "retraction of nothing": frame("retract", id=ID, conversation="nowhere", seq=1),
    "retraction of a text": frame("retract", id=ID, conversation="x", seq="1"),
    "retraction as of visitors": frame("retract", id=ID, message=ID),
    "first word to nobody": frame("write_first", id=ID, visit=ID, text="Чем помочь?"),
    "first word without a visit": frame("write_first", id=ID, text="Чем помочь?"),
    "first word to a number": frame("write_first", id=ID, visit=7, text="а"),
    "first word to a conversation": frame("write_first", id=ID, visit="nowhere", text="а"),
    "first word of nothing": frame("write_first", id=ID, visit=ID, text=" "),
    "first word with NUL": frame("write_first", id=ID, visit=ID, text="а\x00"),
    "first word of 4001": frame("write_first", id=ID, visit=ID, text="я" * 4001),
    "first word in a list": frame("write_first", id=ID, visit=ID, text=["а"]),
    "not now, as of visitors": frame("not_now", id=ID),
    "page before the first": frame("people", id=ID, page=0),
    "page of a half": frame("people", id=ID, page=0.5),
    "page of too much": frame("people", id=ID, page=10**9),
    "people without an id": frame("people", page=1),
    "people by too many signs": frame("people", id=ID, words="я" * 201),
    "people by a number": frame("people", id=ID, words=7),
    "note that is one perhaps": frame("message", id=ID, conversation="x", text="а", note=1),
    "card that is a text": frame("message", id=ID, conversation="x", link="https://a.ru"),
    "card without an address": frame("message", id=ID, conversation="x", link={"title": "а"}),
    "card to nowhere": frame("message", id=ID, conversation="nowhere", link=CARD),
    "card with NUL": frame("message", id=ID, conversation="x", link={**CARD, "title": "а\x00"}),
    "card of a lone surrogate": frame(
        "message", id=ID, conversation="x", link={**CARD, "url": "\ud800"}
    ),
}


@pytest.fixture
def zone(wires, ilya):
    return wires.operator(ilya)


def test_what_is_no_frame_gets_one_polite_error(zone):
    answers = {name: answers_to(zone, text) for name, text in NO_FRAMES.items()}
    assert [name for name, given in answers.items() if len(given) != 1] == []
    assert [name for name, (answer,) in answers.items() if not is_polite(answer)] == []
    assert stored() == (0, 0)


def test_what_does_not_fit_gets_one_polite_error(zone):
    answers = {name: answers_to(zone, text) for name, text in UNFIT.items()}
    assert [name for name, given in answers.items() if len(given) != 1] == []
    assert [name for name, (answer,) in answers.items() if not is_polite(answer)] == []
    assert stored() == (0, 0)


@pytest.mark.parametrize("kind", ["accept", "sync", "message"])
def test_another_site_s_conversation_is_not_found(zone, rustam, kind):
    theirs = writes(rustam).conversation
    before = stored()
    answer = zone.ask(
        kind, conversation=theirs.public_id, **({"text": "а"} if kind == "message" else {})
    )
    assert answer["code"] == "not_found"
    assert stored() == before


def test_marks_in_another_site_s_conversation_leave_no_trace(zone, wires, rustam, zoya):
    theirs = accepts(zoya, writes(rustam).conversation)
    tab = wires.visitor(rustam)
    zone.say("typing", conversation=theirs.public_id, on=True)
    zone.say("read", conversation=theirs.public_id, seq=1)
    zone.settle()
    theirs.refresh_from_db()
    assert (theirs.operator_read_seq, tab.of("typing"), tab.of("read")) == (0, [], [])


def test_a_taken_conversation_is_a_conflict_that_names_the_owner(wires, zone, darya, waiting):
    other = wires.operator(darya)
    assert zone.ask("accept", conversation=waiting.public_id)["type"] == "ack"
    refusal = other.ask("accept", conversation=waiting.public_id)
    assert (refusal["code"], refusal["detail"]) == ("conflict", "Уже принято: Илья Воронцов")


@pytest.mark.parametrize("after", [{"x" * 21: 1}, {"x": -1}, {"x": "1"}, {"a\x00b": 1}, [], "x"])
def test_a_hello_that_makes_no_sense_is_answered_and_another_may_follow(wires, ilya, after):
    from tests.cast import browser_of

    zone = wires.open("/ws/operator/", cookies=browser_of(ilya))
    zone.say("hello", after=after)
    zone.expect("error", code="invalid")
    zone.say("hello", after={})
    zone.expect("welcome")


def test_a_hello_that_names_what_is_not_there_is_welcome(wires, ilya):
    assert wires.operator(ilya, after={"nowhere": 5}).welcome["conversations"] == []


FRAMES = st.builds(
    lambda kind, fields: frame(kind, **fields),
    st.sampled_from(
        [
            *("ping", "hello", "message", "accept", "typing"),
            *("watch", "read", "sync", "presence"),
        ]
    ),
    st.dictionaries(
        st.sampled_from(
            ["id", "conversation", "text", "files", "note", "on", "seq", "value", "link"]
        ),
        ANYTHING | st.just(ID),
    ),
)


@settings(
    max_examples=60,
    deadline=PATIENCE * 1000,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=FRAMES)
def test_no_frame_at_all_ends_the_socket(zone, text):
    assert len(answers_to(zone, text)) <= 1
