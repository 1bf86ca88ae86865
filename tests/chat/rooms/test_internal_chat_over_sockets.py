"""Chats among staff on the wire: members hear each other, nobody else hears anything."""

import copy
import uuid

import pytest
from django.utils import timezone

from chat.actions.accounts import deactivate_account
from chat.models import InternalMessage
from chat.rooms import actions as internal
from chat.rooms import history as rooms
from chat.sockets import hub
from operators.buckets import Bucket
from tests.cast import makes_group, writes_among_staff

PULSE = 5.0  # seconds: two for the beat, the rest for a busy machine
SECRET = "§SECRET§"
LOSSY = {
    "chat.sockets.layers.MemoryLayer": "tests.lossy_layers.LossyMemoryLayer",
    "chat.sockets.layers.RedisLayer": "tests.lossy_layers.LossyRedisLayer",
}


@pytest.fixture
def deaf(settings, wires):
    """No push ever arrives: what comes has been brought by the pulse."""
    layers = copy.deepcopy(settings.CHANNEL_LAYERS)
    layer = layers["default"]
    layer["BACKEND"] = LOSSY[layer["BACKEND"]]
    layer["CONFIG"] = {**layer.get("CONFIG", {}), "share": 1.0}
    settings.CHANNEL_LAYERS = layers


@pytest.fixture
def no_pulse(monkeypatch):
    async def asleep(self, since):
        """Nothing is compared."""

    monkeypatch.setattr(hub.Hub, "_compare", asleep)


@pytest.fixture
def pair(ilya, anton):
    return internal.open_direct_chat(ilya, anton.pk, at=timezone.now())


@pytest.fixture
def group(ilya, anton, kamila):
    return makes_group(ilya, "Смена", anton, kamila)


def chat_of(wire, chat):
    (found,) = [one for one in wire.welcome["chats"] if one["id"] == chat.public_id]
    return found


def about_chats(wire):
    return [
        frame
        for frame in wire.frames
        if frame["type"] in ("chat", "message", "typing", "read")
        or frame.get("target", "").startswith(("chat-", "workspace-"))
    ]


# Delivery


@pytest.mark.usefixtures("no_pulse")
def test_a_message_reaches_the_members_each_on_the_right_side(wires, ilya, anton, kamila, group):
    mine, *theirs = (wires.operator(who) for who in (ilya, anton, kamila))
    ack = mine.ask("message", conversation=group.public_id, text="Всем привет")
    assert ack["seq"] == 2
    assert "message--out" in mine.expect("message", text="Всем привет")["html"]
    for wire in theirs:
        frame = wire.expect("message", text="Всем привет")
        assert "message--in" in frame["html"]
        assert frame["author"] == {"kind": "operator", "id": str(ilya.pk), "name": ilya.name}
        assert frame["conversation"] == group.public_id


@pytest.mark.usefixtures("no_pulse")
def test_a_chat_that_begins_is_heard_of_at_once(wires, ilya, anton):
    zone = wires.operator(anton)
    pair = internal.open_direct_chat(ilya, anton.pk, at=timezone.now())
    frame = zone.expect("chat")
    assert (frame["id"], frame["is_direct"], frame["unread"]) == (pair.public_id, True, 0)
    assert {member["id"] for member in frame["members"]} == {str(ilya.pk), str(anton.pk)}
    writes_among_staff(ilya, pair, "Привет")
    assert zone.expect("message")["text"] == "Привет"


@pytest.mark.usefixtures("no_pulse")
def test_a_group_and_its_row_come_to_who_is_added(wires, ilya, darya, group):
    zone = wires.operator(darya)
    internal.add_member(ilya, group.public_id, darya.pk, at=timezone.now())
    assert zone.expect("chat")["title"] == "Смена"
    row = zone.expect("fragment", target=f"chat-{group.public_id}")
    assert "Смена" in row["html"]
    writes_among_staff(ilya, group, "Здравствуй")
    assert zone.expect("message", text="Здравствуй")


@pytest.mark.usefixtures("no_pulse")
def test_another_title_is_told_with_the_line_that_says_so(wires, ilya, anton, group):
    zone = wires.operator(anton)
    internal.rename_chat(ilya, group.public_id, "Ночь", at=timezone.now())
    assert zone.expect("chat", title="Ночь")["members"]
    assert zone.expect("message", kind="event")["author"]["kind"] == "system"


def test_a_resend_gets_the_same_ack_and_is_shown_once(wires, ilya, anton, pair):
    mine, theirs = wires.operator(ilya), wires.operator(anton)
    key = str(uuid.uuid4())
    acks = [
        mine.ask("message", id=key, conversation=pair.public_id, text="Раз") for _time in range(2)
    ]
    assert acks[0]["seq"] == acks[1]["seq"] == 1
    theirs.settle()
    assert theirs.log() == [(1, "Раз")]


def test_many_messages_of_both_come_to_both_in_one_order(wires, ilya, anton, pair):
    mine, theirs = wires.operator(ilya), wires.operator(anton)
    for number in range(10):
        (mine, theirs)[number % 2].say(
            "message", id=str(uuid.uuid4()), conversation=pair.public_id, text=str(number)
        )
    for wire in (mine, theirs):
        for number in range(10):
            wire.expect("message", text=str(number))
    assert mine.log() == theirs.log()
    assert [seq for seq, _text in mine.log()] == list(range(1, 11))


def test_a_socket_that_is_gone_listens_to_nothing(wires, ilya, anton, group):
    zone = wires.operator(anton)
    internal.open_direct_chat(ilya, anton.pk, at=timezone.now())
    zone.expect("chat")
    zone.disconnect()
    assert not [name for name in wires.hub()._groups if name.startswith("internal.")]


# Marks and typing


def test_read_is_told_when_every_other_member_has_read(wires, ilya, anton, kamila, group):
    mine, second, third = (wires.operator(who) for who in (ilya, anton, kamila))
    seq = mine.ask("message", conversation=group.public_id, text="Прочтите")["seq"]
    second.expect("message", text="Прочтите")
    second.say("read", conversation=group.public_id, seq=seq)
    mine.settle()
    assert mine.of("read") == []
    third.say("read", conversation=group.public_id, seq=seq)
    assert mine.expect("read") == {"type": "read", "conversation": group.public_id, "seq": seq}


def test_what_was_read_meanwhile_is_told_to_who_shows_the_chat(wires, ilya, anton, pair):
    seq = writes_among_staff(ilya, pair, "Прочти").seq
    internal.mark_internal_read(anton, pair.public_id, seq, at=timezone.now())
    mine = wires.operator(ilya, after={pair.public_id: seq})
    assert mine.expect("read")["seq"] == seq


def test_typing_is_told_to_the_others(wires, ilya, anton, pair):
    mine, theirs = wires.operator(ilya), wires.operator(anton)
    mine.say("typing", conversation=pair.public_id, on=True)
    assert theirs.expect("typing")["name"] == "Илья Воронцов"
    mine.settle()
    assert mine.of("typing") == []


# The welcome, sync


def test_the_welcome_counts_what_is_unread_and_brings_no_messages(wires, ilya, anton, group):
    writes_among_staff(ilya, group, "Раз")
    writes_among_staff(ilya, group, "Два")
    zone = wires.operator(anton)
    assert (chat_of(zone, group)["unread"], chat_of(zone, group)["seq"]) == (2, 3)
    assert zone.log() == []


def test_the_welcome_brings_what_is_beyond_the_client_s_number(wires, ilya, anton, pair):
    for number in (1, 2, 3):
        writes_among_staff(ilya, pair, str(number))
    zone = wires.operator(anton, after={pair.public_id: 1})
    assert zone.log() == [(2, "2"), (3, "3")]


def test_a_client_that_claims_more_than_there_is_misses_nothing(wires, ilya, anton, pair):
    zone = wires.operator(anton, after={pair.public_id: 500})
    writes_among_staff(ilya, pair, "Первое")
    assert zone.expect("message")["seq"] == 1


@pytest.mark.usefixtures("no_pulse")
def test_more_than_a_welcome_holds_follows_by_itself(wires, ilya, anton, pair):
    InternalMessage.objects.bulk_create(
        InternalMessage(
            chat=pair,
            client_id=uuid.uuid4(),
            seq=seq,
            kind="text",
            author=ilya,
            author_name=ilya.name,
            text=str(seq),
            created_at=timezone.now(),
        )
        for seq in range(1, 1206)
    )
    type(pair).objects.filter(pk=pair.pk).update(last_seq=1205)
    zone = wires.operator(anton, after={pair.public_id: 0})
    zone.expect("message", text="1205")
    assert [seq for seq, _text in zone.log()] == list(range(1, 1206))


def test_sync_gives_what_is_missing(wires, ilya, anton, pair):
    for number in (1, 2, 3):
        writes_among_staff(ilya, pair, str(number))
    answer = wires.operator(anton).ask("sync", conversation=pair.public_id, after=1)
    assert [message["seq"] for message in answer["messages"]] == [2, 3]


# What the layer loses


@pytest.mark.usefixtures("deaf")
def test_a_lost_message_costs_seconds(wires, ilya, anton, pair):
    mine, theirs = wires.operator(ilya), wires.operator(anton)
    mine.ask("message", conversation=pair.public_id, text="Слышно?")
    assert theirs.expect("message", within=PULSE)["text"] == "Слышно?"
    theirs.ask("message", conversation=pair.public_id, text="Слышно")
    assert mine.by_pulse("message", text="Слышно")


@pytest.mark.usefixtures("deaf")
def test_a_chat_that_was_not_heard_of_costs_seconds_with_its_first_message(wires, ilya, anton):
    zone = wires.operator(anton)
    pair = internal.open_direct_chat(ilya, anton.pk, at=timezone.now())
    writes_among_staff(ilya, pair, "Привет")
    assert zone.by_pulse("chat")["id"] == pair.public_id
    assert zone.expect("message")["text"] == "Привет"
    zone.settle()
    assert zone.log() == [(1, "Привет")]


@pytest.mark.usefixtures("deaf")
def test_a_chat_begun_right_after_the_welcome_is_a_new_one(wires, ilya, anton, monkeypatch):
    read, asked = rooms.positions_of, []

    def read_late(account):
        asked.append(account)
        if len(asked) == 2:
            pair = internal.open_direct_chat(ilya, anton.pk, at=timezone.now())
            writes_among_staff(ilya, pair, "Привет")
        return read(account)

    monkeypatch.setattr(rooms, "positions_of", read_late)
    assert wires.operator(anton).expect("message")["text"] == "Привет"


@pytest.mark.usefixtures("deaf")
def test_another_title_that_was_not_heard_costs_seconds(wires, ilya, anton, group):
    zone = wires.operator(anton)
    internal.rename_chat(ilya, group.public_id, "Ночь", at=timezone.now())
    assert zone.by_pulse("chat")["title"] == "Ночь"


@pytest.mark.usefixtures("deaf")
def test_a_removal_that_was_not_heard_costs_seconds_and_no_message(wires, ilya, anton, group):
    zone = wires.operator(anton)
    internal.remove_member(ilya, group.public_id, anton.pk, at=timezone.now())
    writes_among_staff(ilya, group, SECRET)
    target = f"workspace-{group.public_id}"
    assert zone.by_pulse("fragment", target=target)["action"] == "remove"
    zone.settle()
    assert not [frame for frame in zone.raw if SECRET in frame or "Больше не в группе" in frame]


@pytest.mark.usefixtures("deaf")
def test_the_pulse_brings_nothing_to_strangers(wires, ilya, anton, elena, group):
    stranger, member = wires.operator(elena), wires.operator(anton)
    for text in ("Раз", "Два"):  # what the first pulse may have begun is done by the second
        writes_among_staff(ilya, group, text)
        member.by_pulse("message", text=text)
    stranger.settle()
    assert group.public_id not in "".join(stranger.raw)


# Who must not hear


@pytest.mark.usefixtures("no_pulse")
def test_who_was_removed_is_told_so_and_hears_nothing_more(wires, ilya, anton, kamila, group):
    removed, stays = wires.operator(anton), wires.operator(kamila)
    internal.remove_member(ilya, group.public_id, anton.pk, at=timezone.now())
    for part in ("chat", "workspace"):
        frame = removed.expect("fragment", target=f"{part}-{group.public_id}")
        assert frame["action"] == "remove"
    removed.forget()
    writes_among_staff(ilya, group, SECRET)
    stays.expect("message", text=SECRET)
    stays.say("typing", conversation=group.public_id, on=True)
    stays.say("read", conversation=group.public_id, seq=3)
    removed.settle()
    assert about_chats(removed) == []


@pytest.mark.usefixtures("no_pulse")
def test_a_socket_that_has_not_heard_of_its_removal_passes_nothing_on(wires, ilya, anton, group):
    """The doorbell of the removal is lost, that of the next message is not."""
    zone = wires.operator(anton)
    group.members.filter(account=anton).update(left_at=timezone.now())
    writes_among_staff(ilya, group, SECRET)
    zone.expect("fragment", target=f"workspace-{group.public_id}")
    zone.settle()
    assert not [frame for frame in zone.raw if SECRET in frame]


def test_who_was_removed_gets_not_found_for_whatever_they_ask(wires, ilya, anton, group):
    zone = wires.operator(anton)
    internal.remove_member(ilya, group.public_id, anton.pk, at=timezone.now())
    zone.expect("fragment", target=f"workspace-{group.public_id}")
    for answer in (
        zone.ask("message", conversation=group.public_id, text="Пустите"),
        zone.ask("sync", conversation=group.public_id, after=0),
    ):
        assert answer["code"] == "not_found"
    assert not InternalMessage.objects.filter(text="Пустите").exists()


@pytest.mark.parametrize("who", ["darya", "zoya", "elena"])
def test_strangers_hear_nothing_an_administrator_neither(wires, ilya, anton, group, request, who):
    stranger = wires.operator(request.getfixturevalue(who), after={group.public_id: 0})
    mine, theirs = wires.operator(ilya), wires.operator(anton)
    stranger.forget()
    mine.ask("message", conversation=group.public_id, text=SECRET)
    mine.say("typing", conversation=group.public_id, on=True)
    theirs.say("read", conversation=group.public_id, seq=2)
    internal.rename_chat(ilya, group.public_id, SECRET, at=timezone.now())
    theirs.expect("chat", title=SECRET)
    stranger.settle()
    assert about_chats(stranger) == []
    assert stranger.welcome["chats"] == stranger.welcome["messages"] == []
    assert not [frame for frame in stranger.raw if SECRET in frame or group.public_id in frame]


@pytest.mark.parametrize("who", ["darya", "elena"])
def test_strangers_are_refused_and_nothing_is_stored(wires, group, request, who):
    stranger = wires.operator(request.getfixturevalue(who))
    for answer in (
        stranger.ask("message", conversation=group.public_id, text="Пустите"),
        stranger.ask("message", conversation=group.public_id, text="Заметка", note=True),
        stranger.ask("sync", conversation=group.public_id, after=0),
        stranger.ask("accept", conversation=group.public_id),
    ):
        assert answer["code"] == "not_found"
    stranger.say("typing", conversation=group.public_id, on=True)
    stranger.say("read", conversation=group.public_id, seq=1)
    stranger.settle()
    assert InternalMessage.objects.count() == 1
    assert set(group.members.values_list("read_seq", flat=True)) == {0}


def test_a_visitor_hears_nothing_of_it(wires, marina, ilya, anton, group):
    tab = wires.visitor(marina)
    mine, theirs = wires.operator(ilya), wires.operator(anton)
    mine.ask("message", conversation=group.public_id, text=SECRET)
    theirs.expect("message", text=SECRET)
    theirs.say("typing", conversation=group.public_id, on=True)
    tab.ask("sync", after=0)
    tab.ask("message", conversation=group.public_id, text="Чужое имя чата ничего не меняет")
    tab.settle()
    assert not [frame for frame in tab.raw if SECRET in frame or group.public_id in frame]
    assert not InternalMessage.objects.filter(text__startswith="Чужое").exists()


def test_the_lists_of_visitors_hear_nothing_of_it(wires, ilya, anton, pair):
    zone = wires.operator(anton)
    writes_among_staff(ilya, pair, "Привет")
    zone.expect("message")
    zone.settle()
    targets = {frame["target"] for frame in zone.of("fragment")}
    assert not [name for name in targets if name.startswith(("visitor-", "visit-"))]
    assert zone.of("conversation") == []


# Refusals


@pytest.mark.parametrize(
    ("text", "code"), [("", "invalid"), ("я" * 4001, "too_large"), ("a\x00", "invalid")]
)
def test_a_bad_text_is_answered_and_not_stored(wires, ilya, pair, text, code):
    answer = wires.operator(ilya).ask("message", conversation=pair.public_id, text=text)
    assert (answer["type"], answer["code"]) == ("error", code)
    assert not InternalMessage.objects.exists()


def test_a_file_of_another_is_refused(wires, ilya, pair):
    answer = wires.operator(ilya).ask(
        "message", conversation=pair.public_id, text="Вот", files=[str(uuid.uuid4())]
    )
    assert answer["code"] == "invalid"
    assert not InternalMessage.objects.exists()


def test_a_colleague_who_was_put_off_is_written_nothing(wires, ilya, anton, pair):
    zone = wires.operator(ilya)
    deactivate_account(anton, at=timezone.now())
    answer = zone.ask("message", conversation=pair.public_id, text="Ты где?")
    assert answer["code"] == "closed"
    assert answer["detail"] == "Антон Белый: аккаунт отключён. Прочитать сообщение некому."


def test_whoever_writes_too_fast_is_stopped_here_too(wires, ilya, pair):
    zone = wires.operator(ilya)
    wires.hub().allowances[f"account.{ilya.pk}"].messages = Bucket(1, 0)
    answers = [zone.ask("message", conversation=pair.public_id, text=text) for text in "ab"]
    assert [answer.get("code") for answer in answers] == [None, "too_fast"]
    assert InternalMessage.objects.count() == 1
