"""However much was written, everybody gets in, and no frame grows with it."""

import re
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.utils import timezone

from chat.events import InternalChatChanged
from chat.models import Conversation, InternalChat, InternalMessage, Message
from chat.models.conversations import new_public_id
from chat.rooms import actions as internal
from chat.rooms.broadcasts import chat_changed
from chat.sockets import history
from chat.sockets.beginning import MOST_FOLLOWED
from chat.sockets.delivery import PAGE, PAGE_BYTES
from operators.models import Lease
from tests.cast import accepts, browser_of, makes_group, token, writes, writes_among_staff
from tests.crowd import customers
from tests.wires import complaints_in

LONGEST = "😀" * 4000  # as long as a message may be, in letters of four bytes
MOST_IN_A_FRAME = 1024 * 1024  # bytes: what the server cuts off whom it lets wait


def goes_on(conversation: Conversation, texts: Iterable[str]) -> None:
    """So much more was written by the visitor, long ago."""
    conversation.refresh_from_db()
    notes = conversation.last_seq - conversation.last_visitor_seq
    written = [
        Message(
            conversation=conversation,
            client_id=uuid.uuid4(),
            seq=seq,
            visitor_seq=seq - notes,
            kind="text",
            author_kind="visitor",
            author_name=conversation.visitor.name,
            text=text,
            created_at=timezone.now(),
        )
        for seq, text in enumerate(texts, conversation.last_seq + 1)
    ]
    Message.objects.bulk_create(written)
    last = conversation.last_seq + len(written)
    Conversation.objects.filter(pk=conversation.pk).update(
        last_seq=last, last_visitor_seq=last - notes
    )
    conversation.refresh_from_db()


def colleagues_go_on(chat: InternalChat, texts: Iterable[str]) -> None:
    written = [
        InternalMessage(
            chat=chat,
            client_id=uuid.uuid4(),
            seq=seq,
            kind="text",
            author=chat.created_by,
            author_name="Илья Воронцов",
            text=text,
            created_at=timezone.now(),
        )
        for seq, text in enumerate(texts, chat.last_seq + 1)
    ]
    InternalMessage.objects.bulk_create(written)
    InternalChat.objects.filter(pk=chat.pk).update(last_seq=chat.last_seq + len(written))
    chat.refresh_from_db()


@pytest.fixture
def busy_night(site, first_line) -> list[Conversation]:
    """500 people wait, each with 17 usual messages."""
    now = timezone.now()
    waiting = Conversation.objects.bulk_create(
        Conversation(
            public_id=new_public_id(),
            visitor=visitor,
            department=first_line,
            started_at=now,
            waiting_since=now,
            queued_at=now,
            changed_at=now,
            last_message_at=now,
            last_seq=17,
            last_visitor_seq=17,
        )
        for visitor in customers(site, 500)
    )
    Message.objects.bulk_create(
        Message(
            conversation=conversation,
            client_id=uuid.uuid4(),
            seq=seq,
            visitor_seq=seq,
            kind="text",
            author_kind="visitor",
            author_name="Гость",
            text="Добрый день, у меня снова не приходит счёт за прошлый месяц, что делать?",
            created_at=now,
        )
        for conversation in waiting
        for seq in range(1, 18)
    )
    return waiting


@pytest.fixture
def long_dialogue(dialogue) -> Conversation:
    goes_on(dialogue, [LONGEST] * 60)
    return dialogue


def largest(wire) -> int:
    return max(len(raw.encode()) for raw in wire.raw)


def numbers(wire) -> list[int]:
    return [seq for seq, _text in wire.log()]


def read_by_sync(wire, **conversation) -> list[int]:
    """The whole log, asked for until none comes."""
    seqs: list[int] = []
    while page := wire.ask("sync", after=seqs[-1] if seqs else 0, **conversation)["messages"]:
        seqs += [message["seq"] for message in page]
    return seqs


def test_after_a_busy_night_an_operator_gets_in(wires, ilya, busy_night):
    zone = wires.operator(ilya)
    assert len(zone.welcome["conversations"]) == MOST_FOLLOWED
    assert zone.welcome["messages"] == []
    assert largest(zone) < PAGE_BYTES


def test_what_waits_is_followed_from_the_welcome_on(wires, ilya, busy_night):
    zone = wires.operator(ilya)
    writes(busy_night[0].visitor, "Ещё жду")
    assert zone.expect("message", text="Ещё жду")["seq"] == 18


def test_the_page_of_the_welcome_is_shared_by_all_that_were_named(wires, ilya, busy_night):
    named = {conversation.public_id: 0 for conversation in busy_night[:50]}
    zone = wires.operator(ilya, after=named)
    assert largest(zone) < MOST_IN_A_FRAME
    there = {(one["conversation"], one["seq"]) for one in zone.welcome["messages"]}
    for key in named:
        if (key, 17) not in there:
            zone.expect("message", conversation=key, seq=17)
    given = [*zone.welcome["messages"], *zone.of("message")]
    for conversation in busy_night[:50]:
        seqs = [one["seq"] for one in given if one["conversation"] == conversation.public_id]
        assert seqs == list(range(1, 18))


def test_an_operator_gets_in_whatever_the_letters(wires, ilya, long_dialogue):
    zone = wires.operator(ilya, after={long_dialogue.public_id: 0})
    assert largest(zone) < 2 * PAGE_BYTES
    zone.expect("message", seq=long_dialogue.last_seq)
    assert numbers(zone) == list(range(1, long_dialogue.last_seq + 1))


def test_a_visitor_gets_in_whatever_the_letters(wires, marina, long_dialogue):
    tab = wires.visitor(marina)
    assert largest(tab) < 2 * PAGE_BYTES
    tab.expect("message", seq=long_dialogue.last_visitor_seq)
    assert numbers(tab) == list(range(1, long_dialogue.last_visitor_seq + 1))


def test_an_operator_asks_page_by_page(wires, ilya, long_dialogue):
    zone = wires.operator(ilya, after={long_dialogue.public_id: long_dialogue.last_seq})
    seqs = read_by_sync(zone, conversation=long_dialogue.public_id)
    assert seqs == list(range(1, long_dialogue.last_seq + 1))
    assert largest(zone) < 2 * PAGE_BYTES


def test_a_visitor_asks_page_by_page(wires, marina, long_dialogue):
    after = long_dialogue.last_visitor_seq
    tab = wires.visitor(marina, after=after, conversation=long_dialogue.public_id)
    assert read_by_sync(tab) == list(range(1, after + 1))
    assert largest(tab) < 2 * PAGE_BYTES


def test_the_pages_too_hold_a_page_of_it_the_latest(client, ilya, marina, long_dialogue):
    zone = browser_of(ilya).get(f"/chat/{long_dialogue.public_id}/")
    bearer = {"Authorization": f"Bearer {token(marina)}"}
    window = client.get(f"/widget/{marina.site.key}/window/", headers=bearer)
    for page in (zone, window):
        assert len(page.content) < MOST_IN_A_FRAME
        assert page.content.decode().count(LONGEST) > 1
        assert f'data-seq="{long_dialogue.last_seq}"' in page.content.decode()


def test_five_thousand_messages_come_in_order_and_in_pages(wires, marina, ilya, dialogue):
    goes_on(dialogue, map(str, range(5000)))
    zone, tab = wires.operator(ilya, after={dialogue.public_id: 0}), wires.visitor(marina)
    for wire in (zone, tab):
        wire.expect("message", text="4999", within=60)
        assert numbers(wire) == list(range(1, dialogue.last_seq + 1))
        assert len(wire.welcome["messages"]) <= PAGE


def test_of_a_dialogue_that_was_not_named_the_last_page_comes(wires, ilya, dialogue):
    goes_on(dialogue, map(str, range(5000)))
    zone = wires.operator(ilya)
    assert numbers(zone) == list(range(dialogue.last_seq - PAGE + 1, dialogue.last_seq + 1))


def test_a_conversation_that_comes_to_others_brings_its_last_page(wires, marina, ilya, waiting):
    goes_on(waiting, [LONGEST] * 60)
    zone = wires.operator(ilya)
    accepts(ilya, waiting)
    zone.expect("conversation", state="active")
    zone.settle()
    assert sum(len(raw.encode()) for raw in zone.raw) < MOST_IN_A_FRAME


def test_a_page_reads_no_more_of_the_database_than_it_holds(
    elena, long_dialogue, django_assert_max_num_queries
):
    with django_assert_max_num_queries(3) as asked:
        page = history.read_for_staff(elena, long_dialogue.pk, 0)
    assert len(page.entries) < 20
    assert page.more
    (keys,) = re.findall(r" IN \(([\d, ]+)\)", asked.captured_queries[-1]["sql"])
    assert keys.count(",") < 20


# Chats among staff


def test_a_chat_of_long_messages_lets_its_members_in(wires, ilya, anton):
    chat = makes_group(ilya, "Ночная смена", anton)
    colleagues_go_on(chat, [LONGEST] * 60)
    zone = wires.operator(anton, after={chat.public_id: 0})
    zone.expect("message", seq=chat.last_seq)
    assert numbers(zone) == list(range(1, chat.last_seq + 1))
    assert read_by_sync(zone, conversation=chat.public_id) == numbers(zone)
    assert largest(zone) < 2 * PAGE_BYTES


def test_of_a_new_chat_the_last_page_of_what_is_unread_comes(wires, ilya, anton):
    zone = wires.operator(anton)
    with transaction.atomic():
        chat = internal.open_direct_chat(ilya, anton.pk, at=timezone.now())
        colleagues_go_on(chat, map(str, range(450)))
    told = zone.expect("chat", id=chat.public_id)
    zone.expect("message", text="449")
    assert numbers(zone) == list(range(told["seq"] + 1, 451))
    assert (told["seq"], told["unread"]) == (250, 250)


def test_more_chats_than_a_welcome_holds_are_told_after_it(wires, ilya, anton):
    count = MOST_FOLLOWED + 20
    chats = [makes_group(ilya, f"Группа {number}", anton) for number in range(count)]
    zone = wires.operator(anton)
    wires.beat()
    assert len(zone.welcome["chats"]) == MOST_FOLLOWED
    for chat in chats[:20]:
        assert zone.expect("chat", id=chat.public_id)["seq"] == 1
    assert zone.log() == []
    writes_among_staff(ilya, chats[0], "Все здесь?")
    assert zone.expect("message", text="Все здесь?")


def test_a_late_doorbell_makes_no_chat_new(wires, ilya, anton):
    count = MOST_FOLLOWED + 20
    chats = [makes_group(ilya, f"Группа {number}", anton) for number in range(count)]
    zone = wires.operator(anton)
    for chat in chats[:20]:
        chat_changed(InternalChatChanged(chat=chat, at=timezone.now()))
    for chat in chats[:20]:
        assert zone.expect("chat", id=chat.public_id)["seq"] == 1
    zone.settle()
    assert zone.log() == []


# What cannot be read


@pytest.fixture
def unreadable(dialogue) -> Conversation:
    """A message of it has a time that no clock here shows."""
    dialogue.messages.filter(seq=1).update(created_at=datetime.max.replace(tzinfo=UTC))
    return dialogue


def test_one_conversation_that_cannot_be_read_keeps_no_operator_out(
    wires, ilya, sergey, unreadable, caplog
):
    other = accepts(ilya, writes(sergey, "А меня слышно?").conversation)
    zone = wires.operator(ilya, after={unreadable.public_id: 0, other.public_id: 0})
    assert zone.welcome["messages"][0]["text"] == "А меня слышно?"
    assert {one["id"] for one in zone.welcome["conversations"]} == {
        unreadable.public_id,
        other.public_id,
    }
    zone.settle()
    assert f"conversation {unreadable.pk} cannot be read" in "\n".join(complaints(caplog))


def test_a_conversation_that_cannot_be_read_does_not_keep_its_visitor_out(
    wires, marina, unreadable, caplog
):
    tab = wires.visitor(marina)
    assert tab.welcome["conversation"]["id"] == unreadable.public_id
    assert tab.welcome["messages"] == []
    assert f"conversation {unreadable.pk} cannot be read" in "\n".join(complaints(caplog))


def test_a_place_is_not_taken_before_there_is_a_welcome(wires, ilya, anton, caplog):
    """What is to be in it cannot be read: nobody may be told that an operator is here."""
    makes_group(ilya, "Смена", anton)
    beyond = "infinity" if connection.vendor == "postgresql" else "2026-13-45 00:00:00"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE chat_internalchat SET created_at = %s", [beyond])
    zone = wires.open("/ws/operator/", cookies=browser_of(ilya))
    zone.say("hello")
    assert zone.closing() == 1013
    assert not Lease.objects.filter(account=ilya).exists()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE chat_internalchat SET created_at = changed_at")
    assert complaints(caplog)


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the server said of it, so that it does not fail the test."""
    said = complaints_in(caplog)
    caplog.clear()
    return said
