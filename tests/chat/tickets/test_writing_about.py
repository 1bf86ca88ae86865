"""«Написать по заявке»: what a customer writes about a ticket of theirs leads to it, once."""

import uuid

import pytest
from django.utils import timezone

from chat.actions.messages import post_visitor_message
from chat.models import Conversation, LineCode, Message, TicketDeed
from chat.tickets.errors import NoSuchTicket
from tests.cast import accepts, cabinet_of, closes, registers, writes


@pytest.fixture
def ticket(ilya, dialogue):
    return registers(ilya, dialogue, "Нет звука")


@pytest.fixture
def left(site, ilya, dialogue, ticket):
    """The conversation that it was registered in is over for good."""
    closes(ilya, dialogue, at=timezone.now() - 2 * site.reopen_window)
    return dialogue


def writes_about(visitor, number, text="Снова нет звука", key=None):
    return post_visitor_message(
        visitor.pk,
        client_id=key or uuid.uuid4(),
        text=text,
        files=[],
        ticket=number,
        at=timezone.now(),
    )


def lines():
    return list(Message.objects.filter(code=LineCode.ABOUT_TICKET))


def test_the_first_message_opens_a_conversation_about_it(marina, left, ticket):
    message, conversation = writes_about(marina, ticket.number)
    assert conversation != left
    assert set(ticket.conversations.all()) == {left, conversation}
    (line,) = lines()
    assert (line.conversation, line.seq, line.params["number"]) == (
        conversation,
        message.seq + 1,
        ticket.number,
    )


def test_the_history_of_the_ticket_says_who_linked_it(marina, left, ticket):
    _message, conversation = writes_about(marina, ticket.number)
    event = ticket.events.get(deed=TicketDeed.LINKED)
    assert (event.author_kind, event.by, event.by_name) == ("visitor", None, marina.name)
    assert event.after == conversation.public_id
    before = ticket.revision
    ticket.refresh_from_db()
    assert ticket.revision > before


def test_an_open_conversation_leads_to_it_from_then_on(ilya, marina, left, ticket):
    dialogue = accepts(ilya, writes(marina, "Другое").conversation)
    writes_about(marina, ticket.number)
    assert ticket.links.filter(conversation=dialogue).exists()


def test_said_again_it_is_linked_once(marina, left, ticket):
    key = uuid.uuid4()
    for _time in range(2):
        writes_about(marina, ticket.number, key=key)
    writes_about(marina, ticket.number, "И ещё")
    assert (ticket.links.count(), len(lines())) == (2, 1)
    assert ticket.events.filter(deed=TicketDeed.LINKED).count() == 1


@pytest.mark.parametrize("who", ["sergey", "rustam"])
def test_nobody_writes_about_another_s_and_nothing_is_stored(request, who, ticket):
    with pytest.raises(NoSuchTicket):
        writes_about(request.getfixturevalue(who), ticket.number)
    assert (Conversation.objects.count(), ticket.links.count()) == (1, 1)


@pytest.mark.parametrize("number", ["2026-99999", "№", "<b>", "2026-00001\x00", "0" * 20])
def test_of_what_is_no_number_there_is_no_ticket(marina, left, number):
    with pytest.raises(NoSuchTicket):
        writes_about(marina, number)


def test_a_solved_one_stays_solved(ilya, marina, left, ticket):
    ticket.status, ticket.done_at = "solved", timezone.now()
    ticket.save()
    writes_about(marina, ticket.number)
    ticket.refresh_from_db()
    assert ticket.status == "solved"


# Over the wire, and in the cabinet


def test_both_sides_read_the_line(wires, ilya, marina, left, ticket):
    zone, tab = wires.operator(ilya), wires.visitor(marina)
    assert tab.ask("message", text="Снова", ticket=ticket.number)["type"] == "ack"
    for wire in (zone, tab):
        line = wire.expect("message", kind="event")
        assert f"Обращение по заявке № {ticket.number}" in line["text"]


def test_in_a_running_dialogue_too(wires, ilya, marina, left, ticket):
    tab = wires.visitor(marina)
    tab.ask("message", text="Другое")
    tab.ask("message", text="И о заявке", ticket=ticket.number)
    assert len(lines()) == 1


@pytest.mark.parametrize(
    ("number", "code"), [("2026-99999", "not_found"), ("0" * 21, "invalid"), (7, "invalid")]
)
def test_what_is_no_ticket_of_theirs_is_refused(wires, marina, left, number, code):
    answer = wires.visitor(marina).ask("message", text="Снова", ticket=number)
    assert (answer["type"], answer["code"]) == ("error", code)
    assert Conversation.objects.count() == 1


def test_the_cabinet_opens_the_window_with_it(customer, ticket):
    page = cabinet_of(customer).get(f"/личный-кабинет/заявки/{ticket.number}/").content.decode()
    assert f'data-write-about="{ticket.number}"' in page
    assert "Написать по заявке" in page


def test_without_a_window_nothing_opens_it(site, customer, ticket):
    site.is_active = False
    site.save()
    answer = cabinet_of(customer).get(f"/личный-кабинет/заявки/{ticket.number}/")
    assert "data-write-about" not in answer.content.decode()
