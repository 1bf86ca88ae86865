"""Whose face is beside what: visitors see who answers them, colleagues see each other."""

import pytest

from tests.cast import (
    accepts,
    answers,
    browser_of,
    is_present,
    makes_group,
    photo_of,
    token,
    writes,
    writes_among_staff,
)


@pytest.fixture
def face(ilya):
    return f"/photos/{photo_of(ilya)}/"


def window_of(visitor):
    bearer = {"Authorization": f"Bearer {token(visitor)}"}
    return browser_of().get("/widget/demo/window/", headers=bearer).content.decode()


def test_a_visitor_sees_the_face_of_who_answers(wires, marina, ilya, face, waiting):
    tab = wires.visitor(marina)
    accepts(ilya, waiting)
    assert tab.expect("conversation", state="active")["operator"]["photo"] == face
    answers(ilya, waiting, "Долгим путём")
    wires.operator(ilya).ask("message", conversation=waiting.public_id, text="Коротким путём")
    for text in ("Долгим путём", "Коротким путём"):
        frame = tab.expect("message", text=text)
        assert frame["author"]["photo"] == face
        assert f'src="{face}"' in frame["html"]


def test_so_do_those_who_come_later(wires, marina, ilya, face, dialogue):
    answers(ilya, dialogue, "Здравствуйте")
    assert window_of(marina).count(f'src="{face}"') == 2  # in the head, and beside the message
    missed = wires.visitor(marina, conversation=dialogue.public_id).welcome["messages"]
    assert [f'src="{face}"' in frame["html"] for frame in missed if frame["text"]][-1]


def test_a_visitor_has_no_face(wires, marina, ilya, face, dialogue):
    tab = wires.visitor(marina)
    writes(marina, "Я снова здесь")
    frame = tab.expect("message", text="Я снова здесь")
    assert (frame["author"]["photo"], "<img" in frame["html"]) == (None, False)


def test_without_a_photo_there_are_initials(wires, marina, darya, waiting):
    tab = wires.visitor(marina)
    accepts(darya, waiting)
    answers(darya, waiting, "Здравствуйте")
    frame = tab.expect("message", text="Здравствуйте")
    assert (frame["author"]["photo"], "<img" in frame["html"]) == (None, False)
    assert ">ДЛ</span>" in frame["html"]


def test_another_photo_is_seen_at_once(wires, marina, sergey, ilya, darya, face, dialogue):
    accepts(darya, writes(sergey).conversation)
    tab, other, zone = wires.visitor(marina), wires.visitor(sergey), wires.operator(darya)
    zone.settle()
    zone.forget()
    other.settle()
    other.forget()
    fresh = f"/photos/{photo_of(ilya)}/"
    assert fresh != face
    frame = tab.expect("conversation", operator={"name": "Илья Воронцов", "photo": fresh})
    assert frame["id"] == dialogue.public_id
    (row,) = [zone.by_pulse("fragment", target=f"operator-{ilya.pk}")]
    assert f'src="{fresh}"' in row["html"]
    other.settle()
    assert other.of("conversation") == []


def test_colleagues_see_it_in_their_lists_and_chats(wires, ilya, face, anton, dialogue):
    is_present(ilya)
    browser = browser_of(anton)
    assert f'src="{face}"' in browser.get("/chat/").content.decode()
    group = makes_group(ilya, "Смена", anton)
    tab = wires.operator(anton)
    writes_among_staff(ilya, group, "Привет")
    assert f'src="{face}"' in tab.expect("message", text="Привет")["html"]
    page = browser.get(f"/chat/internal/{group.public_id}/").content.decode()
    log, _mark, _rest = page.partition('id="information"')
    assert f'src="{face}"' in log


def test_what_was_said_shows_the_face_of_now(marina, ilya, face, dialogue):
    answers(ilya, dialogue, "Здравствуйте")
    fresh = f"/photos/{photo_of(ilya)}/"
    page = window_of(marina)
    assert (face in page, page.count(fresh)) == (False, 2)
