"""Who is let in, how far, and how often; whatever else is sent is refused and harms nothing."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from chat.actions.changes import Doer
from chat.api.actions.tokens import revoke_token
from chat.models import ApiToken, Scope, Ticket
from tests.cast import browser_of, registers, writes
from tests.chat.api.outside import EVERYTHING, Outside, lets_in

pytestmark = pytest.mark.django_db
LISTS = ("/conversations", "/tickets", "/visitors")


def statuses(outside, *paths):
    return {outside.get(path).status_code for path in paths or LISTS}


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic YTpi", "Bearer sphaera_" + "x" * 43, "Bearer \x00ъ"]
)
def test_without_a_token_there_is_nothing(crm, header):
    crm.headers = {"Authorization": header} if header else {}
    answer = crm.get("/conversations")
    assert (answer.status_code, answer.json()["status"]) == (401, 401)
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_token_ends_with_the_next_request(crm, elena):
    assert statuses(crm) == {200}
    revoke_token(Doer(elena), ApiToken.objects.get().pk, at=timezone.now())
    assert statuses(crm) == {401}


def test_a_token_ends_at_its_time(elena, site):
    at = timezone.now() - timedelta(days=2)
    token = lets_in(elena, site, ends_at=at + timedelta(days=1), at=at)
    assert statuses(Outside(token)) == {401}


def test_the_token_is_kept_nowhere(elena, site):
    token = lets_in(elena, site)
    row = ApiToken.objects.values().get()
    assert token.startswith(row["hint"])
    assert token not in str(row)
    assert len(row["digest"]) == 64


@pytest.mark.parametrize("scope", EVERYTHING)
def test_each_scope_opens_its_own_alone(elena, site, dialogue, ilya, scope):
    scopes = (scope, Scope.CONVERSATIONS) if scope == Scope.NOTES else (scope,)
    outside, ticket = Outside(lets_in(elena, site, scopes=scopes)), registers(ilya, dialogue)
    asked = {
        Scope.CONVERSATIONS: outside.get("/conversations"),
        Scope.TICKETS: outside.get("/tickets"),
        Scope.TICKETS_WRITE: outside.patch(f"/tickets/{ticket.number}", {"revision": 1}),
        Scope.VISITORS: outside.get("/visitors"),
    }
    assert {one for one, answer in asked.items() if answer.status_code == 200} == set(scopes) - {
        Scope.NOTES
    }
    assert {answer.status_code for answer in asked.values()} == {200, 403}


def test_another_site_is_not_there(elena, site, other_site, dialogue, rustam, zoya):
    """Neither whole, nor in a list, nor to write about."""
    hidden = writes(rustam).conversation
    ticket = registers(elena, hidden)
    crm = Outside(lets_in(elena, site))
    paths = [f"/conversations/{hidden.public_id}", f"/tickets/{ticket.number}"]
    assert statuses(crm, *paths, f"{paths[1]}/entries", f"/visitors/{rustam.pk}") == {404}
    assert "Рустам" not in "".join(crm.get(path).content.decode() for path in LISTS)
    assert {crm.get(path, site="neighbour").status_code for path in LISTS} == {422}
    draft = {"conversation": hidden.public_id, "subject": "Чужое"}
    wrote = [
        crm.post("/tickets", draft),
        crm.patch(paths[1], {"revision": 1, "subject": "Чужое"}),
        crm.post(f"{paths[1]}/entries", {"text": "Чужое", "kind": "note"}),
    ]
    assert [one.status_code for one in wrote] == [404] * 3
    assert Ticket.objects.get().revision == 1


def test_what_is_hidden_reads_as_what_is_not_there(crm, other_site, rustam):
    hidden = writes(rustam).conversation.public_id
    told = [crm.get(f"/conversations/{one}").content for one in (hidden, "k3Jd0a8sLx2PqWzT")]
    assert told[0] == told[1]


def test_a_session_opens_nothing_and_a_token_no_page(elena, crm):
    assert statuses(Outside(client=browser_of(elena))) == {401}
    page = crm.client.get("/sites/", headers=crm.headers)
    assert page.status_code == 302


def test_it_writes_without_a_cookie_and_sets_none(elena, site, dialogue):
    outside = Outside(lets_in(elena, site), Client(enforce_csrf_checks=True))
    outside.client.defaults["HTTP_HOST"] = "127.0.0.1:8000"
    draft = {"conversation": dialogue.public_id, "subject": "Нет звука"}
    answer = outside.post("/tickets", draft, Origin="https://evil.example")
    assert answer.status_code == 201
    assert not answer.cookies
    assert not [name for name in answer.headers if name.startswith("Access-Control")]


def test_too_many_requests_wait_for_the_next_minute(elena, site):
    outside, other = (Outside(lets_in(elena, site, pace=3)) for _each in range(2))
    answers = [outside.get("/tickets") for _each in range(8)]  # a minute may end meanwhile
    late = answers[-1]
    assert (answers[0].status_code, late.status_code) == (200, 429)
    assert 1 <= int(late["Retry-After"]) <= 60
    assert statuses(other) == {200}
    cache.clear()
    assert statuses(outside) == {200}


def test_its_use_is_noted_once_a_minute(crm):
    now = timezone.now()

    def asked(since):
        ApiToken.objects.update(used_at=now - since)
        crm.get("/tickets")
        return ApiToken.objects.filter(used_at__gte=now).exists()

    assert [asked(timedelta(seconds=one)) for one in (59, 61)] == [False, True]


@pytest.mark.parametrize(
    "path",
    [
        *(f"/tickets/{'9' * 30}", f"/tickets/2026-{'9' * 30}", "/tickets/2026-%00", "/tickets/№"),
        *(f"/visitors/{10**30}", "/visitors/-1", "/visitors/%00", "/conversations/%00"),
        *("/conversations/' OR 1=1", "/nowhere", "/", "/conversations/..%2Ftickets"),
    ],
)
def test_what_is_not_there_is_told_as_a_problem(crm, path):
    answer = crm.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["title"] == "Не найдено"


@pytest.mark.parametrize(
    "query",
    [
        *({"limit": "0"}, {"limit": "101"}, {"limit": str(10**30)}, {"limit": "1e1"}),
        *({"limit": "٣"}, {"cursor": "A" * 5000}, {"cursor": "AAAA"}, {"cursor": "\x00"}),
        *({"site": "a\x00"}, {"site": ""}, {"site": ["demo", "demo"]}, {"state": "open "}),
        *({"opened_since": "2026-01-01"}, {"opened_since": "1700000000"}, {"everything": "1"}),
        {"opened_since": "2026-01-01T00:00:00"},
    ],
)
def test_a_parameter_that_cannot_be_is_named(crm, query):
    answer = crm.get("/conversations", **query)
    assert (answer.status_code, answer.json()["field"]) == (422, next(iter(query)))


def test_a_cursor_of_another_list_is_no_page_of_this_one(crm, elena, waiting, sergey):
    for one in (waiting, writes(sergey).conversation):
        registers(elena, one)
    cursor = crm.get("/tickets", limit=1).json()["next_cursor"]
    assert crm.get("/conversations", cursor=cursor).status_code == 422


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        (b"\xff", 400),
        ('{"subject": "\\ud800"}', 400),
        ("[" * 60_000, 422),
        ('{"subject": ' + "[" * 60_000, 422),
        ('{"x": ' + "[" * 30_000 + "]" * 30_000 + "}", 422),
        ("1" * 5000, 422),
        ("null", 422),
        ("я" * 512 * 1024, 413),
    ],
)
def test_a_body_that_cannot_be_changes_nothing(crm, dialogue, body, status):
    answer = crm.post("/tickets", body)
    assert answer.status_code == status
    assert re_russian(answer.json()["detail"])
    assert not Ticket.objects.exists()


def re_russian(text):
    return any("а" <= letter <= "я" for letter in text)


def test_controls_in_a_text_are_refused_or_left_out(crm, dialogue):
    draft = {"conversation": dialogue.public_id, "subject": "Нет\x00 звука"}
    assert crm.post("/tickets", draft | {"description": "а\x00б"}).status_code == 422
    assert crm.post("/tickets", draft).json()["subject"] == "Нет звука"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_a_form_is_no_json(crm, dialogue, kind):
    draft = json.dumps({"conversation": dialogue.public_id, "subject": "Нет звука"})
    assert crm.post("/tickets", draft, content_type=kind).status_code == 415


@pytest.mark.parametrize("key", ["", "с пробелом", "x" * 201])
def test_an_idempotency_key_is_short_and_plain(crm, dialogue, key):
    draft = {"conversation": dialogue.public_id, "subject": "Нет звука"}
    answer = crm.post("/tickets", draft, **{"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["field"]) == (422, "Idempotency-Key")


@pytest.mark.once
def test_what_takes_too_long_is_given_up(crm, waiting, monkeypatch):
    monkeypatch.setattr("chat.api.endpoint.LIMIT", timedelta(0))
    monkeypatch.setattr("chat.history.deadline.STEPS", 1)
    answer = crm.get("/conversations")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_another_method_is_told_which_there_are(crm):
    answer = crm.client.delete("/api/v1/tickets", headers=crm.headers)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, POST")


def test_a_likely_token_is_looked_up_by_its_digest_alone(crm, django_assert_num_queries):
    """So that neither the time nor the statement depends on how much of it is right."""
    crm.headers["Authorization"] += "x"
    with django_assert_num_queries(1) as asked:
        assert statuses(crm, "/tickets") == {401}
    assert crm.headers["Authorization"].split()[1] not in asked[0]["sql"]
