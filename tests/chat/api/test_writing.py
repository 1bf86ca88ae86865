"""What a token writes: by the actions of staff, under its own name."""

import pytest

from chat.models import Ticket, WebhookDelivery
from operators.models import Account
from tests.cast import closes, registers, writes
from tests.chat.api.outside import Outside, lets_in
from tests.chat.webhooks.telling import tells

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "crm-4711"}


def draft(conversation, **given):
    return {"conversation": conversation.public_id, "subject": "Нет звука", **given}


def test_a_ticket_is_registered_under_the_token_s_name(crm, dialogue):
    answer = crm.post("/tickets", draft(dialogue, criticality="high", software="Плеер"))
    assert answer.status_code == 201
    told = answer.json()
    assert (told["criticality"], told["software"], told["responsible"]) == (
        *("high", "Плеер"),
        "Илья Воронцов",
    )
    event = Ticket.objects.get().events.get()
    assert (event.by_name, event.by) == ("CRM", Account.objects.get(role="system"))
    assert dialogue.messages.filter(code="ticket", params__name="CRM").exists()


def test_who_looks_at_tickets_is_told_and_so_are_webhooks(
    crm, dialogue, elena, django_capture_on_commit_callbacks
):
    tells(elena)
    with django_capture_on_commit_callbacks(execute=True):
        crm.post("/tickets", draft(dialogue))
    delivery = WebhookDelivery.objects.get(kind="ticket.registered")
    assert delivery.data["by"]["name"] == "CRM"


def test_nobody_is_responsible_for_what_comes_of_one_that_waits(crm, waiting):
    assert crm.post("/tickets", draft(waiting)).json()["responsible"] is None


def test_also_of_a_closed_conversation(crm, dialogue, ilya):
    closes(ilya, dialogue)
    assert crm.post("/tickets", draft(dialogue)).status_code == 201


def test_the_same_key_again_is_the_same_ticket(crm, elena, site, dialogue):
    first, again = (crm.post("/tickets", draft(dialogue), **KEY) for _each in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["number"] == again.json()["number"]
    other = Outside(lets_in(elena, site)).post("/tickets", draft(dialogue), **KEY)
    assert (other.status_code, Ticket.objects.count()) == (201, 2)


def test_a_key_that_stands_for_another_conversation_is_refused(crm, dialogue, sergey, ilya):
    crm.post("/tickets", draft(dialogue), **KEY)
    answer = crm.post("/tickets", draft(writes(sergey).conversation), **KEY)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_fields_and_status_change_at_once_and_what_is_left_out_stays(crm, dialogue, ilya):
    ticket = registers(ilya, dialogue, software="Плеер")
    path = f"/tickets/{ticket.number}"
    told = crm.patch(path, {"revision": 1, "subject": "Тихо", "status": "work"}).json()
    assert (told["subject"], told["status"], told["software"]) == ("Тихо", "work", "Плеер")
    changes = ticket.events.filter(deed="changed").values_list("by_name", "field")
    assert sorted(changes) == [("CRM", "status"), ("CRM", "subject")]
    assert crm.get(path).json() == told


def test_who_had_another_revision_before_them_is_told_so(crm, dialogue, ilya):
    path = f"/tickets/{registers(ilya, dialogue).number}"
    crm.patch(path, {"revision": 1, "status": "work"})
    late = crm.patch(path, {"revision": 1, "subject": "Тихо"})
    assert (late.status_code, late["Content-Type"]) == (409, "application/problem+json")
    assert "CRM" in late.json()["detail"]
    assert crm.get(path).json()["subject"] == "Нет звука"


def test_a_status_that_cannot_be_takes_the_fields_back_too(crm, dialogue, ilya):
    path = f"/tickets/{registers(ilya, dialogue).number}"
    revision = crm.patch(path, {"revision": 1, "status": "closed"}).json()["revision"]
    wrong = {"revision": revision, "subject": "Тихо", "status": "customer"}
    answer = crm.patch(path, wrong)
    assert (answer.status_code, answer.json()["field"]) == (409, "status")
    assert crm.get(path).json()["subject"] == "Нет звука"


def test_the_customer_is_answered_once_and_reads_no_note(crm, dialogue, ilya):
    path = f"/tickets/{registers(ilya, dialogue).number}/entries"
    said = [crm.post(path, {"text": "Починили"}, **KEY) for _each in range(2)]
    crm.post(path, {"text": "Сменили плату", "kind": "note"})
    assert [one.status_code for one in said] == [201, 200]
    told = [(one["kind"], one["author"], one["text"]) for one in crm.get(path).json()["items"]]
    assert told == [("answer", "CRM", "Починили"), ("note", "CRM", "Сменили плату")]
    seen = Ticket.objects.get().events.for_customer()
    assert [one.text for one in seen] == ["Починили"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"subject": ""}, "subject"),
        ({"subject": " \u200b"}, "subject"),
        ({"subject": "я" * 201}, "subject"),
        ({"subject": 7}, "subject"),
        ({"status": "gone"}, "status"),
        ({"criticality": None}, "criticality"),
        ({"owner": "me"}, "owner"),
        ({"revision": 10**30}, "revision"),
        ({"revision": True}, "revision"),
    ],
)
def test_what_cannot_be_says_which_field_it_is(crm, dialogue, ilya, changes, field):
    path = f"/tickets/{registers(ilya, dialogue).number}"
    answer = crm.patch(path, {"revision": 1} | changes)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
