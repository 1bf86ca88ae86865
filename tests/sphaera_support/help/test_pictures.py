"""The pictures of the help are there, named by its chapters, and as the screens are now."""

import re

import pytest

from sphaera_support.help import pictures
from sphaera_support.help.chapters import PARTS, Reader
from sphaera_support.help.texts import html_of
from tests.cast import browser_of
from tests.screenshots.shots import SHOTS, shown_by, templates_of
from tests.server import ROOT

pytestmark = pytest.mark.once

SHOWN = {
    name
    for part in PARTS
    for chapter in part.chapters
    for name in re.findall(
        r'{% picture "([\w-]+)"', (ROOT / "templates" / chapter.template).read_text()
    )
}
TAKE_THEM = "run `make screenshots`"


def test_every_picture_of_a_chapter_is_taken_and_none_is_for_nobody():
    assert {shot.name for shot in SHOTS} == SHOWN
    assert pictures.taken().keys() == SHOWN, TAKE_THEM


def test_every_picture_is_there_light_and_dark():
    there = {path.name for path in pictures.FOLDER.glob("*.webp")}
    assert there == {f"{name}-{theme}.webp" for name in SHOWN for theme in pictures.THEMES}


def test_no_picture_is_older_than_the_templates_that_it_shows():
    taken = pictures.taken()
    old = [shot.name for shot in SHOTS if taken[shot.name]["shows"] != shown_by(shot)]
    assert old == [], TAKE_THEM


def test_what_pictures_show_are_templates_that_there_are():
    patterns = [found for shot in SHOTS for found in templates_of(shot).items()]
    assert [pattern for pattern, files in patterns if not files] == []


def test_all_of_them_are_a_light_load():
    assert sum(path.stat().st_size for path in pictures.FOLDER.iterdir()) < 2_500_000


def test_a_picture_has_its_place_before_it_is_there_and_follows_the_theme(elena):
    page = browser_of(elena).get("/help/webhooks/").content.decode()
    assert re.search(
        r'<source srcset="[^"]*webhooks-dark[^"]*" media="\(prefers-color-scheme: dark\)', page
    )
    picture = (
        r'webhooks-light[^"]*" alt="Список вебхуков[^"]*" width="\d+" height="\d+" loading="lazy"'
    )
    assert re.search(picture, page)


def test_a_chapter_without_its_pictures_still_reads(monkeypatch):
    monkeypatch.setattr(pictures, "taken", dict)
    chapter = next(one for part in PARTS for one in part.chapters if one.slug == "stage")
    assert "<img" not in html_of(chapter, Reader(True, True, True))
