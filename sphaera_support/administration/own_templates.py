"""«Мои шаблоны» of whoever is signed in; their form also opens in a dialog of the zone."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat import access
from chat.files.refusals import BadFile
from chat.files.storage import Owner
from chat.files.uploads import takes_upload
from chat.text import has_controls
from operators.access import account_of, staff_page
from operators.models import Account
from sphaera_support.administration import answer_templates as pages
from sphaera_support.administration import template_sheets as sheets

SECTION = "profile"


def _own(request: HttpRequest) -> pages.Shelf:
    return pages.Shelf(account_of(request))


@require_safe
@staff_page(SECTION)
def own_templates(request: HttpRequest) -> HttpResponse:
    return pages.list_page(request, _own(request))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(SECTION)
def add_own_template(request: HttpRequest) -> HttpResponse:
    """`message` of `conversation`: what it begins with, something that one has written there."""
    return pages.add_page(request, _own(request), _begun(request))


def _begun(request: HttpRequest) -> dict[str, Any]:
    if "message" not in request.GET:
        return {}
    conversation = request.GET.get("conversation", "")
    try:
        message = UUID(request.GET["message"])
    except ValueError as no_id:
        raise Http404 from no_id
    if has_controls(conversation):
        raise Http404
    said = access.said_by(account_of(request)).filter(conversation__public_id=conversation)
    text = said.filter(client_id=message).values_list("text", flat=True).first()
    if text is None:
        raise Http404
    return {"text": text}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(SECTION)
def change_own_template(request: HttpRequest, pk: int) -> HttpResponse:
    return pages.change_page(request, _own(request), pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(SECTION)
def delete_own_template(request: HttpRequest, pk: int) -> HttpResponse:
    return pages.delete_page(request, _own(request), pk)


@require_safe
@staff_page(SECTION)
def export_own_template(request: HttpRequest) -> HttpResponse:
    return sheets.export_page(_own(request))


def _sender(request: HttpRequest, **_address: int) -> Owner:
    account = request.user
    if not isinstance(account, Account) or not account.is_staff:
        raise BadFile(401, _("Войдите снова: сеанс закончился."))
    return {"account": account}


@takes_upload(_sender)
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(SECTION)
def import_own_template(request: HttpRequest) -> HttpResponse:
    return sheets.import_page(request, _own(request))


@takes_upload(_sender)
@require_POST
@staff_page(SECTION)
def add_file_to_own_template(request: HttpRequest, pk: int) -> HttpResponse:
    return pages.file_page(request, _own(request), pk)


@require_POST
@staff_page(SECTION)
def take_file_from_own_template(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    return pages.file_removal(request, _own(request), pk, file)
