"""However many tickets come of an incident: in batches, each by itself, and never twice."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.actions.repairs import Unrepaired
from chat.models import IncidentEvent, IncidentTicket, Message, Ticket, TicketEvent
from chat.tasks import tell_of_incidents
from chat.tickets.actions import telling
from chat.tickets.actions.incidents import put_under
from tests.cast import declares, registers, solves, tells

pytestmark = pytest.mark.django_db(transaction=True)
BATCH = 10
MANY = 25


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch):
    """Two and a half of them are as many as they would be of fifty."""
    monkeypatch.setattr(telling, "BATCH", BATCH)


@pytest.fixture
def incident(ilya, dialogue):
    """Of a crowd of tickets, the first of which has an open conversation."""
    first = registers(ilya, dialogue)
    incident, at = declares(ilya, first), timezone.now()
    same = {"site": first.site, "visitor": first.visitor, "subject": "Нет звука"}
    same |= {"department": first.department, "origin": first.origin}
    same |= {"created_at": at, "changed_at": at, "year": 2026}
    made = [Ticket(serial=1000 + n, **same) for n in range(MANY - 1)]
    tickets = Ticket.objects.bulk_create(made)
    IncidentTicket.objects.bulk_create(
        IncidentTicket(ticket=ticket, incident=incident, since=at) for ticket in tickets
    )
    return incident


def until_told():
    """As the task does every five seconds."""
    while IncidentEvent.objects.untold().exists():
        tell_of_incidents()


def told():
    return TicketEvent.objects.filter(deed="answer").count()


def test_the_first_hear_it_at_once_and_the_others_by_and_by(ilya, incident):
    event = tells(ilya, incident, "Чиним")
    event.refresh_from_db()
    assert (told(), event.is_told) == (BATCH, False)
    until_told()
    event.refresh_from_db()
    assert (told(), event.is_told) == (MANY, True)
    assert Message.objects.filter(code="incident").count() == 1


def test_what_is_said_next_waits_for_what_was_said_before(ilya, incident):
    tells(ilya, incident, "Чиним")
    solves(ilya, incident, "Починили")
    until_told()
    last = Ticket.objects.latest("pk")
    events = TicketEvent.objects.filter(ticket=last).order_by("pk")
    assert list(events.values_list("text", "field", "after")) == [
        ("Чиним", "", ""),
        ("Починили", "", ""),
        ("", "status", "solved"),
    ]
    assert Ticket.objects.filter(status="solved").count() == MANY


def test_who_comes_under_it_meanwhile_is_not_told_what_was_said_before(ilya, dialogue, incident):
    tells(ilya, incident, "Чиним")
    late = registers(ilya, dialogue)
    put_under(ilya, late.number, incident.pk, at=timezone.now())
    until_told()
    assert not late.events.filter(deed="answer").exists()


def test_whoever_was_killed_in_between_goes_on_and_nobody_hears_it_twice(ilya, incident):
    tells(ilya, incident, "Чиним")
    IncidentEvent.objects.filter(deed="update").update(told_to=0)
    until_told()
    assert told() == MANY


@pytest.mark.once  # the refusal is SQLite's
def test_one_that_fails_is_named_and_told_later(ilya, incident):
    tells(ilya, incident, "Чиним")
    broken = Ticket.objects.order_by("pk")[BATCH + 2].pk
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER broken BEFORE INSERT ON chat_ticketevent"
            f" WHEN NEW.ticket_id = {broken} BEGIN SELECT RAISE(ABORT, 'broken'); END"
        )
        with pytest.raises(Unrepaired, match=f"incident {incident.pk}: broken"):
            tell_of_incidents()
        cursor.execute("DROP TRIGGER broken")
    assert told() == BATCH + 2
    until_told()
    assert told() == MANY


def test_each_ticket_is_a_transaction_of_its_own_with_few_statements(ilya, incident):
    with CaptureQueriesContext(connection) as asked:
        tells(ilya, incident, "Чиним")
    begun = [one for one in asked.captured_queries if one["sql"].startswith("BEGIN")]
    assert len(begun) == 1 + BATCH
    assert len(asked) < 14 * BATCH
