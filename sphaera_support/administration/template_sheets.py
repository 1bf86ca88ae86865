"""Templates as CSV: taken out as Excel opens it, brought in after a look at what would happen."""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat.actions import templates as actions
from chat.actions.errors import Refusal
from chat.actions.templates import ImportOutdated, TemplateDraft
from chat.models import AnswerTemplate
from chat.text import folded
from sphaera_support.administration.answer_templates import (
    Shelf,
    TemplateForm,
    confirmed_domain,
    known_words,
    sites_named,
)
from sphaera_support.administration.frame import doer_of, page, saved

COLUMNS = {
    "code": gettext_lazy("Код"),
    "title": gettext_lazy("Название"),
    "group": gettext_lazy("Группа"),
    "text": gettext_lazy("Текст"),
    "site": gettext_lazy("Сайт"),
    "position": gettext_lazy("Место"),
    "link_title": gettext_lazy("Заголовок ссылки"),
    "link_url": gettext_lazy("Адрес ссылки"),
}
REQUIRED = ("code", "title", "text")
MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 5000
MOST_SHOWN = 200  # rows of a preview; what is refused comes first
MEGABYTE = 1024 * 1024
# A table opens what begins so as a formula.
_FORMULA = re.compile(r"['=+\-@\t\r]")


class BadSheet(ValueError):
    """No table of templates; with words for who sent it."""


@dataclass(frozen=True)
class Line:
    """A row of the table, by column, and the line of the file where it ends."""

    number: int
    cells: dict[str, str]
    is_too_long: bool = False


@dataclass
class Judged:
    """What would become of a row."""

    line: Line
    outcome: str  # new, changed, same or refused
    reasons: list[str] = field(default_factory=list)
    draft: TemplateDraft | None = None
    version: int = 0

    @property
    def key(self) -> str:
        return folded(self.draft.code) if self.draft else ""


def read_sheet(content: bytes) -> list[Line]:
    """UTF-8 or Windows-1251, by `;` or `,`, the first row naming the columns. Raises BadSheet."""
    if len(content) > MOST_BYTES:
        raise BadSheet(_("Файл больше %s МБ.") % (MOST_BYTES // MEGABYTE))
    text = _decoded(content)
    head, _newline, _rest = text.partition("\n")
    delimiter = ";" if head.count(";") >= head.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = _columns(next(reader, []))
        lines = list(_lines(reader, names))
    except csv.Error as error:
        where = {"line": reader.line_num}
        raise BadSheet(_("Строка %(line)s не читается: проверьте кавычки.") % where) from error
    if not lines:
        raise BadSheet(_("В файле нет строк с шаблонами."))
    return lines


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content:
        raise BadSheet(_("Сохраните файл как CSV в кодировке UTF-8 или Windows-1251."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", errors="replace")


def _columns(head: Sequence[str]) -> list[str]:
    """Ours by their place; empty for a foreign one, which is left out."""
    by_title = {folded(str(title)): name for name, title in COLUMNS.items()}
    names = [by_title.get(folded(title.strip()), "") for title in head]
    missing = [str(COLUMNS[name]) for name in REQUIRED if name not in names]
    if missing:
        listed = ", ".join(f"«{title}»" for title in missing)
        raise BadSheet(_("В первой строке нет столбцов: %s.") % listed)
    return names


def _lines(reader: Any, names: list[str]) -> Iterator[Line]:
    for count, row in enumerate(reader, start=1):
        if count > MOST_ROWS:
            raise BadSheet(_("Строк больше %s. Разделите файл.") % MOST_ROWS)
        if any(cell.strip() for cell in row):
            cells = {name: _plain(cell) for name, cell in zip(names, row, strict=False) if name}
            beyond = any(cell.strip() for cell in row[len(names) :])
            yield Line(reader.line_num, cells, is_too_long=beyond)


def _plain(cell: str) -> str:
    is_guarded = cell.startswith("'") and _FORMULA.match(cell[1:])
    return cell[1:] if is_guarded else cell


def _guarded(cell: object) -> str:
    text = str(cell)
    return f"'{text}" if _FORMULA.match(text) else text


def write_sheet(templates: Iterable[AnswerTemplate]) -> bytes:
    """What `read_sheet` reads as the same; UTF-8 with its mark, by which Excel knows it."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS.values())
    for one in templates:
        site = one.site.name if one.site else ""
        cells = (one.code, one.title, one.group, one.text, site, one.position or "")
        writer.writerow(map(_guarded, (*cells, one.link_title, one.link_url)))
    return sheet.getvalue().encode("utf-8-sig")


def judge(lines: Iterable[Line], shelf: Shelf) -> list[Judged]:
    owned = AnswerTemplate.objects.owned_by(shelf.owner).select_related("site")
    there = {one.code_key: one for one in owned}
    sites, known = sites_named(), known_words()
    met: dict[str, int] = {}
    judged = []
    for line in lines:
        one = _judged(line, there, sites, known)
        if one.key in met and one.draft is not None:
            reason = _("Код «%(code)s» уже был в строке %(line)s.")
            one.reasons.append(reason % {"code": one.draft.code, "line": met[one.key]})
            one.outcome = "refused"
        met.setdefault(one.key, line.number)
        judged.append(one)
    return judged


def _judged(
    line: Line, there: dict[str, AnswerTemplate], sites: dict[int, str], known: list[str]
) -> Judged:
    kept = _link_of(there.get(folded(line.cells.get("code", "").strip())))
    form, reasons = _filled_in(line, kept, sites, known)
    if reasons or not form.is_valid():
        fields = {name: str(COLUMNS.get(name, "")) for name in form.errors}
        told = [f"{fields[name]}: {words[0]}" for name, words in form.errors.items()]
        return Judged(line, "refused", reasons + told)
    draft = form.draft
    template = there.get(folded(draft.code))
    if template is None:
        return Judged(line, "new", draft=draft)
    now = {name: getattr(template, name) for name in actions.FIELDS}
    is_same = draft == TemplateDraft(**now, site=template.site_id)
    return Judged(line, "same" if is_same else "changed", draft=draft, version=template.version)


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
    name = f"templates-{timezone.localdate():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(write_sheet(owned), content_type="text/csv; charset=utf-8", headers=headers)


def import_page(request: HttpRequest, shelf: Shelf) -> HttpResponse:
    """A file is looked at first; sent again with what was shown of it, it is brought in."""
    if request.method != "POST":
        return page(request, "answer_template_import.html", {"shelf": shelf})
    file = request.FILES.get("file")
    judged, seen = list[Judged](), ""
    try:
        if file is None or not file.size:
            raise BadSheet(_("Выберите файл CSV, в котором что-то есть."))
        content = file.read(MOST_BYTES + 1)
        judged = judge(read_sheet(content), shelf)
        seen = _seen(content, judged)
        if request.POST.get("seen"):
            _bring_in(request, shelf, judged, is_as_seen=request.POST["seen"] == seen)
            return saved(shelf.name())
    except BadSheet as bad:
        return _refused(request, shelf, {"error": str(bad)}, 422)
    except Refusal as refusal:
        shown = _preview(judged, seen)
        return _refused(request, shelf, {"error": refusal.detail, **shown}, 409)
    return page(request, "answer_template_import.html", {"shelf": shelf, **_preview(judged, seen)})


def _refused(
    request: HttpRequest, shelf: Shelf, context: dict[str, object], status: int
) -> HttpResponse:
    template = "answer_template_import.html"
    return page(request, template, {"shelf": shelf, **context}, status=status)


def _seen(content: bytes, judged: Iterable[Judged]) -> str:
    """Of the file and what would come of it; another, where either is."""
    told = [f"{one.line.number} {one.outcome} {one.version}" for one in judged]
    return hashlib.sha256(content + "\n".join(told).encode()).hexdigest()


def _bring_in(
    request: HttpRequest, shelf: Shelf, judged: list[Judged], *, is_as_seen: bool
) -> None:
    if not is_as_seen:
        raise ImportOutdated
    at: datetime = timezone.now()
    taken = [one for one in judged if one.outcome in ("new", "changed")]
    actions.import_templates(
        doer_of(request),
        shelf.owner,
        [one.draft for one in taken if one.draft],
        adds={one.key for one in taken if one.outcome == "new"},
        changes={one.key: one.version for one in taken if one.outcome == "changed"},
        at=at,
    )


def _preview(judged: list[Judged], seen: str) -> dict[str, object]:
    order = ("refused", "new", "changed", "same")
    counts = {name: sum(one.outcome == name for one in judged) for name in order}
    shown = sorted(judged, key=lambda one: order.index(one.outcome))[:MOST_SHOWN]
    return {
        "counts": counts,
        "takes": counts["new"] + counts["changed"],
        "shown": shown,
        "more": len(judged) - len(shown),
        "seen": seen,
    }
