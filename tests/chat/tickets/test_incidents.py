"""A mass incident: what is said of it reaches the customer of each of its tickets, once."""

import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from chat.models import Incident, IncidentEvent, LineCode, Message, Ticket
from chat.tickets import incident_errors as errors
from chat.tickets.actions.changing import change_each
from chat.tickets.actions.following import leave_department
from chat.tickets.actions.incidents import (
    IncidentDraft,
    change_incident,
    put_under,
    take_out,
)
from chat.tickets.errors import NoSuchTicket, NothingWritten, NotYourTicket
from chat.wire import lines
from departments.models import Site
from tests.cast import (
    accepts,
    assigns,
    becomes,
    closes,
    declares,
    notes_on,
    registers,
    solves,
    tells,
    writes,
)

pytestmark = pytest.mark.django_db(transaction=True)  # what is said goes out after the commit


@pytest.fixture
def other(ilya, sergey):
    """Sergey's conversation, which Ilya leads."""
    return accepts(ilya, writes(sergey, "Не могу войти").conversation)


@pytest.fixture
def tickets(ilya, dialogue, other):
    return [registers(ilya, one) for one in (dialogue, other)]


@pytest.fixture
def incident(ilya, tickets):
    return declares(ilya, *tickets)


def answers_of(ticket):
    return list(ticket.events.filter(deed="answer").values_list("text", flat=True))


def told_in(conversation):
    found = conversation.messages.filter(code=LineCode.INCIDENT).order_by("seq")
    return [lines.for_visitor(line) for line in found]


def test_an_update_is_an_answer_to_each_ticket_and_a_line_in_each_conversation(
    ilya, incident, tickets, dialogue, other
):
    tells(ilya, incident, "Чиним, до 15:00")
    assert [answers_of(ticket) for ticket in tickets] == [["Чиним, до 15:00"]] * 2
    for ticket, conversation in zip(tickets, (dialogue, other), strict=True):
        assert told_in(conversation) == [f"По заявке № {ticket.number}: Чиним, до 15:00"]


def test_who_has_nothing_open_finds_it_in_the_cabinet_alone(ilya, incident, tickets, dialogue):
    closes(ilya, dialogue)
    tells(ilya, incident, "Чиним")
    assert answers_of(tickets[0]) == ["Чиним"]
    assert told_in(dialogue) == []


def test_staff_read_which_incident_it_is(ilya, incident, tickets, dialogue):
    tells(ilya, incident, "Чиним")
    line = Message.objects.get(conversation=dialogue, code=LineCode.INCIDENT)
    words = f"Инцидент № {incident.pk}, заявка № {tickets[0].number}: Чиним"
    assert lines.for_staff(line) == words


def test_who_has_two_tickets_reads_it_once_in_their_conversation(ilya, incident, dialogue):
    put_under(ilya, registers(ilya, dialogue, "Второе").number, incident.pk, at=timezone.now())
    tells(ilya, incident, "Чиним")
    assert len(told_in(dialogue)) == 1


def test_sent_twice_it_is_one(ilya, incident, tickets, dialogue):
    sent = uuid.uuid4()
    for _ in range(2):
        tells(ilya, incident, "Чиним", client_id=sent)
    assert IncidentEvent.objects.filter(deed="update").count() == 1
    assert answers_of(tickets[0]) == ["Чиним"]
    assert len(told_in(dialogue)) == 1


def test_sent_again_after_the_solution_it_is_still_the_same(ilya, incident):
    sent = uuid.uuid4()
    first = tells(ilya, incident, "Чиним", client_id=sent)
    solves(ilya, incident)
    assert tells(ilya, incident, "Чиним", client_id=sent) == first


def test_solved_it_solves_what_is_open_and_says_so(ilya, incident, tickets, dialogue):
    becomes(ilya, tickets[1], "closed")
    tells(ilya, incident, "Чиним")
    event = solves(ilya, incident, "Починили")
    event.refresh_from_db()
    assert event.is_told
    assert [Ticket.objects.get(pk=one.pk).status for one in tickets] == ["solved", "closed"]
    assert answers_of(tickets[0]) == ["Чиним", "Починили"]
    assert answers_of(tickets[1]) == []
    assert told_in(dialogue)[-1].endswith("Починили")


@pytest.mark.parametrize("text", ["", "Починили"])
def test_solved_twice_by_one_press_it_is_solved_once(ilya, incident, tickets, text):
    sent = uuid.uuid4()
    first = solves(ilya, incident, text, client_id=sent)
    assert solves(ilya, incident, text, client_id=sent) == first
    assert tickets[0].events.filter(field="status", after="solved").count() == 1


def test_after_the_solution_nothing_more_is_said_and_nothing_comes_under_it(
    ilya, incident, dialogue
):
    solves(ilya, incident)
    late = registers(ilya, dialogue, "Поздно")
    for refused in (
        lambda: tells(ilya, incident, "Ещё"),
        lambda: solves(ilya, incident),
        lambda: put_under(ilya, late.number, incident.pk, at=timezone.now()),
        lambda: change_incident(ilya, incident.pk, draft_of(incident), at=timezone.now()),
    ):
        with pytest.raises(errors.IncidentIsSolved):
            refused()
    notes_on(ilya, incident, "Разобрали причину")


def draft_of(incident, **changes):
    usual = {
        "title": incident.title,
        "department": incident.department_id,
        "sites": list(incident.sites.values_list("pk", flat=True)),
    }
    return IncidentDraft(**usual | changes)


def test_who_comes_under_it_later_is_not_told_what_was_said_before(ilya, incident, dialogue):
    tells(ilya, incident, "Чиним")
    late = registers(ilya, dialogue, "Тоже")
    put_under(ilya, late.number, incident.pk, at=timezone.now())
    tells(ilya, incident, "Почти")
    assert answers_of(late) == ["Почти"]


def test_what_was_taken_out_is_told_nothing(ilya, incident, tickets):
    take_out(ilya, tickets[0].number, at=timezone.now())
    tells(ilya, incident, "Чиним")
    assert [answers_of(ticket) for ticket in tickets] == [[], ["Чиним"]]
    with pytest.raises(errors.UnderNoIncident):
        take_out(ilya, tickets[0].number, at=timezone.now())


def test_a_ticket_comes_of_one_incident(ilya, incident, tickets):
    second = declares(ilya, title="Ещё один")
    with pytest.raises(errors.UnderAnotherIncident) as refused:
        put_under(ilya, tickets[0].number, second.pk, at=timezone.now())
    assert f"инциденте № {incident.pk}" in refused.value.detail
    before = tickets[0].events.count()
    put_under(ilya, tickets[0].number, incident.pk, at=timezone.now())
    assert tickets[0].events.count() == before


def test_its_history_says_when_it_came_under_which(ilya, incident, tickets):
    told = tickets[0].events.filter(field="incident").values_list("before", "after")
    assert list(told) == [("", str(incident.pk))]
    assert not tickets[0].events.for_customer().exists()


def test_of_another_site_nothing_comes_under_it(ilya, elena, incident, zoya, rustam):
    foreign = registers(zoya, accepts(zoya, writes(rustam).conversation))
    with pytest.raises(errors.TicketOfAnotherSite):
        put_under(elena, foreign.number, incident.pk, at=timezone.now())


def test_of_many_each_comes_under_it_or_is_said_why_not(ilya, dialogue, incident, second_line):
    ours, handed = registers(ilya, dialogue), registers(ilya, dialogue)
    assigns(ilya, handed, second_line)
    refused = change_each(
        {ours.number, handed.number, "2026-99999"},
        lambda number: put_under(ilya, number, incident.pk, at=timezone.now()),
    )
    assert {number: type(why) for number, why in refused.items()} == {
        handed.number: NotYourTicket,
        "2026-99999": NoSuchTicket,
    }


def test_another_department_leads_it_and_others_leave_notes(ilya, anton, incident):
    moved = draft_of(incident, department=anton.departments.get().pk)
    change_incident(ilya, incident.pk, moved, at=timezone.now())
    with pytest.raises(errors.NotYourIncident):
        tells(ilya, incident, "Чиним")
    notes_on(ilya, incident, "Клиенты звонят")
    tells(anton, incident, "Чиним")


def test_who_serves_none_of_its_sites_finds_none(zoya, incident):
    with pytest.raises(errors.NoSuchIncident):
        notes_on(zoya, incident, "Что у вас?")


def test_of_two_who_change_it_the_second_is_told_who_was_first(ilya, darya, incident):
    at = timezone.now()
    change_incident(darya, incident.pk, draft_of(incident, title="Вход и почта"), at=at)
    with pytest.raises(errors.IncidentChangedMeanwhile) as refused:
        change_incident(ilya, incident.pk, draft_of(incident), shown=incident.revision, at=at)
    assert "Дарья Лунина" in refused.value.detail


def test_only_what_is_another_is_in_its_history(ilya, incident):
    draft = draft_of(incident, title="Вход и почта", banner="Чиним", is_announced=True)
    change_incident(ilya, incident.pk, draft, at=timezone.now())
    told = incident.events.filter(deed="changed").values_list("field", "before", "after")
    assert set(told) == {
        ("title", "Не работает вход", "Вход и почта"),
        ("banner", "", "Чиним"),
        ("is_announced", "", "1"),
    }


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"title": " "}, errors.IncidentTitleMissing),
        ({"title": "я" * 201}, errors.IncidentTitleTooLong),
        ({"banner": "я" * 301}, errors.BannerTooLong),
        ({"is_announced": True, "banner": " "}, errors.BannerMissing),
        ({"department": 0}, errors.NoSuchLeader),
        ({"sites": []}, errors.SitesMissing),
        ({"sites": [0]}, errors.SitesMissing),
    ],
)
def test_what_is_wrong_with_it_is_said_at_its_field(ilya, given, refusal):
    with pytest.raises(refusal) as refused:
        declares(ilya, **given)
    assert refused.value.field in given
    assert not Incident.objects.exists()


def test_of_a_site_that_one_does_not_serve_it_is_not_declared(ilya, other_site):
    with pytest.raises(errors.SitesMissing):
        declares(ilya, sites=[other_site.pk])


def test_declared_again_by_the_same_form_it_is_the_same(ilya, zoya):
    sent = uuid.uuid4()
    assert declares(ilya, client_id=sent) == declares(ilya, client_id=sent)
    with pytest.raises(errors.DeclaredElsewhere):
        declares(zoya, client_id=sent)


def test_nothing_written_is_no_update(ilya, incident):
    with pytest.raises(NothingWritten):
        tells(ilya, incident, " ")


def test_of_a_deleted_department_it_goes_where_its_tickets_go(
    ilya, elena, incident, first_line, second_line
):
    first_line.deleted_at, first_line.successor = timezone.now(), second_line
    first_line.save()
    with transaction.atomic():
        leave_department(first_line, elena, at=timezone.now())
    incident.refresh_from_db()
    assert incident.department == second_line


def test_it_is_about_a_site_that_is_there(ilya, incident):
    assert list(incident.sites.all()) == list(Site.objects.all())
    assert incident.created_at - timezone.now() < timedelta(0)
