"""The chapter of a page, and what chapters are written with."""

from typing import Any

from django import template
from django.conf import settings

from operators.models import Account
from reports.figures import FIGURES, Figure
from reports.pages.operator_figures import COLUMNS
from sphaera_support.help import pictures
from sphaera_support.help.chapters import Chapter, Reader, chapter_about

register = template.Library()


@register.simple_tag(takes_context=True)
def chapter_of_page(context: template.Context) -> Chapter | None:
    request = context.get("request")
    if request is None or not isinstance(request.user, Account):
        return None
    match = request.resolver_match
    found = chapter_about(match.url_name if match else None, request.path)
    return found if found and Reader.of(request.user).may_read(found.audience) else None


@register.inclusion_tag("help/_picture.html")
def picture(name: str, words: str) -> dict[str, Any]:
    """A screen, and in words what it shows."""
    files = {theme: pictures.file_of(name, theme) for theme in pictures.THEMES}
    return {"taken": pictures.taken().get(name), "words": words, **files}


@register.simple_tag
def largest_file() -> int:
    """Of staff, in MB."""
    return int(settings.STAFF_FILE_SIZE) // 2**20


@register.simple_tag
def report_figures() -> list[Figure]:
    """The words of their tooltips: there are no second ones."""
    return list(FIGURES.values())


@register.simple_tag
def operator_figures() -> list[tuple[Any, Any]]:
    return [(column.title, column.definition) for column in COLUMNS.values()]
