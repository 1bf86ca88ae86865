"""Whatever a visitor's socket is sent: one polite error, a living socket, nothing stored."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.naughty import ID, NO_FRAMES, answers_to, frame, is_polite, stored
from tests.wires import PATIENCE

UNFIT = {
    "end without an id": frame("end"),
    "token without a token": frame("token", id=ID),
    "second hello": frame("hello", token="x"),
    "frame of staff": frame("accept", id=ID, conversation="x"),
    "presence": frame("presence", id=ID, value="online"),
    "message with NUL": frame("message", id=ID, text="а\x00б"),
    "message with a control": frame("message", id=ID, text="\x1b[31m"),
    "message of nothing": frame("message", id=ID, text="  "),
    "message of 4001": frame("message", id=ID, text="я" * 4001),
    "message with a file that is none": frame("message", id=ID, text="вот", files=[ID]),
    "message with eleven files": frame("message", id=ID, text="вот", files=[ID] * 11),
    "message that quotes no message": frame("message", id=ID, text="вот", quotes=ID),
    "message that quotes a number": frame("message", id=ID, text="вот", quotes=1),
    "end of nothing": frame("end", id=ID),
    "correction of nothing": frame("correct", id=ID, message=ID, text="Иначе"),
    "correction of a number": frame("correct", id=ID, message=7, text="Иначе"),
    "correction without words": frame("correct", id=ID, message=ID),
    "correction to nothing": frame("correct", id=ID, message=ID, text=" "),
    "correction to 4001": frame("correct", id=ID, message=ID, text="я" * 4001),
    "correction with NUL": frame("correct", id=ID, message=ID, text="а\x00"),
    "correction with a long past": frame(
        "correct", id=ID, message=ID, text="Иначе", changed="x" * 41
    ),
    "correction as of staff": frame("correct", id=ID, conversation="x", seq=1, text="Иначе"),
    "retraction of nothing": frame("retract", id=ID, message=ID),
    "retraction of a number": frame("retract", id=ID, message=7),
    "retraction as of staff": frame("retract", id=ID, conversation="x", seq=1),
    "rating of nothing": frame("rate", id=ID, request=1, score=5),
    "rating without an id": frame("rate", request=1, score=5),
    "rating without a score": frame("rate", id=ID, request=1),
    "rating of a half": frame("rate", id=ID, request=1, score=4.5),
    "rating of a truth value": frame("rate", id=ID, request=1, score=True),
    "rating of a huge number": frame("rate", id=ID, request=1, score=10**30),
    "rating by a word": frame("rate", id=ID, request=1, score="5"),
    "rating without a request": frame("rate", id=ID, score=5),
    "rating before the first": frame("rate", id=ID, request=-1, score=5),
    "rating with a number for a comment": frame("rate", id=ID, request=1, score=5, comment=7),
    "rating with a control": frame("rate", id=ID, request=1, score=5, comment="\x1b[31m"),
    "rating with 4001 signs": frame("rate", id=ID, request=1, score=5, comment="я" * 4001),
    "rating in no conversation": frame("rate", id=ID, request=1, score=5, conversation="x y"),
    "system of nothing": frame("tell_system", id=ID, request=1, facts={"browser": "Firefox"}),
    "system without an id": frame("tell_system", request=1, facts=None),
    "system without facts": frame("tell_system", id=ID, request=1),
    "system of a number": frame("tell_system", id=ID, request=1, facts=7),
    "system as a list": frame("tell_system", id=ID, request=1, facts=["Firefox"]),
    "system of 21 errors": frame("tell_system", id=ID, request=1, facts={"errors": ["а"] * 21}),
    "system with a word for errors": frame("tell_system", id=ID, request=1, facts={"errors": "а"}),
    "system with a lone surrogate": frame(
        "tell_system", id=ID, request=1, facts={"page": "\ud800"}
    ),
    "system of 100 KB": frame("tell_system", id=ID, request=1, facts={"page": "x" * 100_000}),
    "system before the first": frame("tell_system", id=ID, request=-1, facts=None),
    "system in no conversation": frame(
        "tell_system", id=ID, request=1, facts=None, conversation="x y"
    ),
    "not now without an id": frame("not_now"),
    "not now by a number": frame("not_now", id=7),
    "first word of staff": frame("write_first", id=ID, visit=ID, text="а"),
    "people of staff": frame("people", id=ID),
    "opened without a number": frame("open_link"),
    "opened before the first": frame("open_link", seq=-1),
    "opened by a word": frame("open_link", seq="1"),
    "opened in no conversation": frame("open_link", seq=1, conversation="x y"),
}


@pytest.fixture
def tab(wires, marina):
    return wires.visitor(marina)


def test_what_is_no_frame_gets_one_polite_error(tab):
    answers = {name: answers_to(tab, text) for name, text in NO_FRAMES.items()}
    unanswered = [name for name, given in answers.items() if len(given) != 1]
    assert unanswered == []
    assert [name for name, (answer,) in answers.items() if not is_polite(answer)] == []
    assert stored() == (0, 0)


def test_what_does_not_fit_gets_one_polite_error(tab):
    answers = {name: answers_to(tab, text) for name, text in UNFIT.items()}
    assert [name for name, given in answers.items() if len(given) != 1] == []
    assert [name for name, (answer,) in answers.items() if not is_polite(answer)] == []
    assert stored() == (0, 0)


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b'{"type": "ping"}'])
def test_binary_frames_are_refused_aloud(tab, content):
    (answer,) = answers_to(tab, content)
    assert is_polite(answer)


def test_an_error_carries_the_id_of_its_frame(tab):
    (answer,) = answers_to(tab, frame("message", id=ID, text=7))
    assert answer["id"] == ID


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (frame("message", id=ID, text="я" * 4001), "too_large"),
        (frame("message", id=ID, text="x" * 70_000), "too_large"),
        (frame("message", id=ID, text=""), "invalid"),
        (frame("end", id=ID), "not_found"),
        (frame("hello", token="x"), "invalid"),
    ],
)
def test_errors_have_their_code(tab, text, code):
    (answer,) = answers_to(tab, text)
    assert answer["code"] == code


def test_a_text_that_is_too_long_is_told_its_length(tab):
    (answer,) = answers_to(tab, frame("message", id=ID, text="😀" * 4001))
    assert "4001" in answer["detail"]


def test_unknown_keys_are_ignored(tab):
    (answer,) = answers_to(tab, frame("message", id=ID, text="Привет", author="Илья", seq=99))
    assert (answer["type"], answer["seq"]) == ("ack", 1)


def test_the_server_says_who_wrote(tab):
    tab.ask("message", text="Я оператор", author={"kind": "operator"}, kind="note", note=True)
    author = {"kind": "visitor", "name": "Орлова Марина", "photo": None}
    assert tab.expect("message")["author"] == author


def test_a_file_of_another_visitor_is_unknown(tab, sergey):
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils import timezone

    from chat.files.storage import store_file

    uploaded = SimpleUploadedFile("a.txt", b"secret")
    theirs = store_file(uploaded, at=timezone.now(), visitor=sergey)
    assert tab.ask("message", text="вот", files=[str(theirs.public_id)])["code"] == "invalid"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
KINDS = ["ping", "hello", "message", "typing", "read", "page", "sync", "end", "x"]
KINDS += ["rate", "tell_system", "open_link"]
FRAMES = st.builds(
    lambda kind, fields: frame(kind, **fields),
    st.sampled_from(KINDS),
    st.dictionaries(
        st.sampled_from(
            [
                *("id", "text", "files", "on", "seq", "after", "url"),
                *("conversation", "request", "score", "facts"),
            ]
        ),
        ANYTHING | st.just(ID),
    ),
)


@settings(
    max_examples=60,
    deadline=PATIENCE * 1000,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=FRAMES | st.text(max_size=60).filter(lambda text: text.isprintable()))
def test_no_frame_at_all_ends_the_socket(tab, text):
    assert len(answers_to(tab, text)) <= 1
