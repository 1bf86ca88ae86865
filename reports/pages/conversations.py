"""`/reports/conversations/`: the summary, the list beneath it, and one conversation of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from chat import access
from operators.access import account_of, reports_page
from reports.actions.counting import is_behind
from reports.beside import made_beside
from reports.conversations import ConversationReport
from reports.details import USUAL, detail_page, neighbours_of
from reports.figures import FIGURES
from reports.limits import TooMuch
from reports.pages.drawn import pictures_of
from reports.pages.frame import SECTION, report_page, selection_of
from reports.pages.one import shown_conversation
from reports.pages.rows import heads_of, row_of, split_rows
from reports.pages.tiles import tiles_of
from reports.selection import Selection

SPLIT = ("received", "missed", "wait", "score")


@require_safe
@reports_page(SECTION)
def reports(request: HttpRequest) -> HttpResponse:
    return redirect("report_conversations")


@require_safe
@reports_page(SECTION)
@made_beside
def conversations(request: HttpRequest) -> HttpResponse:
    after, sort = request.GET.get("after", ""), request.GET.get("sort", USUAL)

    def read(selection: Selection) -> dict[str, Any]:
        report = ConversationReport(selection)
        page = detail_page(selection, after, sort=sort)
        compared = report.comparison
        return {
            "tiles": tiles_of(compared.now, compared.before),
            "pictures": pictures_of(report),
            "scores": report.scores,
            "comments": report.comments[:8],
            "gone": report.gone,
            "splits": split_rows(report, SPLIT),
            "split_heads": [FIGURES[key] for key in SPLIT],
            "rows": [row_of(tally) for tally in page.rows],
            "heads": heads_of(page.sort),
            "sort": page.sort,
            "after": after,
            "next": page.after,
            "count": compared.now.received,
            "is_counting": is_behind(),
        }

    return report_page(request, "reports/conversations.html", selection_of(request), read)


@require_safe
@reports_page(SECTION)
def report_conversation(request: HttpRequest, public_id: str) -> HttpResponse:
    """With those before and after it in the list that it was opened from."""
    found = access.visible_to(account_of(request)).select_related(
        "visitor__site", "operator", "department", "tally"
    )
    conversation = get_object_or_404(found, public_id=public_id)
    selection, sort = selection_of(request), request.GET.get("sort", USUAL)
    try:
        before, after = neighbours_of(selection, conversation.pk, sort=sort)
    except TooMuch:
        before = after = None  # it is read all the same
    context = shown_conversation(conversation, request.GET)
    context |= {"asked": selection.to_query(), "sort": sort, "before": before, "after": after}
    return render(request, "reports/conversation.html", context)
