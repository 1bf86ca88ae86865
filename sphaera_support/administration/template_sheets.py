"""Templates as a table: its columns, how a row is judged, how those that fit are brought in."""

from collections.abc import Iterable
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.actions import templates as actions
from chat.actions.changes import Doer
from chat.actions.templates import TemplateDraft
from chat.models import AnswerTemplate
from chat.text import folded
from sphaera_support.administration import sheets
from sphaera_support.administration.answer_templates import (
    Shelf,
    TemplateForm,
    confirmed_domain,
    known_words,
    sites_named,
)
from sphaera_support.administration.frame import doer_of
from sphaera_support.administration.sheets import Judged, Line

KIND = sheets.Kind(
    columns={
        "code": gettext_lazy("Код"),
        "title": gettext_lazy("Название"),
        "group": gettext_lazy("Группа"),
        "text": gettext_lazy("Текст"),
        "site": gettext_lazy("Сайт"),
        "position": gettext_lazy("Место"),
        "link_title": gettext_lazy("Заголовок ссылки"),
        "link_url": gettext_lazy("Адрес ссылки"),
    },
    required=("code", "title", "text"),
    most_rows=5000,
)


def write_templates(templates: Iterable[AnswerTemplate]) -> bytes:
    return sheets.write_sheet(
        KIND,
        (
            (
                one.code,
                one.title,
                one.group,
                one.text,
                one.site.name if one.site else "",
                one.position or "",
                one.link_title,
                one.link_url,
            )
            for one in templates
        ),
    )


def judge(shelf: Shelf, lines: Iterable[Line]) -> list[Judged[TemplateDraft]]:
    owned = AnswerTemplate.objects.owned_by(shelf.owner).select_related("site")
    there = {one.code_key: one for one in owned}
    sites, known = sites_named(), known_words()
    judged = [_judged(line, there, sites, known) for line in lines]
    words = _("Код «%(name)s» уже был в строке %(line)s.")
    sheets.refuse_repeats(judged, words, lambda draft: draft.code)
    return judged


def _judged(
    line: Line, there: dict[str, AnswerTemplate], sites: dict[int, str], known: list[str]
) -> Judged[TemplateDraft]:
    kept = _link_of(there.get(folded(line.cells.get("code", "").strip())))
    form, reasons = _filled_in(line, kept, sites, known)
    if reasons or not form.is_valid():
        fields = {name: str(KIND.columns.get(name, "")) for name in form.errors}
        told = [f"{fields[name]}: {words[0]}" for name, words in form.errors.items()]
        return Judged(line, "refused", reasons + told)
    draft = form.draft
    key = folded(draft.code)
    template = there.get(key)
    if template is None:
        return Judged(line, "new", draft=draft, key=key)
    now = {name: getattr(template, name) for name in actions.FIELDS}
    is_same = draft == TemplateDraft(**now, site=template.site_id)
    outcome = "same" if is_same else "changed"
    return Judged(line, outcome, draft=draft, key=key, version=template.version)


def _link_of(template: AnswerTemplate | None) -> dict[str, str]:
    """What a table without columns for it leaves as it is; and what was let pass is not asked
    about again.
    """
    if template is None:
        return {}
    link = {"link_title": template.link_title, "link_url": template.link_url}
    return link | {"even_mixed": confirmed_domain(template)}


def _filled_in(
    line: Line, kept: dict[str, str], sites: dict[int, str], known: list[str]
) -> tuple[TemplateForm, list[str]]:
    """The form of a template as the row would fill it in, and what no field of it can say."""
    reasons = [_("В строке больше столбцов, чем в первой.")] if line.is_too_long else []
    named = line.cells.get("site", "").strip()
    by_name = {folded(name): pk for pk, name in sites.items()}
    if named and folded(named) not in by_name:
        reasons.append(_("Сайта «%s» нет.") % named[:60])
    data = {**kept, **line.cells, "site": by_name.get(folded(named), "")}
    return TemplateForm(data, sites=sites, known=known), reasons


# Pages


def export_page(shelf: Shelf) -> HttpResponse:
    owned = AnswerTemplate.objects.owned_by(shelf.owner).select_related("site")
    return sheets.export_page("templates", write_templates(owned))


def import_page(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    about = sheets.Import(
        kind=KIND,
        template="answer_template_import.html",
        context={"shelf": shelf, "back": shelf.address()},
        done=shelf.name(),
        judge=partial(judge, shelf),
        bring_in=partial(_bring_in, doer_of(request), shelf),
    )
    return sheets.import_page(request, about)


def _bring_in(doer: Doer, shelf: Shelf, taken: list[Judged[TemplateDraft]]) -> None:
    actions.import_templates(
        doer,
        shelf.owner,
        [one.draft for one in taken if one.draft],
        adds={one.key for one in taken if one.outcome == "new"},
        changes={one.key: one.version for one in taken if one.outcome == "changed"},
        at=timezone.now(),
    )
