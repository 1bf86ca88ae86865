"""What is drawn, read, and told apart in the pictures of reports."""

import re
from xml.etree.ElementTree import fromstring

import pytest

from reports.pictures import (
    Day,
    Label,
    Part,
    Series,
    Span,
    Stacks,
    band,
    heat_map,
    line_picture,
    share_bars,
    sparkline,
    stacked_bars,
    timeline,
)
from reports.pictures.band import Kind, Piece
from reports.pictures.units import CONVERSATIONS, DURATION, SCORES

pytestmark = pytest.mark.once

LABELS = [Label("2", "Понедельник, 2 ноября"), Label("3", "Вторник, 3"), Label("4", "Среда, 4")]
ACCEPTED = Series("принято", CONVERSATIONS, [46, 0, None])
MISSED = Series("пропущено", CONVERSATIONS, [14, 0, None])
WAIT = Series("ожидание", DURATION, [104, None, None])
BARS = stacked_bars("days", "По дням", Stacks(LABELS, [ACCEPTED, MISSED], WAIT))
NIGHT: list[list[float | None]] = [[None] * 24 for _ in range(7)]
PICTURES = [
    BARS,
    heat_map("heat", "Часы", [[1] * 24, *NIGHT[1:]], CONVERSATIONS),
    line_picture("line", "Ожидание", LABELS, [WAIT]),
    share_bars("scores", "Оценки", [Part("★", "1 из 5", 3)], SCORES),
    timeline("there", "Присутствие", [Day(LABELS[0], [Span(0, 9, 18)], "9 ч")], ["в сети"]),
    band(
        "band",
        "День",
        [Piece(0, 0.5, None, "0:00–12:00"), Piece(0.5, 0.5, 0, "12:00–12:00", "перерыв")],
        [Kind("не в сети", "stack-1", 2)],
        [(0.5, "12")],
        description="Половина дня не известна.",
        mark=0.5,
    ),
]


def looks(picture):
    """Classes of everything drawn."""
    return [element.get("class", "") for element in fromstring(picture.svg).iter()]


def tips(picture):
    return [one for e in fromstring(picture.svg).iter() if (one := e.get("data-tip"))]


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.key)
def test_every_picture_is_named_and_put_into_words(picture):
    root = fromstring(picture.svg)
    assert root.get("role") == "img"
    named = {element.get("id"): element.text for element in root}
    assert named[root.get("aria-labelledby")] == picture.title
    assert named[root.get("aria-describedby")]


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.key)
def test_every_picture_is_a_table_too(picture):
    assert {len(row) for row in picture.table.rows} == {len(picture.table.head)}


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.key)
def test_no_colour_and_no_style_is_in_the_markup(picture):
    assert not re.search(r"style=|#[0-9a-f]{3}\b|rgb|oklch", picture.svg)


def test_a_day_is_read_with_its_units():
    assert tips(BARS)[0].splitlines() == [
        "Понедельник, 2 ноября",
        "принято: 46 обращений",
        "пропущено: 14 обращений",
        "ожидание: 1:44 мин:с",
    ]


def test_what_is_not_known_is_neither_drawn_nor_read_as_nothing():
    assert (looks(BARS).count("zero"), looks(BARS).count("missing")) == (1, 1)
    assert "принято: 0 обращений" in tips(BARS)[1]
    assert "принято: нет данных" in tips(BARS)[2]
    assert [row[1] for row in BARS.table.rows] == ["46", "0", "нет данных"]


def test_the_second_of_a_stack_differs_by_a_pattern():
    stacks = {e.get("class"): e.get("fill") for e in fromstring(BARS.svg).iter() if e.get("class")}
    assert (stacks["stack stack-1"], stacks["stack stack-2"]) == (None, "url(#days-fill-2)")
    assert [key.fill for key in BARS.legend] == ["", "url(#days-fill-2)", ""]


def test_the_alternative_names_the_most_and_the_least():
    words = fromstring(BARS.svg).find("desc").text or ""
    assert "Больше всего: Понедельник, 2 ноября, 60 обращений" in words
    assert "меньше всего: Вторник, 3, 0 обращений" in words


def test_a_line_breaks_where_nothing_is_known():
    values = [1, 2, None, 3, None]
    labels = [Label(str(at), str(at)) for at in range(5)]
    drawn = looks(line_picture("l", "Л", labels, [Series("с", DURATION, values)]))
    assert (drawn.count("segment"), drawn.count("dot")) == (1, 1)


def test_the_map_has_six_steps_and_a_place_for_nothing():
    days: list[list[float | None]] = [[0, 1, 5, 9, 13, 17, 21, *[0] * 17], *NIGHT[1:]]
    drawn = looks(heat_map("h", "Часы", days, CONVERSATIONS))
    assert [f"heat heat--{step}" in drawn for step in range(7)] == [True] * 7
    assert "heat heat--missing" in drawn


def test_a_map_of_a_working_day_leaves_the_night_out():
    days: list[list[float | None]] = [[*[0] * 9, 4, *[0] * 14], *NIGHT[1:]]
    assert heat_map("h", "Ч", days, CONVERSATIONS).table.head[1:] == tuple(
        f"{hour}:00" for hour in range(9, 19)
    )


def test_shares_of_nothing_are_not_told():
    picture = share_bars("s", "О", [Part("★", "1 из 5", 0)], SCORES)
    assert tips(picture) == ["1 из 5\n0 оценок"]


def test_absence_and_a_day_of_which_nothing_is_known_differ():
    days = [Day(LABELS[0], []), Day(LABELS[1], None)]
    picture = timeline("t", "П", days, ["в сети"])
    assert [tip.split("\n")[1] for tip in tips(picture)] == ["не было", "нет данных"]
    assert {"track", "missing"} <= set(looks(picture))


def test_a_year_of_days_has_room_for_its_labels():
    labels = [Label(str(at), str(at)) for at in range(365)]
    series = Series("принято", CONVERSATIONS, [1] * 365)
    ticks = list(looks(stacked_bars("y", "Г", Stacks(labels, [series]))))
    assert sum(look.startswith("tick tick--0") for look in ticks) <= 6
    assert sum(look.startswith("tick tick--") for look in ticks) <= 60


def test_hostile_names_stay_words():
    part = Part("<b>", "<script>alert(1)</script>", 1)
    assert "<script>" not in share_bars("s", "<b>", [part], SCORES).svg
    assert "<b>" not in sparkline("<b>", SCORES, [1])


def test_a_picture_of_no_days_is_empty_and_not_broken():
    picture = stacked_bars("d", "П", Stacks([], [Series("принято", CONVERSATIONS, [])]))
    assert fromstring(picture.svg).find("desc").text == "нет данных"
