"""`/reports/operators/`: all in one table, one in detail; «Мои показатели» is one's own detail."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from operators.access import account_of, reports_page, staff_page
from operators.models import Account
from reports.access import reads_work_of
from reports.beside import made_beside
from reports.pages.frame import SECTION, report_page, selection_of
from reports.pages.operator_figures import COLUMNS, USUAL, OperatorColumn, own_tiles
from reports.pages.operator_moments import DayOfMoments, moments_of
from reports.pages.operator_pictures import MOST_DAYS, pictures_of
from reports.pages.rows import Head, head_of
from reports.pictures import sparkline, units
from reports.selection import Selection
from reports.work import OperatorReport, OperatorRow, OperatorsTable, operators_table

FILTERS = ("site", "department", "operator")
BY_DAY = gettext_lazy("По дням")


@require_safe
@reports_page(SECTION)
@made_beside
def operators(request: HttpRequest) -> HttpResponse:
    asked = request.GET.get("sort", USUAL)
    sort = asked if asked.removeprefix("-") in COLUMNS else USUAL

    def read(selection: Selection) -> dict[str, Any]:
        table = operators_table(selection, at=timezone.now())
        return {
            "rows": [_row(row) for row in sorted_rows(table.rows, sort)],
            "heads": heads_of(sort),
            "whole": _whole(table),
        }

    selection = selection_of(request)
    return report_page(request, "reports/operators.html", selection, read, only=FILTERS)


def heads_of(sort: str) -> list[Head]:
    named = [
        head_of(column.title, name, True, sort, str(column.definition))
        for name, column in COLUMNS.items()
    ]
    return [Head(_("Оператор")), Head(BY_DAY), *named]


def sorted_rows(rows: list[OperatorRow], sort: str) -> list[OperatorRow]:
    """Who has nothing to be sorted by comes last, whichever way."""
    column = COLUMNS[sort.removeprefix("-")]
    sign = -1 if sort.startswith("-") else 1

    def key(row: OperatorRow) -> tuple[bool, float, str]:
        value = column.of(row)
        return value is None, sign * (value or 0), row.account.name

    return sorted(rows, key=key)


def _row(row: OperatorRow) -> dict[str, Any]:
    return {
        "account": row.account,
        "level": row.level,
        "spark": sparkline(str(BY_DAY), units.CHATS, row.by_day),
        "values": [shown(column, row) for column in COLUMNS.values()],
    }


def shown(column: OperatorColumn, row: OperatorRow) -> str:
    value = column.of(row)
    return "—" if value is None else column.written(value)


def _whole(table: OperatorsTable) -> list[str]:
    """Of all together, as if they were one."""
    if not table.rows:
        return []
    row = replace(table.rows[0], sums=table.whole, attendance=table.attendance)
    return [shown(column, row) for column in COLUMNS.values()]


@require_safe
@reports_page(SECTION)
@made_beside
def operator(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(Account.objects.ever_staff(), pk=pk)
    if not reads_work_of(account_of(request), account):
        raise Http404
    return _detail(request, account, is_own=False)


@require_safe
@staff_page(SECTION)
@made_beside
def own_figures(request: HttpRequest) -> HttpResponse:
    return _detail(request, account_of(request), is_own=True)


def _moments(request: HttpRequest, account: Account, report: OperatorReport) -> list[DayOfMoments]:
    """For whom the page is that they lead to."""
    if not account_of(request).is_administrator:
        return []
    return moments_of(account, report.timeline[:MOST_DAYS], at=report.at)


def _detail(request: HttpRequest, account: Account, *, is_own: bool) -> HttpResponse:
    def read(selection: Selection) -> dict[str, Any]:
        report = OperatorReport(selection, account, at=timezone.now())
        return {
            "tiles": own_tiles(report),
            "pictures": pictures_of(report, with_team=not is_own),
            "comments": report.comments,
            "chats": report.summary.received,
            "moments": _moments(request, account, report),
        }

    selection = selection_of(request)
    if is_own:  # also of departments that one has left
        selection = replace(selection, within=None)
    about = {"account": account, "is_own": is_own}
    template, only = "reports/operator.html", () if is_own else FILTERS[:2]
    return report_page(request, template, selection, read, only=only, about=about)
