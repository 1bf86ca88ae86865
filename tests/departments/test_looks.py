"""Colours of a window: how they are typed, and whether white is read on them."""

import pytest

from departments.looks import OUR_COLOUR, READABLE, contrast_with_white, read_colour


@pytest.mark.parametrize("typed", ["#5B4A9E", "5b4a9e", " #5b4a9e "])
def test_whichever_way_it_is_typed_it_is_one(typed):
    assert read_colour(typed) == "#5b4a9e"


def test_three_digits_are_six():
    assert read_colour("#a0F") == "#aa00ff"


@pytest.mark.parametrize(
    "typed", ["", "#", "red", "#12", "#12345", "#1234567", "#٣٣٣٣٣٣", "#5b4a9e;}"]
)
def test_what_is_none_is_none(typed):
    assert read_colour(typed) is None


@pytest.mark.parametrize(
    ("colour", "contrast"),
    [("#000000", 21.0), ("#ffffff", 1.0), ("#777777", 4.48), ("#767676", 4.54), ("#5b4a9e", 7.2)],
)
def test_the_contrast_is_that_of_the_standard(colour, contrast):
    assert contrast_with_white(colour) == pytest.approx(contrast, abs=0.01)


def test_white_is_read_on_our_own():
    assert contrast_with_white(OUR_COLOUR) >= READABLE
