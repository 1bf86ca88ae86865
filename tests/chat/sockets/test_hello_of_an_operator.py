"""What an operator's welcome brings is bounded, however many conversations there are."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.models import Conversation, Message, Visitor
from chat.sockets.beginning import beginning
from chat.sockets.delivery import PAGE
from chat.wire.conversations import conversation_for_staff
from tests.cast import makes_group, writes, writes_among_staff
from tests.crowd import customers

EACH = 60  # messages


@pytest.fixture
def dialogues(site, first_line, ilya) -> list[Conversation]:
    return begun(customers(site, 15), first_line, ilya)


def begun(visitors, department, owner) -> list[Conversation]:
    at = timezone.now()
    found = Conversation.objects.bulk_create(
        Conversation(
            visitor=visitor,
            department=department,
            operator=owner,
            started_at=at,
            waiting_since=at,
            queued_at=at,
            accepted_at=at,
            changed_at=at,
            last_message_at=at,
            last_seq=EACH,
            last_visitor_seq=EACH,
        )
        for visitor in visitors
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
            text=f"Вопрос {seq}",
            created_at=at,
        )
        for conversation in found
        for seq in range(1, EACH + 1)
    )
    return found


def another(site, number: int) -> Visitor:
    visitor: Visitor = Visitor.objects.create(site=site, subject=f"another{number}", name="Гость")
    return visitor


def told(zone) -> dict[str, list[int]]:
    """{conversation: numbers of its messages}."""
    numbers: dict[str, list[int]] = {}
    for message in (*zone.welcome["messages"], *zone.of("message")):
        numbers.setdefault(message["conversation"], []).append(message["seq"])
    return numbers


def test_only_what_is_open_is_missed(wires, ilya, dialogues):
    first, *_others = named = [one.public_id for one in dialogues]
    zone = wires.operator(ilya, open=first, after=dict.fromkeys(named, 20))
    zone.settle()
    assert told(zone) == {first: list(range(21, EACH + 1))}
    assert {one["id"] for one in zone.welcome["conversations"]} == set(named)


def test_each_is_told_as_a_change_of_it_would_be(wires, ilya, waiting, dialogues):
    zone = wires.operator(ilya, open=None)
    told = {one["id"]: one for one in zone.welcome["conversations"]}
    assert len(told) == len(dialogues) + 1
    for one in Conversation.objects.select_related("visitor", "operator", "department"):
        assert told[one.public_id] == conversation_for_staff(one, None)


def test_where_nothing_is_open_nothing_is_missed(wires, ilya, dialogues):
    zone = wires.operator(ilya, open=None, after={dialogues[0].public_id: 20})
    zone.settle()
    assert told(zone) == {}


def test_what_is_said_from_then_on_comes_of_all(wires, ilya, dialogues):
    zone = wires.operator(ilya, open=None)
    writes(dialogues[7].visitor, "Ещё вопрос")
    assert zone.expect("message", text="Ещё вопрос")["seq"] == EACH + 1
    assert told(zone) == {dialogues[7].public_id: [EACH + 1]}


def test_what_was_passed_over_is_asked_for_when_it_is_opened(wires, ilya, dialogues):
    zone = wires.operator(ilya, open=None)
    answer = zone.ask("sync", conversation=dialogues[3].public_id, after=20)
    assert [message["seq"] for message in answer["messages"]] == list(range(21, EACH + 1))


def test_who_names_nothing_gets_a_page_and_no_more(wires, ilya, dialogues):
    zone = wires.operator(ilya)
    zone.settle()
    assert sum(map(len, told(zone).values())) == len(zone.welcome["messages"]) == PAGE
    assert all(numbers[-1] == EACH for numbers in told(zone).values())


def test_of_chats_too_only_the_open_one_is_missed(wires, ilya, anton):
    one, other = (makes_group(ilya, title, anton) for title in ("Смена", "Обед"))
    for chat in (one, other):
        writes_among_staff(ilya, chat, "Кто здесь?")
    named = {one.public_id: 1, other.public_id: 1}
    zone = wires.operator(anton, open=one.public_id, after=named)
    zone.settle()
    assert told(zone) == {one.public_id: [2]}
    assert [chat["unread"] for chat in zone.welcome["chats"]] == [1, 1]


@pytest.mark.parametrize("with_latest", [True, False])
def test_twice_as_many_dialogues_cost_no_further_statement(
    site, first_line, ilya, dialogues, with_latest
):
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            beginning(ilya, {}, with_latest=with_latest)
        return len(asked)

    before = statements()
    begun([another(site, number) for number in range(15)], first_line, ilya)
    assert statements() == before <= 15
