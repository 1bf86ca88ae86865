"""`/exports/`: a press on a page that shows something takes it out; what is large comes later."""

from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from chat.actions.changes import Doer
from chat.history.deadline import TookTooLong
from operators.access import account_of, exporting_page
from operators.addresses import client_address, parse_address
from reports.actions import exports as actions
from reports.exports.answers import as_download, file_response, sheet_response
from reports.exports.columns import NotExportable
from reports.exports.models import Export, Format
from reports.exports.sources import SOURCES, sheet_of
from reports.limits import TooMuch

SECTION = "reports"
MOST_LISTED = 50
NOTED = "export"  # in the session: of which the top bar tells until its owner has seen its end


def doer_of(request: HttpRequest) -> Doer:
    address = parse_address(client_address(request))
    return Doer(account_of(request), str(address) if address else None)


@require_POST
@exporting_page(SECTION)  # type: ignore[arg-type]
def begin_export(request: HttpRequest, source: str) -> HttpResponseBase:
    """The filter is the address's, as that of the page it stands on."""
    chosen = request.POST.get("format", "")
    if source not in SOURCES or chosen not in Format.values:
        raise Http404
    doer, shape, at = doer_of(request), Format(chosen), timezone.now()
    try:
        sheet = sheet_of(source, doer.account, request.GET)
        is_large = sheet.count(actions.AT_ONCE + 1) > actions.AT_ONCE
    except NotExportable as refused:
        return render(request, "reports/exports.html", _listed(request, refused), status=422)
    if is_large:
        asked = request.GET.urlencode()
        export = actions.begin_export(doer, source, asked, sheet, shape, at=at)
        request.session[NOTED] = export.public_id
        return redirect("export", export.public_id)
    try:
        answer = sheet_response(sheet, shape, actions.file_name(sheet, shape, at=at))
    except (TooMuch, TookTooLong):
        late = NotExportable(TooMuch().detail)
        return render(request, "reports/exports.html", _listed(request, late), status=422)
    actions.note_export(doer, sheet, shape, at=at)
    return answer


def _listed(request: HttpRequest, refused: NotExportable | None = None) -> dict[str, object]:
    exports = Export.objects.visible_to(account_of(request))[:MOST_LISTED]
    return {"exports": exports, "refused": refused.detail if refused else ""}


@require_safe
@exporting_page(SECTION)
def exports(request: HttpRequest) -> HttpResponse:
    return render(request, "reports/exports.html", _listed(request))


def _own(request: HttpRequest, public_id: str) -> Export:
    return get_object_or_404(Export.objects.visible_to(account_of(request)), public_id=public_id)


@require_safe
@exporting_page(SECTION)
def export(request: HttpRequest, public_id: str) -> HttpResponse:
    """How far it is; what htmx asks for again and again is that part alone."""
    own, is_part = _own(request, public_id), request.headers.get("HX-Request")
    template = "reports/_export.html" if is_part else "reports/export.html"
    if not own.is_open and request.session.get(NOTED) == own.public_id:
        del request.session[NOTED]
    return render(request, template, {"export": own})


@require_safe
@exporting_page(SECTION)
def export_note(request: HttpRequest) -> HttpResponse:
    """What the top bar asks for, on whatever page its owner is meanwhile."""
    exports = Export.objects.visible_to(account_of(request))
    noted = exports.filter(public_id=request.session.get(NOTED, "")).first()
    return render(request, "reports/_export_note.html", {"export": noted})


@require_POST
@exporting_page(SECTION)
def cancel_export(request: HttpRequest, public_id: str) -> HttpResponse:
    own = _own(request, public_id)
    actions.cancel_export(own, at=timezone.now())
    return redirect("export", own.public_id)


@require_safe
@exporting_page(SECTION)  # type: ignore[arg-type]
def download_export(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """What is no more, or not yet, is said on its page."""
    own = _own(request, public_id)
    is_over = own.expires_at is None or own.expires_at <= timezone.now()
    if own.state != Export.State.READY or is_over:
        return render(request, "reports/export.html", {"export": own}, status=404)
    try:
        return as_download(file_response(Path(own.path)), own.name)
    except FileNotFoundError:
        return render(request, "reports/export.html", {"export": own}, status=404)
