"""How critical a request is: proposed by a table, with the reason in words."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from departments.criticality import (
    CELLS,
    USUAL_TABLE,
    Criticality,
    Impact,
    Urgency,
    propose,
    read_table,
    stored_table,
)

tables = st.dictionaries(st.sampled_from(CELLS), st.sampled_from(Criticality))


def test_the_usual_table_has_every_cell_and_rises_with_both():
    assert set(USUAL_TABLE) == set(CELLS)
    for urgency in Urgency:
        assert all(USUAL_TABLE[a, urgency] <= USUAL_TABLE[b, urgency] for a, b in pairwise(Impact))
    for impact in Impact:
        assert all(USUAL_TABLE[impact, a] <= USUAL_TABLE[impact, b] for a, b in pairwise(Urgency))


def test_the_reason_is_told():
    proposal = propose(Impact.ALL, Urgency.STOPS, table=USUAL_TABLE)
    assert proposal.criticality == Criticality.CRITICAL
    assert proposal.reason == "Вся организация, работа стоит: критическая."


def test_a_plan_has_its_own_cell_and_the_reason_says_so():
    own = {(Impact.ONE, Urgency.STOPS): Criticality.CRITICAL}
    asked = (Impact.ONE, Urgency.STOPS)
    proposal = propose(*asked, table=USUAL_TABLE, plan="Премиум", of_plan=own)
    assert proposal.criticality == Criticality.CRITICAL
    assert proposal.reason == (
        "Один человек, работа стоит: на плане «Премиум» — критическая, у других — высокая."
    )


@given(tables, tables, st.sampled_from(CELLS))
def test_the_plan_goes_before_the_table_and_the_table_before_the_usual(table, of_plan, cell):
    proposal = propose(*cell, table=table, plan="Базовый", of_plan=of_plan)
    assert proposal.criticality == {**USUAL_TABLE, **table, **of_plan}[cell]
    assert str(proposal.criticality.label) in proposal.reason


@given(tables)
def test_a_table_is_read_as_it_was_stored(table):
    assert read_table(stored_table(table)) == table


@pytest.mark.parametrize("stored", [None, [], "x", {"9-9": 1, "1-1": 7, "1-2": "x", "2-1": None}])
def test_what_is_no_table_says_nothing(stored):
    assert read_table(stored) == {}
