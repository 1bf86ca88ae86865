"""By which contract a visitor is served, and what their operator reads of it."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat.contracts import Source, State, contract_for
from chat.zone.contract_line import contract_line
from tests.cast import browser_of, comes_from, offers_plan, signs_contract

pytestmark = pytest.mark.once

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def plan(elena):
    return offers_plan(elena)


@pytest.fixture
def known(marina):
    """Marina, as her site signs what it knows."""
    marina.email, marina.contract = "Marina@Volga.example", "СФ-2026/0418"
    return marina


def found(visitor, at=NOON):
    return contract_for(visitor, at=at)


def line(visitor, at=NOON):
    return contract_line(found(visitor, at))


def remarks(visitor, at=NOON):
    return line(visitor, at)["remarks"]


@pytest.mark.parametrize(
    ("fields", "source"),
    [
        ({"number": "сф-2026/0418"}, Source.SIGNED),
        ({"number": "A", "customers": ("marina",)}, Source.LOGIN),
        ({"number": "A", "customers": ("marina@volga.example",)}, Source.EMAIL),
    ],
)
def test_each_source_leads_to_the_contract_and_is_named(elena, plan, known, fields, source):
    contract = signs_contract(elena, plan, **fields)
    held = found(known).held
    assert (held.key, held.source, held.plan, held.state) == (
        contract.pk,
        source,
        "Расширенный",
        State.IN_FORCE,
    )


def test_a_site_may_know_its_people_by_their_e_mails(elena, plan, marina):
    marina.subject = "Marina@Volga.example"
    signs_contract(elena, plan, customers=("marina@volga.example",))
    assert found(marina).held.source == Source.LOGIN


def test_a_login_of_another_case_is_another_person(elena, plan, marina):
    signs_contract(elena, plan, customers=("Marina",))
    assert found(marina).held is None


def test_what_only_the_visitor_said_leads_nowhere(elena, plan, marina):
    marina.given_email = "marina@volga.example"
    signs_contract(elena, plan, customers=("marina@volga.example",))
    assert found(marina).held is None


def test_a_conflict_of_sources_is_told_apart(elena, plan, known):
    signs_contract(elena, plan)
    best = offers_plan(elena, "Премиум")
    signs_contract(elena, best, "ПР-1", customers=("marina",), ends_on=date(2026, 12, 31))
    signs_contract(elena, plan, "ПЧ-2", customers=("marina@volga.example",))
    assert found(known).held.number == "СФ-2026/0418"
    assert remarks(known) == [
        "По логину — другой договор: ПР-1, план «Премиум», до 31.12.2026.",
        "По эл. почте — другой договор: ПЧ-2, план «Расширенный», бессрочно.",
    ]


def test_one_contract_by_all_sources_is_no_conflict(elena, plan, known):
    signs_contract(elena, plan, customers=("marina", "marina@volga.example"))
    assert remarks(known) == []


def test_one_that_is_over_is_no_conflict(elena, plan, known):
    signs_contract(elena, plan)
    signs_contract(elena, plan, "A", customers=("marina",), ends_on=date(2026, 11, 25))
    assert remarks(known) == []


def test_of_several_by_one_source_the_one_in_force_is_it(elena, plan, marina):
    for number, begins, ends in (
        ("A", date(2025, 1, 1), date(2025, 12, 31)),
        ("B", date(2026, 1, 1), date(2026, 12, 31)),
        ("C", date(2027, 1, 1), None),
    ):
        fields = {"customers": ("marina",), "begins_on": begins, "ends_on": ends}
        signs_contract(elena, plan, number, **fields)
    assert found(marina).held.number == "B"


@pytest.mark.parametrize(
    ("begins", "ends", "state", "term"),
    [
        (date(2026, 11, 26), date(2026, 11, 26), "in_force", "до 26.11.2026"),
        (date(2026, 1, 1), None, "in_force", "бессрочно"),
        (date(2026, 1, 1), date(2026, 11, 25), "over", "истёк 25.11.2026"),
        (date(2026, 11, 27), None, "ahead", "с 27.11.2026"),
    ],
)
def test_its_term_is_said_in_words(elena, plan, known, begins, ends, state, term):
    signs_contract(elena, plan, begins_on=begins, ends_on=ends)
    assert (line(known)["state"], line(known)["term"]) == (state, term)


def test_a_day_begins_by_the_clock_of_the_site(elena, plan, known):
    signs_contract(elena, plan, ends_on=date(2026, 11, 26))
    known.site.time_zone = "Asia/Vladivostok"
    assert line(known, datetime(2026, 11, 26, 13, tzinfo=UTC))["state"] == "in_force"
    assert line(known, datetime(2026, 11, 26, 14, tzinfo=UTC))["state"] == "over"


def test_what_the_register_does_not_have_is_said(elena, plan, known, marina):
    signs_contract(elena, plan, "A")
    assert remarks(known) == ["Договора «СФ-2026/0418», который назвал сайт, в реестре нет."]
    known.contract = ""
    assert remarks(known) == ["Договора в реестре нет."]


def test_an_unknown_number_is_told_beside_the_contract_of_the_login(elena, plan, known):
    signs_contract(elena, plan, "A", customers=("marina",))
    assert line(known)["number"] == "A"
    assert remarks(known) == ["Договора «СФ-2026/0418», который назвал сайт, в реестре нет."]


def test_another_plan_than_the_site_signed_is_said(elena, plan, known):
    signs_contract(elena, plan)
    known.plan = "расширенный"
    assert remarks(known) == []
    known.plan = "Премиум"
    assert remarks(known) == ["Сайт назвал другой план: «Премиум»."]


def test_an_empty_register_says_nothing(known):
    assert line(known) is None


def test_a_contract_of_another_site_is_none(elena, plan, known, other_site):
    signs_contract(elena, plan, site=other_site.pk, customers=("marina",))
    assert found(known).held is None
    assert found(known).unknown == "СФ-2026/0418"


def test_it_is_found_by_one_statement(elena, plan, known):
    signs_contract(elena, plan, customers=("marina",))
    with CaptureQueriesContext(connection) as asked:
        found(known)
    assert len(asked) == 1


# What the operator sees


@pytest.mark.parametrize("visits", [0, 1])
def test_it_stands_among_the_data_and_is_as_it_is_now(elena, ilya, dialogue, visits):
    for _visit in range(visits):
        comes_from(dialogue.visitor, "203.0.113.7")
    address, browser = f"/chat/{dialogue.public_id}/data/", browser_of(ilya)
    assert "План по договору" not in browser.get(address).content.decode()
    plan = offers_plan(elena, "Без чата", has_chat=False)
    over = timezone.localdate().replace(year=2025)
    signs_contract(elena, plan, begins_on=date(2020, 1, 1), ends_on=over, customers=("marina",))
    page = browser.get(address).content.decode()
    for words in ("План по договору", "Без чата", "без права на чат", "истёк", "по логину"):
        assert words in page
    whole = browser.get(f"/chat/{dialogue.public_id}/").content.decode()
    assert "без права на чат" in whole
