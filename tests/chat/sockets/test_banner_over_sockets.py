"""The banner of an incident: it comes into open windows of its sites, and goes, by itself."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.models import Incident
from chat.queue.availability import read_rules, take_snapshot
from chat.sockets import hub
from chat.tickets.actions.incidents import IncidentDraft, change_incident
from tests.cast import SECRET, browser_of, declares, registers, solves, tells, token

WORDS = "Не работает вход. Чиним, до 15:00."


@pytest.fixture
def rules_by_doorbell(monkeypatch):
    """Rules are not looked at by themselves."""
    monkeypatch.setattr(hub, "RULES_VALID", 10_000.0)


def test_it_comes_and_goes_in_open_windows_of_its_site(
    wires, rules_by_doorbell, ilya, site, marina, rustam
):
    tab, neighbour = wires.visitor(marina), wires.visitor(rustam)
    assert tab.welcome["banner"] == ""
    incident = declares(ilya, title=SECRET, banner=WORDS, is_announced=True)
    assert tab.expect("banner")["text"] == WORDS
    tab.forget()
    solves(ilya, incident)
    assert tab.expect("banner")["text"] == ""
    neighbour.settle()
    assert neighbour.of("banner") == []
    assert SECRET not in "".join(tab.raw)


def test_it_is_switched_on_and_off_and_put_otherwise(
    wires, rules_by_doorbell, ilya, first_line, site, marina
):
    incident, tab = declares(ilya, banner=WORDS), wires.visitor(marina)

    def becomes(words, *, is_announced):
        draft = IncidentDraft("Вход", first_line.pk, [site.pk], words, is_announced)
        change_incident(ilya, incident.pk, draft, at=timezone.now())

    for words, is_announced, shown in (
        (WORDS, True, WORDS),
        ("Почти починили", True, "Почти починили"),
        ("Почти починили", False, ""),
    ):
        tab.forget()
        becomes(words, is_announced=is_announced)
        assert tab.expect("banner")["text"] == shown


def test_of_several_incidents_each_is_named(wires, ilya, marina):
    for words in ("Не работает вход", "Не приходят письма"):
        declares(ilya, banner=words, is_announced=True)
    assert wires.visitor(marina).welcome["banner"] == "Не приходят письма\nНе работает вход"


def test_a_window_that_is_opened_meanwhile_begins_with_it(ilya, site, marina):
    declares(ilya, title=SECRET, banner="Чиним <b>вход", is_announced=True)
    bearer = {"Authorization": f"Bearer {token(marina)}"}
    page = browser_of().get(f"/widget/{site.key}/window/", headers=bearer).content.decode()
    assert "data-banner>Чиним &lt;b&gt;вход</span>" in page
    assert SECRET not in page
    Incident.objects.update(solved_at=timezone.now())
    page = browser_of().get(f"/widget/{site.key}/window/", headers=bearer).content.decode()
    assert "data-banner></span>" in page


def test_it_is_read_with_the_rules_however_many_windows_there_are(
    ilya, site, django_assert_num_queries
):
    with CaptureQueriesContext(connection) as before:
        read_rules()
    for _ in range(3):
        declares(ilya, banner=WORDS, is_announced=True)
    with django_assert_num_queries(len(before)):
        rules = read_rules()
    with django_assert_num_queries(2):  # who is present; as nobody is, who went last
        told = take_snapshot(rules, at=timezone.now()).banners
    assert told == {site.pk: "\n".join([WORDS] * 3)}


def test_what_is_said_to_customers_comes_into_the_open_conversation(wires, marina, ilya, dialogue):
    ticket = registers(ilya, dialogue)
    incident = declares(ilya, ticket, title=SECRET)
    tab, zone = wires.visitor(marina), wires.operator(ilya)
    tells(ilya, incident, "Смотрите https://example.ru/status")
    told = tab.expect(
        "message", text=f"По заявке № {ticket.number}: Смотрите https://example.ru/status"
    )
    assert 'href="https://example.ru/status"' in told["html"]
    assert f"Инцидент № {incident.pk}" in zone.expect("message", kind="event")["text"]
    assert SECRET not in "".join(tab.raw)
