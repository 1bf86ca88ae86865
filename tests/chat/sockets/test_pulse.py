"""What the layer loses, the pulse brings: within seconds, in order, once."""

import asyncio
import copy
import uuid

import pytest
from django.db import connection, transaction
from django.utils import timezone

from chat.actions.links import send_link
from chat.actions.ratings import ask_for_rating
from chat.actions.visitors import end_chat_session
from chat.models import Message
from chat.sockets.hub import LOOK_BACK, _LogComparison
from tests.cast import accepts, answers, browser_of, closes, signed, writes

PULSE = 5.0  # seconds: two for the beat, the rest for a busy machine
LOSSY = {
    "chat.sockets.layers.MemoryLayer": "tests.lossy_layers.LossyMemoryLayer",
    "chat.sockets.layers.RedisLayer": "tests.lossy_layers.LossyRedisLayer",
}


@pytest.fixture
def loses(settings, wires):
    """Call it with the share of pushes that shall never arrive."""

    def lose(share: float) -> None:
        layers = copy.deepcopy(settings.CHANNEL_LAYERS)
        layer = layers["default"]
        layer["BACKEND"] = LOSSY[layer["BACKEND"]]
        layer["CONFIG"] = {**layer.get("CONFIG", {}), "share": share}
        settings.CHANNEL_LAYERS = layers

    return lose


def test_a_layer_that_loses_everything_costs_seconds_and_no_message(
    wires, loses, marina, ilya, dialogue
):
    loses(1.0)
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    zone.ask("message", conversation=dialogue.public_id, text="Слышно?")
    assert tab.expect("message", within=PULSE)["text"] == "Слышно?"
    tab.ask("message", text="Слышно")
    assert zone.expect("message", within=PULSE, text="Слышно")


def test_who_waits_on_learns_that_the_queue_moved(wires, loses, ilya, marina, sergey):
    head = writes(marina).conversation
    writes(sergey)
    loses(1.0)
    behind = wires.visitor(sergey)
    assert behind.welcome["conversation"]["position"] == 2
    accepts(ilya, head)
    assert behind.expect("conversation", within=PULSE, state="waiting")["position"] == 1


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_both_sides_get_the_whole_log_in_order_whatever_is_lost(
    wires, loses, marina, ilya, dialogue, share
):
    loses(share)
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    for number in range(30):
        tab.ask("message", text=f"в{number}")
        zone.ask("message", conversation=dialogue.public_id, text=f"о{number}")
    for wire in (zone, tab):
        wire.by_pulse("message", text="о29")
        assert [seq for seq, _text in wire.log()] == list(range(1, 63))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_cards_end_alike_in_every_tab_whatever_is_lost(wires, loses, marina, ilya, dialogue, share):
    loses(share)
    zone, tab, second = wires.operator(ilya), wires.visitor(marina), wires.visitor(marina)
    at, key = timezone.now(), dialogue.public_id
    links = [
        send_link(ilya, key, f"Ссылка {n}", "example.ru", client_id=uuid.uuid4(), at=at)
        for n in range(5)
    ]
    request = ask_for_rating(ilya, key, at=at).message
    for number, link in enumerate(links, start=1):
        tab.say("open_link", seq=link.visitor_seq)
        tab.ask("rate", request=request.visitor_seq, score=number, comment="")
    for wire, theirs in ((zone, "Оценка"), (tab, "Ваша оценка"), (second, "Ваша оценка")):
        wire.by_pulse("amended", text=f"{theirs}: 5 из 5")
        numbers = [entry["seq"] for entry in wire.entries("message", "amended")]
        assert numbers == list(range(1, len(numbers) + 1))
    assert sum("Посетитель открыл" in entry["html"] for entry in zone.of("amended")) == 5
    assert not [raw for raw in (*tab.raw, *second.raw) if "Посетитель открыл" in raw]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_amendments_too_reach_both_sides_in_order_whatever_is_lost(
    wires, loses, marina, ilya, dialogue, share
):
    loses(share)
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    said: dict[int, str] = {}
    for number in range(15):
        tab.ask("message", text=f"в{number}")
        sent = zone.ask("message", conversation=dialogue.public_id, text=f"о{number}")
        zone.ask("correct", conversation=dialogue.public_id, seq=sent["seq"], text=f"и{number}")
    for wire in (zone, tab):
        wire.by_pulse("amended", text="и14")
        entries = wire.entries("message", "amended")
        assert [entry["seq"] for entry in entries] == list(range(1, 48))
        for entry in entries:
            said[entry.get("of", entry["seq"])] = entry["text"]
        assert sorted(said.values())[-15:] == sorted(f"и{number}" for number in range(15))


def test_what_commits_behind_later_entries_is_found_too(
    wires, loses, marina, sergey, ilya, dialogue
):
    accepts(ilya, writes(sergey).conversation)
    loses(1.0)
    zone = wires.operator(ilya)
    with transaction.atomic():
        begun = writes(marina, "Начато раньше")
        Message.objects.filter(pk=begun.pk).delete()
    writes(sergey, "Закончено раньше")
    assert zone.by_pulse("message")["text"] == "Закончено раньше"
    begun.save(force_insert=True)
    assert zone.by_pulse("message")["text"] == "Начато раньше"


def test_a_lost_change_of_state_is_told_to_both(wires, loses, marina, ilya, waiting):
    loses(1.0)
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    accepts(ilya, waiting)
    assert tab.by_pulse("conversation")["state"] == "active"
    assert zone.expect("conversation")["state"] == "active"
    closes(ilya, waiting)
    assert tab.by_pulse("conversation")["state"] == "closed"


def test_a_lost_first_message_rings_with_the_operators(wires, loses, marina, ilya):
    loses(1.0)
    zone = wires.operator(ilya)
    conversation = writes(marina, "Есть кто?").conversation
    assert zone.by_pulse("conversation")["id"] == conversation.public_id
    assert zone.expect("message")["text"] == "Есть кто?"
    assert zone.expect("fragment", target=f"visitor-{conversation.public_id}")


def test_another_tab_s_conversation_is_found(wires, loses, marina):
    loses(1.0)
    tab = wires.visitor(marina)
    writes(marina, "Из другой вкладки")
    assert tab.by_pulse("message")["text"] == "Из другой вкладки"
    assert tab.expect("conversation")["state"] == "waiting"


def test_lost_presence_reaches_visitors_with_the_next_beat(wires, loses, marina, ilya):
    loses(1.0)
    browser = browser_of(ilya)
    tab = wires.visitor(marina)
    wires.operator(ilya, browser=browser)
    assert tab.by_pulse("status")["status"] == "online"
    browser.get("/help/")
    assert tab.by_pulse("status")["status"] == "offline"


def test_a_lost_word_about_being_put_off_closes_all_the_same(wires, loses, ilya):
    loses(1.0)
    zone = wires.operator(ilya)
    ilya.is_active = False
    ilya.save()
    wires.beat()
    assert zone.closing() == 4403


def test_notes_do_not_confuse_the_visitor_s_numbers(wires, loses, marina, ilya, dialogue):
    loses(0.5)
    tab = wires.visitor(marina)
    for number in range(10):
        answers(ilya, dialogue, "тсс", note=True)
        answers(ilya, dialogue, f"о{number}")
    tab.by_pulse("message", text="о9")
    assert [seq for seq, _text in tab.log()] == list(range(1, 13))


def test_without_any_layer_chats_go_on(wires, settings, marina, ilya, dialogue):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "tests.lossy_layers.DeafLayer"}}
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    assert zone.ask("message", conversation=dialogue.public_id, text="Слышно?")["type"] == "ack"
    assert tab.by_pulse("message")["text"] == "Слышно?"


def test_a_client_that_claims_to_have_seen_the_future_misses_nothing(wires, marina, ilya, dialogue):
    """The database was restored from yesterday's copy."""
    zone = wires.operator(ilya, after={dialogue.public_id: 5000})
    tab = wires.visitor(marina, after=5000, conversation=dialogue.public_id)
    writes(marina, "Снова здесь")
    assert zone.by_pulse("message")["text"] == "Снова здесь"
    assert tab.by_pulse("message")["text"] == "Снова здесь"


def test_more_than_a_page_of_the_log_is_caught_up(wires, marina, ilya, dialogue):
    for number in range(230):
        writes(marina, str(number))
    zone, tab = wires.operator(ilya, after={dialogue.public_id: 0}), wires.visitor(marina)
    for wire in (zone, tab):
        wire.expect("message", text="229")
        assert [seq for seq, _text in wire.log()] == list(range(1, 233))


def test_a_client_gets_what_is_beyond_its_own_number(wires, marina, ilya, dialogue):
    writes(marina, "три")
    zone = wires.operator(ilya, after={dialogue.public_id: 2})
    tab = wires.visitor(marina, after=2, conversation=dialogue.public_id)
    assert [seq for seq, _text in zone.log()] == [3]
    assert [seq for seq, _text in tab.log()] == [3]


def test_a_number_of_another_conversation_is_no_number_of_this(wires, marina, dialogue):
    tab = wires.visitor(marina, after=2, conversation="another")
    assert [seq for seq, _text in tab.log()] == [1, 2]


def test_sync_gives_what_is_missing(wires, marina, ilya, dialogue):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    theirs = zone.ask("sync", conversation=dialogue.public_id, after=1)["messages"]
    mine = tab.ask("sync", after=1)["messages"]
    assert [message["seq"] for message in (*theirs, *mine)] == [2, 2]


def test_a_sign_out_that_was_not_heard_ends_with_the_token(wires, loses, site, marina):
    """The socket of who signed out dies with its token at the latest: here, after two seconds."""
    loses(1.0)
    tab = wires.visitor(marina, token=signed(site, exp=timezone.now().timestamp() + 2))
    end_chat_session(site, "marina", at=timezone.now())
    assert tab.closing(PULSE) == 4401


def test_the_log_is_looked_back_at_as_far_as_something_may_come_to_light(db):
    asked, last = [], 60.0

    async def look():
        async def compare(key):
            asked.append(key)
            return int(at)

        comparison = _LogComparison(compare)
        comparison.ends.append((0.0, 0))
        at = 0.0
        while at <= last:
            await comparison(at)
            at += 2

    asyncio.run(look())
    behind = last - asked[-1]
    if connection.vendor == "sqlite":
        assert 2 < behind <= 6
    else:
        assert LOOK_BACK.total_seconds() <= behind <= LOOK_BACK.total_seconds() + 4
