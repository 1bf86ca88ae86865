"""`/reports/schedules/`: what comes by e-mail to whoever looks, and a page that adds to it."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat.actions.errors import Refusal
from operators.access import account_of, scheduling_page
from reports.actions import schedules as actions
from reports.exports.models import Format
from reports.pages.filters import condition_words
from reports.pages.frame import SECTION, selection_of
from reports.schedules.models import Every, ReportSchedule
from reports.schedules.sources import PAGES

TITLES: dict[str, Any] = {
    "conversations": gettext_lazy("Отчёт по перепискам"),
    "operators": gettext_lazy("Отчёт по операторам"),
}
SHAPES = (Format.XLSX, Format.CSV, Format.CSV_COMMA)


@require_safe
@scheduling_page(SECTION)
def report_schedules(request: HttpRequest) -> HttpResponse:
    schedules = ReportSchedule.objects.visible_to(account_of(request))
    rows = [{"schedule": one, "title": TITLES[one.source], "page": _page(one)} for one in schedules]
    context = {"rows": rows, "is_on": settings.SENDS_MAIL, "saved": request.GET.get("saved", "")}
    return render(request, "reports/schedules.html", context)


def _page(schedule: ReportSchedule) -> str:
    return f"{reverse(PAGES[schedule.source])}?{schedule.asked}"


@require_http_methods(["GET", "HEAD", "POST"])
@scheduling_page(SECTION)
def add_schedule(request: HttpRequest, source: str) -> HttpResponse:
    """The filter is the address's, as that of the page it is reached from."""
    if source not in PAGES:
        raise Http404
    chosen = request.POST.get("every", Every.WEEK), request.POST.get("format", Format.XLSX)
    if request.method != "POST":
        return _adding(request, source, chosen)
    every, shape = chosen
    if every not in Every.values or shape not in Format.values:
        raise Http404
    account, asked, at = account_of(request), request.GET.urlencode(), timezone.now()
    try:
        actions.add_schedule(account, source, asked, every, Format(shape), at=at)
    except Refusal as refusal:
        return _adding(request, source, chosen, refusal)
    return redirect(f"{reverse('report_schedules')}?saved=saved")


def _adding(
    request: HttpRequest, source: str, chosen: tuple[str, str], refusal: Refusal | None = None
) -> HttpResponse:
    selection = selection_of(request)
    context: dict[str, Any] = {
        "source": source,
        "title": TITLES[source],
        "words": ", ".join(condition_words(selection)),
        "back": f"{reverse(PAGES[source])}?{selection.to_query()}",
        "is_on": settings.SENDS_MAIL,
        "periods": Every.choices,
        "shapes": [(one.value, one.label) for one in SHAPES],
        "every": chosen[0],
        "shape": chosen[1],
        "refusal": refusal.detail if refusal else "",
    }
    status = 200 if refusal is None else 409 if refusal.code == "unavailable" else 422
    return render(request, "reports/schedule.html", context, status=status)


@require_POST
@scheduling_page(SECTION)
def stop_schedule(request: HttpRequest, pk: int) -> HttpResponse:
    account = account_of(request)
    get_object_or_404(ReportSchedule.objects.visible_to(account), pk=pk)
    actions.stop_schedule(account, pk)
    return redirect(f"{reverse('report_schedules')}?saved=deleted")
