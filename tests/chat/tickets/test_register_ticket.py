"""«Зарегистрировать заявку»: a number at once, one for each press and no gap."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from chat.actions.errors import NotYours, Refusal
from chat.models import Conversation, Criticality, LineCode, Message, Ticket, TicketCounter
from chat.tickets import errors
from chat.tickets.actions.registering import files_said, first_words, sayings
from chat.wire import lines
from tests.cast import accepts, answers, closes, registers, staff, writes


def test_it_begins_as_the_conversation_is(ilya, dialogue, marina):
    ticket = registers(ilya, dialogue, software="СФЕРА.Видео", version="4.12", contract="СФ-1")
    assert (ticket.visitor, ticket.responsible, ticket.department) == (
        marina,
        ilya,
        dialogue.department,
    )
    assert (ticket.status, ticket.criticality) == ("new", Criticality.NORMAL)
    assert list(ticket.conversations.all()) == [dialogue]
    assert [event.deed for event in ticket.events.all()] == ["registered"]


def test_numbers_follow_on_each_other_whatever_the_site(ilya, dialogue, zoya, rustam):
    elsewhere = accepts(zoya, writes(rustam).conversation)
    at = timezone.localtime()
    taken = [registers(who, where) for who, where in [(ilya, dialogue), (zoya, elsewhere)] * 2]
    assert [ticket.number for ticket in taken] == [f"{at.year}-0000{n}" for n in (1, 2, 3, 4)]


def test_a_year_begins_with_the_first_of_its_own_by_the_clock_of_the_installation(ilya, dialogue):
    local = timezone.get_current_timezone()
    before = datetime(2026, 12, 31, 23, 59, tzinfo=local).astimezone(ZoneInfo("UTC"))
    after = datetime(2027, 1, 1, 0, 1, tzinfo=local).astimezone(ZoneInfo("UTC"))
    numbers = [registers(ilya, dialogue, at=at).number for at in (before, after)]
    assert numbers == ["2026-00001", "2027-00001"]


def test_pressed_again_it_is_the_same_ticket(ilya, dialogue):
    press = uuid.uuid4()
    assert registers(ilya, dialogue, client_id=press) == registers(ilya, dialogue, client_id=press)
    assert Ticket.objects.count() == 1
    assert Message.objects.filter(code=LineCode.TICKET).count() == 1


def test_pressed_again_when_it_was_closed_meanwhile_it_is_still_the_same(ilya, darya, dialogue):
    press = uuid.uuid4()
    ticket = registers(ilya, dialogue, client_id=press)
    Conversation.objects.update(operator=darya)
    assert registers(ilya, dialogue, client_id=press) == ticket


def test_a_press_is_no_other_conversation_s(ilya, dialogue, sergey):
    press = uuid.uuid4()
    registers(ilya, dialogue, client_id=press)
    other = accepts(ilya, writes(sergey).conversation)
    with pytest.raises(errors.RegisteredElsewhere):
        registers(ilya, other, client_id=press)


def test_who_is_refused_takes_no_number(ilya, darya, dialogue):
    with pytest.raises(NotYours):
        registers(darya, dialogue)
    with pytest.raises(errors.SubjectMissing):
        registers(ilya, dialogue, " ")
    assert registers(ilya, dialogue).serial == 1
    assert TicketCounter.objects.get().last == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_each_gets_a_number_and_there_is_no_gap(ilya, dialogue, site):
    """Also where the same press comes twice, and some are refused in between."""
    stranger = staff("stranger", "Чужой")
    presses = [uuid.uuid4() for _ in range(4)]
    asked = [(ilya, press) for press in presses] * 2 + [(stranger, uuid.uuid4())] * 2
    barrier = Barrier(len(asked))

    def press(given):
        account, client_id = given
        barrier.wait()
        try:
            return registers(account, dialogue, client_id=client_id).serial
        except Refusal:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(len(asked)) as together:
        taken = list(together.map(press, asked))
    assert sorted(taken[:4]) == [1, 2, 3, 4]
    assert taken[:4] == taken[4:8]
    assert taken[8:] == [None, None]
    assert sorted(Ticket.objects.values_list("serial", flat=True)) == [1, 2, 3, 4]


def test_both_sides_read_that_it_was_registered(ilya, dialogue):
    ticket = registers(ilya, dialogue)
    line = dialogue.messages.get(code=LineCode.TICKET)
    words = f"Зарегистрирована заявка № {ticket.number}"
    assert lines.for_visitor(line) == lines.for_staff(line) == words
    assert line.visitor_seq is not None


def test_what_is_chosen_is_what_both_sides_read(ilya, dialogue):
    said = answers(ilya, dialogue, "Какая версия?")
    note = answers(ilya, dialogue, "Похоже на порт", note=True)
    first = dialogue.messages.first()
    ticket = registers(ilya, dialogue, messages=[first.seq, said.seq, note.seq, 999])
    assert set(ticket.messages.all()) == {first, said}
    assert note not in sayings(dialogue)
    assert not files_said(dialogue).exists()


def test_the_subject_begins_as_the_first_line_that_the_visitor_wrote(ilya, marina):
    conversation = writes(marina, "\n  Нет звука \nу удалённых участников").conversation
    accepts(ilya, conversation)
    answers(ilya, conversation, "Смотрю")
    assert first_words(conversation) == "Нет звука"


@pytest.mark.parametrize(
    ("field", "limit"),
    [("subject", 200), ("software", 200), ("version", 100), ("contract", 200)],
)
def test_what_is_too_long_is_refused_at_its_field(ilya, dialogue, field, limit):
    given = {field: "я" * 10_000}
    with pytest.raises(Refusal) as refused:
        registers(ilya, dialogue, **given)
    assert refused.value.field == field
    assert "10000" in refused.value.detail
    assert registers(ilya, dialogue, **{field: "я" * limit}).serial == 1


@pytest.mark.parametrize("criticality", [0, 5, -1])
def test_a_criticality_that_there_is_not_is_refused(ilya, dialogue, criticality):
    with pytest.raises(errors.BadCriticality):
        registers(ilya, dialogue, criticality=criticality)


def test_its_owner_registers_from_a_closed_conversation(ilya, dialogue):
    closes(ilya, dialogue)
    assert registers(ilya, dialogue).serial == 1
