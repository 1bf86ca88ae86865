"""Every page there is has a chapter, every chapter is there and is linked to."""

import re
from collections.abc import Iterator
from itertools import product

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.encoding import iri_to_uri

from sphaera_support.help.chapters import PARTS, Reader, chapter_about, chapters_for
from sphaera_support.help.texts import html_of, sections_of
from tests.cast import browser_of
from tests.server import ROOT

pytestmark = pytest.mark.once

# No pages of staff: the window of visitors, what programs ask, bytes, probes, what leads on, and
# the help itself.
NO_PAGES = re.compile(
    r"/(|settings/|healthz|readyz|worker\.js|(widget|api|notices|files|photos|help)/.*)"
)
CHAPTERS = [chapter for part in PARTS for chapter in part.chapters]
EVERYTHING, NOTHING = Reader(True, True, True), Reader(False, False, False)


def routes(resolver: URLResolver, before: str = "/") -> Iterator[tuple[str, str]]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield str(one.name), route
        else:
            yield from routes(one, route)


def test_every_page_has_a_chapter():
    found = routes(get_resolver())
    pages = [(name, iri_to_uri(route)) for name, route in found if not NO_PAGES.fullmatch(route)]
    assert len(pages) > 100
    assert [name for name, route in pages if chapter_about(name, route) is None] == []


def test_the_chapters_are_the_files_that_there_are():
    files = {path.name for path in (ROOT / "templates/help/chapters").iterdir()}
    assert files == {chapter.template.rpartition("/")[2] for chapter in CHAPTERS}


def test_no_two_chapters_are_one():
    for attribute in ("slug", "title"):
        named = [str(getattr(chapter, attribute)) for chapter in CHAPTERS]
        assert sorted(set(named)) == sorted(named)


def test_every_chapter_reads_for_everybody_and_its_anchors_are_different():
    readers = [Reader(*rights) for rights in product((False, True), repeat=3)]
    for reader in readers:
        for chapter in chapters_for(reader):
            anchors = [section.anchor for section in sections_of(chapter, reader)]
            assert sorted(set(anchors)) == sorted(anchors), chapter.slug


def test_chapters_lead_to_chapters_that_there_are():
    linked = {
        slug
        for chapter in CHAPTERS
        for slug in re.findall(r'href="/help/([\w-]+)/', html_of(chapter, EVERYTHING))
    }
    assert linked <= {chapter.slug for chapter in CHAPTERS}


def test_an_operator_reads_nothing_about_the_settings():
    slugs = {chapter.slug for chapter in chapters_for(NOTHING)}
    assert slugs & {"webhooks", "zone"} == {"zone"}


@pytest.mark.parametrize(
    ("page", "chapter"),
    [
        ("/settings/webhooks/", "webhooks"),
        ("/settings/webhooks/add/", "webhooks"),
        ("/history/", "history"),
        ("/tickets/incidents/", "incidents"),
    ],
)
def test_a_page_leads_to_its_chapter(elena, page, chapter):
    answer = browser_of(elena).get(page).content.decode()
    assert re.search(rf'page-help" href="/help/{chapter}/"', answer)


def test_chapters_are_read_one_after_another(ilya):
    page = browser_of(ilya).get("/help/accept/").content.decode()
    assert re.search(r'rel="prev" href="/help/zone/"', page)
    assert re.search(r'rel="next" href="/help/answer/"', page)
    assert 'aria-current="page">Принять посетителя' in page


@pytest.mark.parametrize("slug", ["webhooks", "nothing"])
def test_a_chapter_that_is_not_for_them_is_not_there(ilya, slug):
    assert browser_of(ilya).get(f"/help/{slug}/").status_code == 404


def test_beside_the_zone_there_is_the_chapter_alone(ilya):
    part = browser_of(ilya).get("/help/close/", headers={"HX-Request": "true"}).content.decode()
    assert "Закрыть обращение</h2>" in part
    assert "<html" not in part


def test_every_key_of_the_zone_is_in_the_list():
    script = (ROOT / "static/js/zone/keys.js").read_text()
    keys = set(re.findall(r"\bKey([A-Z])\b", script))
    listed = (ROOT / "templates/zone/shell/_key_list.html").read_text()
    assert len(keys) >= 6
    assert [key for key in keys if f"<kbd data-alt>Alt</kbd><kbd>{key}</kbd>" not in listed] == []
    for name in ("F1", "F6", "?"):
        assert f'event.key === "{name}"' in script
        assert f"<kbd>{name}</kbd>" in listed
