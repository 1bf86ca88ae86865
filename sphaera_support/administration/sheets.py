"""Tables as CSV: taken out as Excel opens them, brought in after a look at what would happen.

What a table is of says its kind (template_sheets, contract_sheets): its columns, how a row is
judged, how those that were taken are brought in.
"""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chat.actions.errors import ImportOutdated, Refusal
from chat.text import folded
from sphaera_support.administration.frame import page, saved

MOST_BYTES = 5 * 1024 * 1024
MOST_SHOWN = 200  # rows of a preview; what is refused comes first
MEGABYTE = 1024 * 1024
# A table opens what begins so as a formula.
_FORMULA = re.compile(r"['=+\-@\t\r]")

Draft = TypeVar("Draft")


class BadSheet(ValueError):
    """No table of its kind; with words for who sent it."""


@dataclass(frozen=True)
class Kind:
    """Columns by name, with their titles; which of them there must be; the most rows of a file."""

    columns: Mapping[str, Promise]
    required: Sequence[str]
    most_rows: int


@dataclass(frozen=True)
class Line:
    """A row of the table, by column, and the line of the file where it ends."""

    number: int
    cells: dict[str, str]
    is_too_long: bool = False


@dataclass
class Judged(Generic[Draft]):
    """What would become of a row. The key is what it has alone among those of the file."""

    line: Line
    outcome: str  # new, changed, same or refused
    reasons: list[str] = field(default_factory=list)
    draft: Draft | None = None
    key: str = ""
    version: int = 0
    changes: list[str] = field(default_factory=list)  # what would be another, in words


def read_sheet(content: bytes, kind: Kind) -> list[Line]:
    """UTF-8 or Windows-1251, by `;` or `,`, the first row naming the columns. Raises BadSheet."""
    if len(content) > MOST_BYTES:
        raise BadSheet(_("Файл больше %s МБ.") % (MOST_BYTES // MEGABYTE))
    text = _decoded(content)
    head, _newline, _rest = text.partition("\n")
    delimiter = ";" if head.count(";") >= head.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = _columns(next(reader, []), kind)
        lines = list(_lines(reader, names, kind))
    except csv.Error as error:
        where = {"line": reader.line_num}
        raise BadSheet(_("Строка %(line)s не читается: проверьте кавычки.") % where) from error
    if not lines:
        raise BadSheet(_("В файле нет строк, кроме первой."))
    return lines


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in content:
        raise BadSheet(_("Сохраните файл как CSV в кодировке UTF-8 или Windows-1251."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", errors="replace")


def _columns(head: Sequence[str], kind: Kind) -> list[str]:
    """Ours by their place; empty for a foreign one, which is left out."""
    by_title = {folded(str(title)): name for name, title in kind.columns.items()}
    names = [by_title.get(folded(title.strip()), "") for title in head]
    missing = [str(kind.columns[name]) for name in kind.required if name not in names]
    if missing:
        listed = ", ".join(f"«{title}»" for title in missing)
        raise BadSheet(_("В первой строке нет столбцов: %s.") % listed)
    return names


def _lines(reader: Any, names: list[str], kind: Kind) -> Iterator[Line]:
    for count, row in enumerate(reader, start=1):
        if count > kind.most_rows:
            raise BadSheet(_("Строк больше %s. Разделите файл.") % kind.most_rows)
        if any(cell.strip() for cell in row):
            cells = {name: _plain(cell) for name, cell in zip(names, row, strict=False) if name}
            beyond = any(cell.strip() for cell in row[len(names) :])
            yield Line(reader.line_num, cells, is_too_long=beyond)


def _plain(cell: str) -> str:
    is_guarded = cell.startswith("'") and _FORMULA.match(cell[1:])
    return cell[1:] if is_guarded else cell


def guarded(cell: object) -> str:
    """So that no table takes it for a formula: the one place that knows how."""
    text = str(cell)
    return f"'{text}" if _FORMULA.match(text) else text


def write_sheet(kind: Kind, rows: Iterable[Sequence[object]]) -> bytes:
    """What `read_sheet` reads as the same; UTF-8 with its mark, by which Excel knows it."""
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, delimiter=";", lineterminator="\r\n")
    writer.writerow(kind.columns.values())
    writer.writerows(map(guarded, row) for row in rows)
    return sheet.getvalue().encode("utf-8-sig")


def refuse_repeats(
    judged: Iterable[Judged[Draft]], words: str, named: Callable[[Draft], str]
) -> None:
    """Of rows with one key the first is taken; the words tell name and line."""
    met: dict[str, int] = {}
    for one in judged:
        if one.draft is None:
            continue
        if one.key in met:
            one.reasons.append(words % {"name": named(one.draft), "line": met[one.key]})
            one.outcome = "refused"
        met.setdefault(one.key, one.line.number)


# Pages


def export_page(name: str, content: bytes) -> HttpResponse:
    named = f"{name}-{timezone.localdate():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{named}"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


@dataclass(frozen=True)
class Import(Generic[Draft]):
    """What a page brings in: its template with its context, and to which page it leads."""

    kind: Kind
    template: str
    context: Mapping[str, Any]
    done: str
    judge: Callable[[list[Line]], list[Judged[Draft]]]
    bring_in: Callable[[list[Judged[Draft]]], None]


def import_page(request: HttpRequest, about: Import[Any]) -> HttpResponse:
    """A file is looked at first; sent again with what was shown of it, it is brought in."""
    if request.method != "POST":
        return _page(request, about)
    file = request.FILES.get("file")
    judged, seen = list[Judged[Any]](), ""
    try:
        if file is None or not file.size:
            raise BadSheet(_("Выберите файл CSV, в котором что-то есть."))
        content = file.read(MOST_BYTES + 1)
        judged = about.judge(read_sheet(content, about.kind))
        seen = _seen(content, judged)
        if request.POST.get("seen"):
            if request.POST["seen"] != seen:
                raise ImportOutdated
            about.bring_in([one for one in judged if one.outcome in ("new", "changed")])
            return saved(about.done)
    except BadSheet as bad:
        return _page(request, about, {"error": str(bad)}, status=422)
    except Refusal as refusal:
        shown = _preview(judged, seen)
        return _page(request, about, {"error": refusal.detail, **shown}, status=409)
    return _page(request, about, _preview(judged, seen))


def _page(
    request: HttpRequest,
    about: Import[Any],
    shown: Mapping[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    most = {"most_rows": about.kind.most_rows, "most_megabytes": MOST_BYTES // MEGABYTE}
    context = {**about.context, **most, **(shown or {})}
    return page(request, about.template, context, status=status)


def _seen(content: bytes, judged: Iterable[Judged[Any]]) -> str:
    """Of the file and what would come of it; another, where either is."""
    told = [f"{one.line.number} {one.outcome} {one.version}" for one in judged]
    return hashlib.sha256(content + "\n".join(told).encode()).hexdigest()


def _preview(judged: list[Judged[Any]], seen: str) -> dict[str, object]:
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
