"""Who must not receive: every frame of every socket is recorded and looked through."""

import json
import uuid

import pytest
from django.utils import timezone

from chat.actions.links import send_link
from chat.actions.ratings import ask_for_rating
from chat.models import Conversation, MessageKind
from tests.cast import SECRET, answers, browser_of, closes, keep_among_staff, token, writes

VISITOR_KEYS = {
    "welcome": {
        *("type", "visit", "status", "reason", "opens_at", "consented", "previews", "look"),
        *("banner", "conversation", "messages"),
    },
    "message": {
        *("type", "conversation", "seq", "id", "author", "kind", "text", "html", "created_at"),
        "quotes",
    },
    "amended": {"type", "conversation", "seq", "id", "of", "message", "text", "html"},
    "conversation": {"type", "id", "state", "seq", "position", "operator", "approach"},
    "status": {"type", "status", "reason", "opens_at"},
    "banner": {"type", "text"},
    "typing": {"type", "name", "on"},
    "read": {"type", "seq"},
    "delivered": {"type", "seq"},
    "ack": {"type", "id", "seq", "conversation", "created_at", "messages"},
}


def about_visitors(wire):
    """Everything but what an operator is told of themselves and their colleagues."""
    own = ("presence", "ack")
    return [
        frame
        for frame in wire.frames
        if frame["type"] not in own and not frame.get("target", "").startswith("operator-")
    ]


def scene(wires, marina, ilya):
    """Marina arrives, writes, is answered, reads, leaves: everything that is told of her."""
    zone, tab = wires.operator(ilya), wires.visitor(marina, page={"url": "http://a", "title": "А"})
    ack = tab.ask("message", text="Не приходит счёт")
    zone.ask("accept", conversation=ack["conversation"])
    zone.ask("message", conversation=ack["conversation"], text=SECRET, note=True)
    zone.say("typing", conversation=ack["conversation"], on=True)
    zone.ask("message", conversation=ack["conversation"], text="Готово")
    tab.expect("message", text="Готово")
    cards(tab, ilya, ack["conversation"])
    zone.say("read", conversation=ack["conversation"], seq=1)
    tab.say("read", seq=2)
    tab.say("typing", on=True)
    tab.say("page", url="http://b", title="Б")
    tab.ask("sync", after=0)
    zone.settle()
    tab.ask("end")
    zone.expect("conversation", state="closed")
    return zone, tab


def cards(tab, ilya, key):
    """A link, opened; a rating, asked for and given."""
    send_link(ilya, key, "Порты", "example.ru", client_id=uuid.uuid4(), at=timezone.now())
    tab.say("open_link", seq=tab.expect("message", kind="link")["seq"])
    ask_for_rating(ilya, key, at=timezone.now())
    request = tab.expect("message", kind="rating_request")["seq"]
    tab.ask("rate", request=request, score=5, comment="Не приходит счёт")
    tab.expect("amended", of=request)


@pytest.mark.parametrize("who", ["anton", "kamila", "zoya"])
def test_other_levels_and_sites_get_nothing_about_a_visitor(wires, marina, ilya, request, who):
    other = wires.operator(request.getfixturevalue(who))
    scene(wires, marina, ilya)
    other.settle()
    assert about_visitors(other) == [other.welcome]
    assert (other.welcome["conversations"], other.welcome["messages"]) == ([], [])


@pytest.mark.parametrize("who", ["anton", "kamila", "zoya"])
def test_no_frame_to_other_levels_names_the_visitor(wires, marina, ilya, request, who):
    other = wires.operator(request.getfixturevalue(who))
    scene(wires, marina, ilya)
    other.settle()
    assert not [frame for frame in other.raw if "Орлова" in frame or "счёт" in frame]


def test_another_visitor_gets_nothing(wires, marina, sergey, ilya):
    other = wires.visitor(sergey)
    scene(wires, marina, ilya)
    other.settle()
    assert {frame["type"] for frame in other.frames} <= {"welcome", "status", "ack"}
    assert not [frame for frame in other.raw if "Орлова" in frame or "счёт" in frame]


def test_no_frame_to_a_visitor_holds_a_note(wires, marina, ilya):
    _zone, tab = scene(wires, marina, ilya)
    assert not [frame for frame in tab.raw if SECRET in frame]


def test_a_visitor_s_frames_hold_what_is_listed_and_nothing_else(wires, marina, ilya):
    _zone, tab = scene(wires, marina, ilya)
    tab.settle()
    unlisted = [frame for frame in tab.frames if frame.keys() - VISITOR_KEYS[frame["type"]]]
    assert unlisted == []
    assert {frame["author"].keys() == {"kind", "name", "photo"} for frame in tab.of("message")} == {
        True
    }


def test_a_visitor_is_told_no_login_and_no_address(wires, marina, ilya):
    _zone, tab = scene(wires, marina, ilya)
    frames = [frame for frame in tab.raw if '"type":"ack"' not in frame]
    assert not [frame for frame in frames if ilya.login in frame or "127.0.0.1" in frame]


def test_a_visitor_who_returns_is_given_no_note(wires, marina, ilya, dialogue):
    answers(ilya, dialogue, SECRET, note=True)
    answers(ilya, dialogue, "Готово")
    tab = wires.visitor(marina)
    tab.ask("sync", after=0)
    assert SECRET not in json.dumps(tab.frames)
    assert [seq for seq, _text in tab.log()] == [1, 2, 3]


def test_of_all_that_staff_write_among_themselves_no_frame_tells_a_visitor(
    wires, marina, ilya, anton
):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    key = tab.ask("message", text="Не приходит счёт")["conversation"]
    zone.ask("accept", conversation=key)
    keep_among_staff(ilya, anton, Conversation.objects.get(public_id=key))
    tab.expect("message", text="Готово")
    back = wires.visitor(marina)
    back.ask("sync", after=0)
    tab.ask("sync", after=0)
    tab.ask("end")
    zone.expect("conversation", state="closed")
    tab.settle()
    assert [frame for frame in zone.raw if SECRET in frame]
    assert not [frame for frame in [*tab.raw, *back.raw] if SECRET in frame]


def test_the_visitor_s_window_holds_no_note(marina, ilya, dialogue):
    answers(ilya, dialogue, SECRET, note=True)
    answers(ilya, dialogue, "Готово")
    bearer = {"Authorization": f"Bearer {token(marina)}"}
    page = browser_of().get("/widget/demo/window/", headers=bearer).content.decode()
    assert "Готово" in page
    assert SECRET not in page


def test_the_visitor_does_not_read_how_long_staff_let_them_wait(wires, marina, dialogue):
    tab = wires.visitor(marina)
    assert "ожидание" not in json.dumps(tab.welcome, ensure_ascii=False)


def test_the_last_line_of_a_row_is_no_message_to_strangers(wires, marina, anton, ilya, dialogue):
    other = wires.operator(anton)
    writes(marina, SECRET)
    other.settle()
    assert not [frame for frame in other.raw if SECRET in frame]


def test_a_colleague_s_dialogue_is_not_handed_to_the_whole_department(
    wires, marina, darya, ilya, dialogue
):
    """They may look into it, but nobody is sent what they did not open."""
    colleague = wires.operator(darya)
    writes(marina, "Это только Илье")
    colleague.settle()
    assert colleague.of("message") == []


def test_who_opened_a_colleague_s_dialogue_follows_it(wires, marina, darya, dialogue):
    colleague = wires.operator(darya)
    colleague.ask("sync", conversation=dialogue.public_id, after=0)
    writes(marina, "Ещё вопрос")
    assert colleague.expect("message")["text"] == "Ещё вопрос"


def test_who_was_put_out_of_the_department_is_handed_nothing_more(
    wires, marina, darya, dialogue, first_line
):
    colleague = wires.operator(darya)
    first_line.memberships.filter(account=darya).delete()
    assert colleague.ask("sync", conversation=dialogue.public_id, after=0)["code"] == "not_found"


def test_notes_reach_the_owner(wires, ilya, darya, dialogue):
    zone = wires.operator(ilya)
    answers(darya, dialogue, SECRET, note=True)
    assert zone.expect("message", text=SECRET)["kind"] == MessageKind.NOTE


def test_what_ended_long_ago_is_not_shown_as_the_present(wires, marina, ilya, site, dialogue):
    site.reopen_window = site.reopen_window * 0
    site.save()
    closes(ilya, dialogue)
    assert wires.visitor(marina).welcome["conversation"] is None
