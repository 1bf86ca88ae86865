"""What was said before the latest page is read page by page, by both sides, down to the first."""

import re

import pytest

from tests.cast import answers, browser_of, closes, token, writes
from tests.chat.sockets.test_long_histories import goes_on

pytestmark = pytest.mark.once

PAGE = 200


@pytest.fixture
def long_dialogue(dialogue, ilya):
    """The first words, a note, and so many more that two pages do not hold them."""
    answers(ilya, dialogue, "Заметка", note=True)
    goes_on(dialogue, [f"Строка {number}." for number in range(2 * PAGE)])
    return dialogue


def as_staff(account, conversation, before=""):
    path = f"/chat/{conversation.public_id}/" + (before and f"earlier/?before={before}")
    return browser_of(account).get(path)


def as_visitor(visitor, conversation, before=""):
    path = f"earlier/{conversation.public_id}/?before={before}" if before else "window/"
    bearer = {"Authorization": f"Bearer {token(visitor)}"}
    return browser_of().get(f"/widget/demo/{path}", headers=bearer)


def numbers_in(answer):
    return [
        int(seq) for seq in re.findall(r'data-seq="(\d+)" data-author', answer.content.decode())
    ]


@pytest.fixture(params=["staff", "visitor"])
def asks(request, long_dialogue, ilya, marina):
    """One of the two sides: asks for what is before a number."""
    if request.param == "staff":
        return lambda before="": as_staff(ilya, long_dialogue, before)
    return lambda before="": as_visitor(marina, long_dialogue, before)


def test_page_by_page_everything_is_read_down_to_the_first(asks):
    read = numbers_in(asks())
    last = read[-1]
    assert len(read) == PAGE
    while read[0] > 1:
        read = numbers_in(asks(read[0])) + read
    assert read == list(range(1, last + 1))
    assert numbers_in(asks(1)) == []


def test_the_way_to_earlier_ones_is_shown_where_there_are_some(asks):
    assert "data-earlier=" in asks().content.decode()


def test_where_there_are_none_no_way_is_shown(ilya, marina, dialogue):
    for answer in (as_staff(ilya, dialogue), as_visitor(marina, dialogue)):
        assert "data-earlier=" not in answer.content.decode()


def test_earlier_pages_show_a_visitor_no_note(marina, ilya, long_dialogue):
    told = [as_visitor(marina, long_dialogue, before) for before in (500, 300, 20)]
    assert ["Заметка" in answer.content.decode() for answer in told] == [False] * 3
    assert "Заметка" in as_staff(ilya, long_dialogue, 20).content.decode()


def test_another_s_conversation_is_not_there(long_dialogue, sergey, rustam):
    assert as_visitor(sergey, long_dialogue, 20).status_code == 404
    assert as_visitor(rustam, long_dialogue, 20).status_code == 401


def test_an_older_conversation_of_one_s_own_is_read_too(long_dialogue, marina, ilya):
    closes(ilya, long_dialogue)
    writes(marina, "Снова я")
    assert numbers_in(as_visitor(marina, long_dialogue, 3)) == [1, 2]


@pytest.mark.parametrize("before", ["-1", "x", "9" * 17, "9" * 40, "²"])
def test_a_bad_number_shows_nothing_or_what_there_is(ilya, marina, dialogue, before):
    for answer in (as_staff(ilya, dialogue, before), as_visitor(marina, dialogue, before)):
        assert answer.status_code == 200
