"""What docs/reports.md says of each figure is what the tooltip says, and what is counted."""

import pytest

from reports.figures import FIGURES
from reports.models import Fate, Kind
from reports.sums import Sums
from reports.work_figures import WORK_FIGURES
from tests.reports import story

ROWS, WORK = story.rows()
WHOLE = story.whole()
COUNTED = story.counted()


def test_every_figure_is_in_the_document_and_no_other():
    assert list(ROWS) == list(FIGURES)


@pytest.mark.parametrize("key", FIGURES)
def test_the_words_are_the_same(key):
    title, words, _value = ROWS[key]
    assert (title, words) == (str(FIGURES[key].title), str(FIGURES[key].definition))


@pytest.mark.parametrize("key", FIGURES)
def test_the_example_counts_so(key):
    expected = ROWS[key][2]
    near = 0.05 if key.endswith(("_median", "_p90")) else 1e-9
    assert FIGURES[key].of(WHOLE) == pytest.approx(expected, rel=near)


def test_every_figure_of_an_operator_is_there_and_counts_so():
    sums, attendance = story.work(), story.attendance()
    told = {
        key: (str(figure.title), str(figure.definition), figure.of(sums, attendance))
        for key, figure in WORK_FIGURES.items()
    }
    assert told == WORK


@pytest.mark.parametrize(
    ("name", "fate", "kind", "level"),
    [
        ("A", Fate.ANSWERED, Kind.FULL, 1),
        ("B", Fate.MISSED, Kind.NO_OPERATOR, 1),
        ("C", Fate.OFFLINE, Kind.NO_OPERATOR, 1),
        ("D", Fate.ANSWERED, Kind.NO_VISITOR, 1),
        ("E", Fate.ANSWERED, Kind.NO_VISITOR, 1),
        ("F", Fate.WAITING, Kind.OTHER, 1),
    ],
)
def test_each_conversation_came_to_that(name, fate, kind, level):
    tally = COUNTED[name].tally
    assert (tally.fate, tally.kind, tally.level) == (fate, kind, level)


def test_each_operator_has_their_part():
    shares = [share for one in COUNTED.values() for share in one.shares]
    parts = {
        account: [
            (share.response, share.seconds, share.handed, share.taken, share.bounces)
            for share in shares
            if share.account_id == account
        ]
        for account in (1, 2)
    }
    assert parts[1] == [(30, 600, 0, 0, 0), (30, 900, 1, 0, 1), (30, 600, 0, 0, 0)]
    assert parts[2] == [(60, 300, 0, 1, 0)]


def test_one_over_midnight_is_of_the_day_it_began():
    assert (COUNTED["E"].tally.day.day, COUNTED["E"].tally.hour) == (10, 23)


def test_what_is_open_has_no_end_yet():
    assert (COUNTED["C"].tally.closed_at, COUNTED["C"].tally.duration) == (None, None)


def test_sums_are_kept_as_a_row_and_taken_away_again():
    kept = Sums()
    kept.add_row(WHOLE.as_row())
    assert kept == WHOLE
    kept.add(WHOLE, -1)
    assert kept.is_nothing
