"""The help, on a page of its own and, the same in parts, beside the zone."""

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from operators.access import account_of, staff_page
from sphaera_support.help.chapters import Chapter, Reader, chapters_for, parts_for
from sphaera_support.help.search import search
from sphaera_support.help.texts import html_of

LONGEST_ASKED = 200


@require_safe
@staff_page("help")
def help_page(request: HttpRequest) -> HttpResponse:
    """All there is to read, or what was found of it."""
    reader = Reader.of(account_of(request))
    asked = request.GET.get("q", "").strip()[:LONGEST_ASKED]
    found = search(asked, reader)
    return _page(request, "contents", reader, {"asked": asked, "found": found})


@require_safe
@staff_page("help")
def help_chapter(request: HttpRequest, slug: str) -> HttpResponse:
    reader = Reader.of(account_of(request))
    chapters = chapters_for(reader)
    at = _place_of(slug, chapters)
    context = {
        "chapter": chapters[at],
        "text": html_of(chapters[at], reader),
        "previous": chapters[at - 1] if at else None,
        "next": chapters[at + 1] if at + 1 < len(chapters) else None,
    }
    return _page(request, "chapter", reader, context)


def _place_of(slug: str, chapters: list[Chapter]) -> int:
    for at, chapter in enumerate(chapters):
        if chapter.slug == slug:
            return at
    raise Http404


def _page(
    request: HttpRequest, name: str, reader: Reader, context: Mapping[str, object]
) -> HttpResponse:
    """For a drawer of the zone what there is to read alone: reading it there is not leaving."""
    template = f"help/_{name}.html" if request.headers.get("HX-Request") else f"help/{name}.html"
    return render(request, template, {"section": "help", "parts": parts_for(reader), **context})
