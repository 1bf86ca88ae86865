"""Who sees what, and may do what: one table for the query, for what sockets judge by, for the
actions and for the page. tests/js/access.test.mjs reads it for the browser's part.
"""

import json
import re
import subprocess
import uuid
from datetime import datetime
from functools import partial
from itertools import product
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from chat import access
from chat.actions import (
    conversations,
    invitations,
    links,
    messages,
    moves,
    queue,
    ratings,
    transfers,
)
from chat.actions.approach import write_first
from chat.actions.blocks import BlockDraft, block_visitor, let_in, unblock_visitor
from chat.actions.changes import Doer
from chat.actions.errors import Refusal
from chat.actions.handover import Card, Chosen
from chat.actions.identification import judge
from chat.models import Block, Conversation, Outcome, Participant, Transfer, Visit, Visitor
from chat.participation import facts_of
from chat.rows.conversations import conversation_row
from chat.sockets.history import Changes
from chat.sockets.revocation import scope_of
from chat.tickets.actions.registering import TicketDraft, register_ticket
from departments.criticality import Impact, Urgency
from departments.models import Department, Membership
from operators.models import Account, Role
from tests.cast import browser_of, is_present, on_site, open_site, outcome_of, staff
from tests.server import ROOT

TABLE = json.loads((ROOT / "tests" / "access_cases.json").read_text())
CASES = {case["case"]: case for case in TABLE["cases"]}
LEVELS = {"first": 1, "second": 2, "third": 3, "other": 1}


class World(NamedTuple):
    departments: dict[str, Department]
    people: dict[str, Account]


@pytest.fixture
def world(db) -> World:
    departments = {
        name: Department.objects.create(name=name, level=level) for name, level in LEVELS.items()
    }
    open_site("demo", *(departments[name] for name in ("first", "second", "third")))
    open_site("neighbour", departments["other"])
    people = {}
    for name, person in TABLE["people"].items():
        role = Role.ADMINISTRATOR if person.get("isAdministrator") else Role.OPERATOR
        places = [departments[place] for place in person["departments"]]
        people[name] = staff(name, name, *places, role=role)
    is_present(*people.values())
    return World(departments, people)


def happen(world: World, row: dict[str, Any]) -> Conversation:
    """A conversation as the row tells, of a visitor of its own."""
    at, site = timezone.now(), world.departments["first"].sites.get()
    visitor = Visitor.objects.create(site=site, subject=str(uuid.uuid4()), name="Орлова Марина")
    who: dict[str, Any] = {"": None, **world.people}
    department = world.departments[row["department"]]
    rings_for = row.get("ringsFor")
    conversation = Conversation.objects.create(
        visitor=visitor,
        department=department,
        operator=who[row.get("operator", "")],
        offered_to=who[row.get("offeredTo", "")],
        offered_until=at + department.offer_timeout if "offeredTo" in row else None,
        rings_for=None if rings_for is None else [who[name].pk for name in rings_for.split()],
        closed_at=at if row["state"] == "closed" else None,
        closed_by=who[row.get("closedBy", "")],
        started_at=at,
        waiting_since=at,
        queued_at=at,
        changed_at=at,
    )
    if "blockedBy" in row:
        Block.objects.create(
            site=site,
            subject=visitor.subject,
            visitor_name=visitor.name,
            term=Block.Term.FOREVER,
            reason="Спам",
            by=who[row["blockedBy"]],
            at=at,
        )
    for guest in row.get("guests", []):
        Participant.objects.create(
            conversation=conversation,
            account=who[guest["account"]],
            invited_by=world.people["owner"],
            invited_at=at,
            joined_at=at if guest["isIn"] else None,
        )
    if "toAccount" in row or "toDepartment" in row:
        hand_over(world, conversation, row)
    if "from" in row:
        came = {**row, "sender": "owner", "toDepartment": row["department"]}
        hand_over(world, conversation, came, outcome=Outcome.ACCEPTED, decided_at=at)
    return conversation


def hand_over(world: World, conversation: Conversation, row: dict[str, Any], **given: Any) -> None:
    at = timezone.now()
    origin = world.departments[row.get("from", row["department"])]
    Transfer.objects.create(
        conversation=conversation,
        sender=world.people[row["sender"]],
        sender_name=row["sender"],
        from_department=origin,
        to_account=world.people.get(row.get("toAccount", "")),
        to_department=world.departments.get(row.get("toDepartment", "")),
        level_from=origin.level,
        level_to=conversation.department.level,
        created_at=at,
        expires_at=at + Transfer.TIMEOUT,
        **given,
    )


def told(case: dict[str, Any], part: str) -> dict[str, Any]:
    return {name: seen[part] for name, seen in case["seen"].items()}


# What is seen


@pytest.mark.parametrize("name", CASES)
def test_the_query_finds_what_is_seen(world, name):
    happen(world, CASES[name]["row"])
    found = {one for one, account in world.people.items() if access.visible_to(account).exists()}
    at_once = {one for one, account in world.people.items() if EVERYTHING_SEEN.all(account)}
    assert found == at_once == CASES[name]["seen"].keys()


EVERYTHING_SEEN = access.SeenBy(lambda seen, _account: seen.values_list("pk", flat=True))


@pytest.mark.once
@pytest.mark.parametrize("name", CASES)
def test_sockets_judge_as_the_query(world, name):
    conversation = happen(world, CASES[name]["row"])
    facts = facts_of(conversation, conversation.transfers.pending().first())
    assert {
        one
        for one, account in world.people.items()
        if access.sees(facts, account.pk, scope(account))
    } == CASES[name]["seen"].keys()


@pytest.mark.once
@pytest.mark.parametrize("name", CASES)
def test_the_pulse_asks_the_sockets_that_see_it(world, name):
    conversation = happen(world, CASES[name]["row"])
    facts = facts_of(conversation, conversation.transfers.pending().first())
    changes = Changes([{"pk": conversation.pk, **facts}])
    assert {
        one for one, account in world.people.items() if changes.seen_by(account.pk, scope(account))
    } == CASES[name]["seen"].keys()


@pytest.mark.parametrize("name", CASES)
def test_the_page_groups_it_for_each(world, name):
    happen(world, CASES[name]["row"])
    assert groups(world) == {
        one: group for one, group in told(CASES[name], "group").items() if group
    }


def scope(account: Account) -> frozenset[int]:
    return scope_of(account).departments


def groups(world: World) -> dict[str, str]:
    """Where the only conversation stands for whom; who is asked finds it among the waiting."""
    return {
        one: found
        for one, account in world.people.items()
        for found in group_of(access.groups_of(account)).values()
    }


def group_of(found: access.Groups) -> dict[int, str]:
    asked = [(found.offered, "waiting"), (found.inviting, "waiting")]
    listed = [(found.waiting, "waiting"), *asked, (found.mine, "mine"), (found.others, "others")]
    return {pk: name for part, name in listed for pk in part.values_list("pk", flat=True)}


@pytest.mark.once
@pytest.mark.parametrize("name", CASES)
def test_a_row_tells_the_browser_what_the_table_does(world, name):
    """The scripts are tested on the table; this is why they find the same on the page."""
    conversation, row = happen(world, CASES[name]["row"]), dict(CASES[name]["row"])
    given = data_of_row(conversation)
    names = {str(account.pk): one for one, account in world.people.items()}
    places = {str(place.pk): one for one, place in world.departments.items()}
    read = {
        **{key: names.get(given[key], "") for key in ("operator", "toAccount", "offeredTo")},
        **{key: places.get(given[key], "") for key in ("department", "toDepartment")},
        "guests": [
            {"account": names[str(one["account"])], "isIn": one["isIn"]} for one in given["guests"]
        ],
        "ringsFor": given["ringsFor"] and " ".join(names[key] for key in given["ringsFor"].split()),
        "state": given["state"],
    }
    assert read == {key: row.get(key, default) for key, default in NOTHING_TOLD.items()}


NOTHING_TOLD: dict[str, Any] = {
    **dict.fromkeys(("operator", "toAccount", "offeredTo", "department", "toDepartment"), ""),
    "guests": [],
    "ringsFor": None,
    "state": "",
}


def data_of_row(conversation: Conversation) -> dict[str, Any]:
    row = conversation_row(conversation, at=timezone.now())
    html = render_to_string("zone/lists/_visitor_row.html", {"row": row})
    found = dict(re.findall(r' data-([a-z-]+)="([^"]*)"', html[: html.index(">")]))
    guests = json.loads(found.get("guests", "[]").replace("&quot;", '"'))
    return {
        **{key: found.get(key, "") for key in ("state", "operator", "department")},
        "toAccount": found.get("to-account", ""),
        "toDepartment": found.get("to-department", ""),
        "offeredTo": found.get("offered-to", ""),
        "ringsFor": found.get("rings-for"),
        "guests": guests,
    }


# What is done


def deeds(world: World) -> dict[str, Any]:
    """What a press of each button asks for; `at` comes last."""
    card = Card(asked="Не приходит счёт")
    to_third = Chosen("department", world.departments["third"].pk)
    answer: dict[str, Any] = {"text": "Добрый день", "files": [], "note": False}
    present = staff("newcomer", "newcomer", world.departments["third"])
    is_present(present)
    return {
        "accept": conversations.accept_conversation,
        "pass": queue.pass_offer,
        "answer": partial(messages.post_operator_message, client_id=uuid.uuid4(), **answer),
        "send_link": partial(
            links.send_link, title="Ответ", typed="example.ru", client_id=uuid.uuid4()
        ),
        "ask_for_rating": ratings.ask_for_rating,
        "judge": partial(judge, impact=Impact.ALL, urgency=Urgency.STOPS, chosen=None, reason=""),
        "close": partial(conversations.close_conversation, outcome=outcome_of()),
        "register": registers_ticket,
        "block": blocks,
        "unblock": unblock_visitor,
        "let_in": let_in,
        "reopen": conversations.reopen_conversation,
        "take": moves.take_conversation,
        "move": partial(moves.move_conversation, to=to_third),
        "transfer": partial(
            transfers.transfer_conversation, to=to_third, card=card, even_absent=True
        ),
        "return": partial(transfers.return_conversation, reason="Не по адресу", even_absent=True),
        "decide_transfer": transfers.accept_transfer,
        "cancel_transfer": transfers.cancel_transfer,
        "invite": partial(invitations.invite_operator, addressee_id=present.pk),
        "decide_invitation": invitations.decline_invitation,
        "leave": invitations.leave_conversation,
    }


def blocks(account: Account, public_id: str, *, at: datetime) -> None:
    block_visitor(Doer(account), public_id, BlockDraft("Спам"), at=at)


def registers_ticket(account: Account, public_id: str, *, at: datetime) -> None:
    draft = TicketDraft("Не приходит счёт")
    register_ticket(account, public_id, draft, client_id=uuid.uuid4(), at=at)


def test_every_deed_is_tried(world):
    assert deeds(world).keys() == access.DEEDS.keys()


@pytest.mark.parametrize("name", CASES)
def test_a_deed_is_offered_where_its_action_allows_it(world, name):
    conversation = happen(world, CASES[name]["row"])
    actions, before = deeds(world), stored(conversation)
    done = {
        one: sorted(deed for deed in actions if does(account, conversation, actions[deed], before))
        for one, account in world.people.items()
    }
    offered = {
        one: sorted(deed for deed, may in what_may(account, conversation).items() if may)
        for one, account in world.people.items()
        if one in CASES[name]["seen"]
    }
    may = told(CASES[name], "may")
    assert offered == {one: sorted(may[one].split()) for one in may}
    assert done == {one: offered.get(one, []) for one in world.people}


def what_may(account: Account, conversation: Conversation) -> dict[str, bool]:
    return access.what_may(account, conversation, at=timezone.now())


def does(account: Account, conversation: Conversation, action: Any, before: dict[str, Any]) -> bool:
    """Whether the action changes anything; it is undone."""
    with transaction.atomic():
        try:
            action(account, conversation.public_id, at=timezone.now())
            return stored(conversation) != before
        except Refusal:
            return False
        finally:
            transaction.set_rollback(True)


def stored(conversation: Conversation) -> dict[str, object]:
    return dict(Conversation.objects.filter(pk=conversation.pk).values().get())


# An administrator has two ways for some deeds, and is shown one.
SHOWN_OTHERWISE = {
    "take": lambda may, _is_owner: not may["accept"],
    "move": lambda _may, is_owner: not is_owner,
    "transfer": lambda _may, is_owner: is_owner,
    "return": lambda _may, is_owner: is_owner,
}
BUTTONS = {"accept", "pass", "take", "move", "transfer", "return", "invite", "close"}
BUTTONS |= {"reopen", "register", "block", "unblock", "let_in"}


@pytest.mark.once
@pytest.mark.parametrize("name", CASES)
def test_the_page_shows_a_button_for_what_may_be_done(world, name):
    conversation = happen(world, CASES[name]["row"])
    for one in CASES[name]["seen"]:
        account = world.people[one]
        may, is_owner = what_may(account, conversation), conversation.operator == account
        wanted = {deed for deed in BUTTONS if may[deed]}
        hidden = {deed for deed, shows in SHOWN_OTHERWISE.items() if not shows(may, is_owner)}
        kept = {"hold"} if account.is_administrator else set()  # whatever state it is in
        assert buttons(account, conversation) == (wanted - hidden) | kept, one


def buttons(account: Account, conversation: Conversation) -> set[str]:
    page = browser_of(account).get(f"/chat/{conversation.public_id}/").content.decode()
    head = page.partition('id="conversation-actions"')[2].partition("</header>")[0]
    pressed = set(re.findall(rf'hx-(?:get|post)="/chat/{conversation.public_id}/(\w+)/"', head))
    return pressed | ({"accept"} if "data-accept=" in head else set())


FIRST = {one["case"]: one for one in TABLE["write_first"]}


@pytest.mark.parametrize("name", FIRST)
def test_who_may_write_first_to_a_visitor_on_the_site(world, name):
    site, row = world.departments["first"].sites.get(), FIRST[name].get("row")
    if row is None:
        visitor = Visitor.objects.create(site=site, subject="marina", name="Орлова Марина")
    else:
        visitor = happen(world, row).visitor
    visit = on_site(visitor)
    assert {one: answer_to(account, visit) for one, account in world.people.items()} == FIRST[name][
        "answers"
    ]


def answer_to(account: Account, visit: Visit) -> str:
    """Empty where it is done; then it is undone."""
    try:
        with transaction.atomic():
            given: dict[str, Any] = {"client_id": uuid.uuid4(), "text": "Чем помочь?"}
            write_first(account, visit.public_id, **given, at=timezone.now())
            transaction.set_rollback(True)
    except Refusal as refusal:
        return type(refusal).__name__
    return ""


def test_sockets_meet_whom_the_query_finds(world):
    sites = {name: world.departments[name].sites.get() for name in ("first", "other")}
    visitors = {
        name: Visitor.objects.create(site=site, subject=name, name=name)
        for name, site in sites.items()
    }
    for visitor in visitors.values():
        on_site(visitor)
    for account in world.people.values():
        mine = None if account.is_administrator else scope_of(account).sites
        met = {name for name, site in sites.items() if access.meets(site.pk, mine)}
        visits = access.visits_visible_to(account, at=timezone.now())
        assert set(visits.values_list("visitor__subject", flat=True)) == met


# All there could be


def everything(me: str, mine: str) -> list[dict[str, Any]]:
    """Rows of all states, owners, ways and parts, as they may concern one account of a department;
    also those that no action makes.
    """
    ways: list[dict[str, str]] = [{}, {"toAccount": me}, {"toAccount": "stranger"}]
    ways += [{"toDepartment": mine}, {"toDepartment": "other"}]
    parts = [[], [{"account": me, "isIn": True}], [{"account": me, "isIn": False}]]
    parts += [[{"account": "stranger", "isIn": True}]]
    rows = []
    for state, operator, department, way, guests in product(
        ("waiting", "active", "closed"), (me, "stranger"), (mine, "other"), ways, parts
    ):
        owner = {} if state == "waiting" else {"operator": operator}
        if (state == "waiting" and operator == me) or (operator == me and guests[:1] == parts[1]):
            continue
        if state == "waiting" and way:
            continue
        sent = {"sender": "stranger", **way} if way else {}
        rows.append({"state": state, "department": department, **owner, **sent, "guests": guests})
    return rows


@pytest.mark.parametrize("me", ["colleague", "administrator"])
def test_query_memory_and_browser_agree_about_all_there_could_be(world, me):
    account = world.people[me]
    if not account.is_administrator:
        Membership.objects.get_or_create(account=account, department=world.departments["second"])
    rows = everything(me, "first")
    found = [happen(world, row) for row in rows]
    visible = set(access.visible_to(account).values_list("pk", flat=True))
    departments = scope(account)
    judged = {
        one.pk
        for one in found
        if access.sees(facts_of(one, one.transfers.pending().first()), account.pk, departments)
    }
    assert judged == visible
    grouped = group_of(access.groups_of(account))
    assert grouped.keys() == {one.pk for one in found if one.closed_at is None} & visible
    who = {
        "account": me,
        "departments": [one.name for one in account.departments.all()],
        "isAdministrator": account.is_administrator,
    }
    by_browser = in_browser(who, rows)
    shown = {one.pk: group for one, group in zip(found, by_browser, strict=True) if group}
    assert {pk: group for pk, group in shown.items() if pk in visible} == grouped


def in_browser(who: dict[str, Any], rows: list[dict[str, Any]]) -> list[str | None]:
    script = """
        import { groupOf } from "./static/js/zone/access.js";
        const { who, rows } = JSON.parse(process.argv[1]);
        console.log(JSON.stringify(rows.map((row) => groupOf(row, who))));
    """
    given = [{**row, "guests": json.dumps(row["guests"])} for row in rows]
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script, json.dumps({"who": who, "rows": given})],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    groups: list[str | None] = json.loads(done.stdout)
    return groups
