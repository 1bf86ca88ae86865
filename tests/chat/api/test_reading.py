"""What a token reads: what it was let to, page by page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.actions.amendments import retract_message
from chat.models import Scope, Ticket
from tests.cast import (
    SECRET,
    accepts,
    answers,
    closes,
    defines,
    fills,
    keep_among_staff,
    registers,
    writes,
)
from tests.chat.api.outside import Outside, lets_in

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=1)


def ids(answer):
    return [one.get("id") or one["number"] for one in answer.json()["items"]]


def test_conversations_come_newest_first_with_what_is_known_of_them(crm, dialogue, sergey, ilya):
    latest = writes(sergey).conversation
    ticket = registers(ilya, dialogue)
    told = crm.get("/conversations").json()
    assert [one["id"] for one in told["items"]] == [latest.public_id, dialogue.public_id]
    assert told["next_cursor"] is None
    first, second = told["items"]
    assert (first["state"], first["operator"]) == ("waiting", None)
    assert (second["operator"], second["tickets"]) == ("Илья Воронцов", [ticket.number])
    assert second["site"] == {"key": "demo", "name": "demo"}


def test_pages_follow_each_other_without_gap_or_double(crm, marina, sergey, ilya):
    made = []
    for _each in range(3):
        for who in (marina, sergey):
            made.append(writes(who).conversation.public_id)
            closes(ilya, accepts(ilya, writes(who).conversation))
            who.conversations.update(closed_at=timezone.now() - timedelta(days=9))
    pages = [crm.get("/conversations", limit=4)]
    while cursor := pages[-1].json()["next_cursor"]:
        pages.append(crm.get("/conversations", limit=4, cursor=cursor))
    assert [len(ids(page)) for page in pages] == [4, 2]
    assert [one for page in pages for one in ids(page)] == made[::-1]


@pytest.mark.parametrize(
    ("wanted", "is_found"),
    [
        ({"state": "active"}, True),
        ({"state": "open"}, True),
        ({"state": "waiting"}, False),
        ({"state": "closed"}, False),
        ({"site": "demo"}, True),
        ({"opened_since": (timezone.now() - LATER).isoformat()}, True),
        ({"opened_since": (timezone.now() + LATER).isoformat()}, False),
        ({"closed_since": (timezone.now() - LATER).isoformat()}, False),
    ],
)
def test_conversations_are_filtered(crm, dialogue, wanted, is_found):
    assert ids(crm.get("/conversations", **wanted)) == [dialogue.public_id] * is_found


def test_a_conversation_comes_with_its_messages_page_by_page(crm, dialogue, ilya):
    answers(ilya, dialogue, "Какой счёт?")
    taken_back = answers(ilya, dialogue, "Не туда")
    retract_message(ilya, dialogue.public_id, taken_back.seq, at=timezone.now())
    path = f"/conversations/{dialogue.public_id}"
    first = crm.get(path, limit=2).json()["messages"]
    rest = crm.get(path, cursor=first["next_cursor"]).json()["messages"]
    said = [one for one in first["items"] + rest["items"] if one["kind"] == "text"]
    told = [(one["author"], one["text"], one["is_retracted"]) for one in said]
    assert told == [
        ("Орлова Марина", "Не приходит счёт", False),
        ("Илья Воронцов", "Какой счёт?", False),
        ("Илья Воронцов", "", True),
    ]
    assert rest["next_cursor"] is None


def test_what_staff_keep_among_themselves_needs_its_own_scope(elena, site, dialogue, ilya, anton):
    keep_among_staff(ilya, anton, dialogue)
    without = Outside(lets_in(elena, site, scopes=tuple(set(Scope.values) - {Scope.NOTES})))
    ticket = Ticket.objects.get()
    paths = ["/conversations", f"/conversations/{dialogue.public_id}"]
    paths.append(f"/tickets/{ticket.number}/entries")
    assert [path for path in paths if SECRET in without.get(path).content.decode()] == []
    within = Outside(lets_in(elena, site))
    assert [path for path in paths if SECRET in within.get(path).content.decode()] == paths[1:]


def test_tickets_are_listed_and_filtered(crm, dialogue, ilya):
    ticket = registers(ilya, dialogue)
    told = crm.get("/tickets", status="open", criticality="normal").json()["items"]
    assert told == [crm.get(f"/tickets/{ticket.number}").json()]
    assert (told[0]["conversations"], told[0]["revision"]) == ([dialogue.public_id], 1)
    assert ids(crm.get("/tickets", status="closed")) == []


def test_a_visitor_comes_with_fields_by_key(crm, dialogue, ilya, elena, marina):
    marina.claims = {"tariff": "pro"}
    marina.save()
    field = defines(elena)
    fills(ilya, dialogue, field.key, "Счёт 12")
    (told,) = crm.get("/visitors", site="demo", subject="marina").json()["items"]
    assert told["fields"] == {"tariff": "pro", field.key: "Счёт 12"}
    assert crm.get(f"/visitors/{told['id']}").json() == told


@pytest.mark.parametrize("path", ["/conversations", "/tickets", "/visitors"])
def test_a_page_takes_as_many_statements_as_a_row(
    crm, path, waiting, sergey, elena, django_assert_max_num_queries
):
    for one in (waiting, writes(sergey).conversation):
        registers(elena, one)
    with django_assert_max_num_queries(9):
        assert len(crm.get(path).json()["items"]) == 2
