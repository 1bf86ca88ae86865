"""A ticket goes on: every change is in its history, with what was before and after."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions.handover import Chosen
from chat.models import TRANSITIONS, Ticket, TicketEvent, TicketStatus
from chat.tickets import errors
from chat.tickets.actions.answering import answer_ticket, reply_to_ticket, settle_ticket
from chat.tickets.actions.changing import assign_ticket, change_each, change_ticket
from chat.tickets.actions.linking import link_ticket, unlink_ticket
from chat.tickets.actions.registering import TicketDraft
from tests.cast import accepts, answers_ticket, assigns, becomes, closes, registers, to, writes

pytestmark = pytest.mark.once


@pytest.fixture
def ticket(ilya, dialogue):
    return registers(ilya, dialogue)


def changes(ticket):
    changed = ticket.events.filter(deed="changed").order_by("pk")
    return list(changed.values_list("by_name", "field", "before", "after"))


def test_a_change_of_status_says_who_and_from_what_to_what(ilya, ticket):
    becomes(ilya, ticket, "work")
    assert changes(ticket) == [("Илья Воронцов", "status", "new", "work")]


@pytest.mark.parametrize("before", TicketStatus)
@pytest.mark.parametrize("after", TicketStatus)
def test_it_becomes_what_the_table_allows_and_nothing_else(ilya, ticket, before, after):
    done = timezone.now() if before in ("solved", "closed") else None
    Ticket.objects.update(status=before, done_at=done)
    if after == before:
        assert becomes(ilya, ticket, after).revision == ticket.revision
    elif after in TRANSITIONS[before]:
        assert becomes(ilya, ticket, after).status == after
    else:
        with pytest.raises(errors.NoSuchTransition) as refused:
            becomes(ilya, ticket, after)
        assert f"«{after.label}»" in refused.value.detail


@pytest.mark.parametrize("status", ["", "новая", "deleted"])
def test_a_status_that_there_is_not_is_refused(ilya, ticket, status):
    with pytest.raises(errors.BadStatus):
        becomes(ilya, ticket, status)


def test_a_solved_one_is_taken_up_again_within_its_term(ilya, ticket):
    at = timezone.now()
    becomes(ilya, ticket, "solved", at=at)
    again = becomes(ilya, ticket, "work", at=at + Ticket.REOPENABLE_FOR)
    assert (again.status, again.done_at) == ("work", None)


def test_after_its_term_it_stays_done(ilya, ticket):
    at = timezone.now()
    becomes(ilya, ticket, "closed", at=at)
    late = at + Ticket.REOPENABLE_FOR + timedelta(seconds=1)
    with pytest.raises(errors.TicketReopenedTooLate):
        becomes(ilya, ticket, "work", at=late)


def test_only_what_is_another_is_in_the_history(ilya, ticket):
    draft = TicketDraft("Нет звука", software="СФЕРА.Видео", criticality=3)
    changed = change_ticket(ilya, ticket.number, draft, shown=ticket.revision, at=timezone.now())
    assert set(changes(ticket)) == {
        ("Илья Воронцов", "software", "", "СФЕРА.Видео"),
        ("Илья Воронцов", "criticality", "2", "3"),
    }
    assert changed.revision == ticket.revision + 1
    assert "сфера.видео" in changed.found_by


def test_of_two_who_change_it_the_second_is_told_who_was_first(ilya, darya, ticket):
    becomes(darya, ticket, "work")
    with pytest.raises(errors.TicketChangedMeanwhile) as refused:
        becomes(ilya, ticket, "solved", shown=ticket.revision)
    assert "Дарья Лунина" in refused.value.detail


def test_handed_to_another_level_it_waits_there(ilya, anton, ticket, second_line):
    handed = assigns(ilya, ticket, second_line)
    assert (handed.department, handed.responsible, handed.status) == (second_line, None, "handed")
    taken = assigns(anton, ticket, anton)
    assert (taken.responsible, taken.status) == (anton, "handed")
    assert {field for _who, field, *_rest in changes(ticket)} >= {"department", "responsible"}


def test_within_its_department_its_status_stays(ilya, darya, ticket):
    assert assigns(ilya, ticket, darya).status == "new"


def test_one_that_is_done_is_not_handed_by_changing_its_department(ilya, ticket, second_line):
    becomes(ilya, ticket, "solved")
    assert assigns(ilya, ticket, second_line).status == "solved"


def test_only_who_works_here_can_have_it(ilya, ticket, customer):
    for nobody in (to(customer), Chosen("account", 0), Chosen("department", 0)):
        with pytest.raises(errors.NoSuchResponsible):
            assign_ticket(ilya, ticket.number, nobody, at=timezone.now())


def test_who_handed_it_up_changes_it_no_more(ilya, ticket, second_line):
    assigns(ilya, ticket, second_line)
    with pytest.raises(errors.NotYourTicket):
        becomes(ilya, ticket, "solved")
    answers_ticket(ilya, ticket, "Клиент звонил", note=True)


def test_of_many_each_is_changed_or_said_why_not(ilya, dialogue, ticket, second_line):
    other = registers(ilya, dialogue, "Второе")
    assigns(ilya, other, second_line)
    refused = change_each(
        {ticket.number, other.number},
        lambda number: becomes(ilya, Ticket.objects.numbered(number).get(), "work"),
    )
    assert refused.keys() == {other.number}
    assert Ticket.objects.get(pk=ticket.pk).status == "work"


def test_the_same_answer_twice_is_one(ilya, ticket):
    sent = uuid.uuid4()
    for _ in range(2):
        answer_ticket(ilya, ticket.number, "Откройте порт", client_id=sent, at=timezone.now())
    assert ticket.events.filter(deed="answer").count() == 1


def test_of_the_history_the_customer_reads_answers_and_states_alone(ilya, ticket, second_line):
    answers_ticket(ilya, ticket, "Ищем причину")
    answers_ticket(ilya, ticket, "Опять порт", note=True)
    assigns(ilya, ticket, second_line)
    told = TicketEvent.objects.for_customer().values_list("deed", "field")
    assert set(told) == {("answer", ""), ("changed", "status")}


def test_what_waited_for_the_customer_goes_on_with_their_reply(ilya, marina, ticket):
    becomes(ilya, ticket, "customer")
    reply_to_ticket(marina, ticket.number, "Открыли", client_id=uuid.uuid4(), at=timezone.now())
    ticket.refresh_from_db()
    assert ticket.status == "work"
    assert changes(ticket)[-1] == ("Орлова Марина", "status", "customer", "work")


def test_the_customer_ends_it_or_takes_it_up_again(ilya, marina, ticket):
    at = timezone.now()
    becomes(ilya, ticket, "solved")
    assert settle_ticket(marina, ticket.number, is_solved=False, at=at).status == "work"
    becomes(ilya, ticket, "solved")
    assert settle_ticket(marina, ticket.number, is_solved=True, at=at).status == "closed"
    assert settle_ticket(marina, ticket.number, is_solved=True, at=at).status == "closed"


def test_another_customer_s_ticket_is_none(sergey, ticket):
    with pytest.raises(errors.NoSuchTicket):
        settle_ticket(sergey, ticket.number, is_solved=True, at=timezone.now())


def test_a_later_conversation_belongs_to_it_too(ilya, marina, dialogue, ticket):
    closes(ilya, dialogue)
    dialogue.visitor.site.reopen_window = timedelta(0)
    dialogue.visitor.site.save()
    later = accepts(ilya, writes(marina, "Снова я").conversation)
    assert later != dialogue
    for _ in range(2):
        link_ticket(ilya, later.public_id, ticket.number, at=timezone.now())
    assert set(ticket.conversations.all()) == {dialogue, later}
    assert ticket.events.filter(deed="linked", after=later.public_id).count() == 1
    unlink_ticket(ilya, later.public_id, ticket.number, at=timezone.now())
    assert set(ticket.conversations.all()) == {dialogue}
    with pytest.raises(errors.NotLinked):
        unlink_ticket(ilya, later.public_id, ticket.number, at=timezone.now())


def test_a_conversation_is_not_about_another_visitor_s_ticket(ilya, sergey, ticket):
    other = accepts(ilya, writes(sergey).conversation)
    with pytest.raises(errors.AnotherVisitorsTicket):
        link_ticket(ilya, other.public_id, ticket.number, at=timezone.now())


def test_nothing_written_is_no_answer(ilya, ticket):
    with pytest.raises(errors.NothingWritten):
        answers_ticket(ilya, ticket, " \n ")
