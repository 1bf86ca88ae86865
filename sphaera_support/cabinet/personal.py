"""«Мои данные»: what is kept about a customer, a copy of it, and what they may ask to be done."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat.actions import archives, data_requests
from chat.actions.consents import withdraw_consent
from chat.actions.errors import Refusal
from chat.files.downloads import Stored, hand_out_archive
from chat.models import DataArchive, DataRequest, Visitor, session_digest
from chat.personal import told
from chat.personal.kept import kinds_of
from chat.wire.files import size_text
from chat.zone.answers import status_of
from operators.addresses import client_address, parse_address
from operators.models import Account
from sphaera_support.cabinet.pages import cabinet_context, own_site, visitor_of
from sphaera_support.cabinet.sessions import session_key_of, signed_in_customer

SAYS = {
    "asked": _("Запрос принят. Ответ появится на этой странице."),
    "withdrawn": _("Запрос отозван."),
    "consent": _("Согласие отозвано. Перед следующим сообщением чат спросит его снова."),
}


@require_safe
@never_cache
@gzip_page
def my_data(request: HttpRequest) -> HttpResponse:
    account = signed_in_customer(request)
    if account is None:
        return redirect("cabinet")
    return _page(request, account)


@require_POST
@never_cache
def withdraw(request: HttpRequest) -> HttpResponse:
    """The consent to the notice about personal data."""
    account, visitor = _poster(request)
    if account is None or visitor is None:
        return redirect("cabinet")
    parsed = parse_address(client_address(request))
    address = str(parsed) if parsed else None
    withdraw_consent(visitor, address=address, at=timezone.now())
    return _said("consent")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@gzip_page
def ask(request: HttpRequest, kind: str) -> HttpResponse:
    """A form of its own for each kind of request."""
    account = signed_in_customer(request)
    visitor = visitor_of(account) if account else None
    if account is None:
        return redirect("cabinet")
    if visitor is None or kind not in DataRequest.Kind.values:
        raise Http404(_("Такого запроса нет"))
    if request.method != "POST":
        return _form(request, account, visitor, kind)
    if request.POST.get("customer") != str(account.pk):
        return redirect("cabinet")
    typed = {name: request.POST.get(name, "") for name in ("text", "asked_name", "asked_email")}
    asked = data_requests.Asked(typed["text"], typed["asked_name"], typed["asked_email"])
    try:
        data_requests.ask_about_data(visitor, kind, asked, at=timezone.now())
    except Refusal as refusal:
        return _form(request, account, visitor, kind, typed, refusal)
    return _said("asked")


@require_POST
@never_cache
def withdraw_request(request: HttpRequest, pk: int) -> HttpResponse:
    account, visitor = _poster(request)
    if account is None or visitor is None:
        return redirect("cabinet")
    try:
        data_requests.withdraw_request(visitor, pk, at=timezone.now())
    except Refusal as refusal:
        return _page(request, account, refusal)
    return _said("withdrawn")


@require_POST
@never_cache
def ask_for_archive(request: HttpRequest) -> HttpResponse:
    """«Скачать всё»."""
    account, visitor = _poster(request)
    if account is None or visitor is None:
        return redirect("cabinet")
    try:
        archives.ask_for_archive(visitor, session_key_of(request), at=timezone.now())
    except Refusal as refusal:
        return _page(request, account, refusal)
    return redirect("cabinet_data")


@require_safe
@never_cache
def archive_state(request: HttpRequest) -> HttpResponse:
    """How far it is, asked for again and again by the page."""
    account = signed_in_customer(request)
    visitor = visitor_of(account) if account else None
    if account is None:
        return HttpResponse(status=204)
    context = _archive(request, visitor) | {"customer": account.customer}
    return render(request, "cabinet/_archive.html", context)


@require_safe
@never_cache
def archive(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """To the very session that asked, until the day is over."""
    account = signed_in_customer(request)
    if account is None:
        return redirect("cabinet")
    visitor = visitor_of(account)
    found = DataArchive.objects.filter(visitor=visitor, public_id=public_id).first()
    if visitor is None or found is None or found.state != DataArchive.State.READY:
        raise Http404(_("Такого архива нет: соберите новый."))
    if found.valid_until <= timezone.now():
        return _gone(request, account, _("Ссылка действовала сутки. Соберите архив заново."), 410)
    if found.session_digest != session_digest(session_key_of(request)):
        words = _("Этот архив собирали в другом сеансе входа. Соберите новый в этом.")
        return _gone(request, account, words, 403)
    stored = Stored(found.file, found.size, found.public_id)
    name = f"Мои данные {timezone.localtime(found.asked_at):%Y-%m-%d}.zip"
    try:
        return hand_out_archive(request, stored, name)
    except FileNotFoundError:
        return _gone(request, account, _("Файла архива уже нет. Соберите его заново."), 410)


def _gone(request: HttpRequest, account: Account, words: str, status: int) -> HttpResponse:
    context = cabinet_context(account) | {"words": words}
    return render(request, "cabinet/archive_gone.html", context, status=status)


def _poster(request: HttpRequest) -> tuple[Account | None, Visitor | None]:
    """Who opened the page that was sent; nobody, where another has signed in since."""
    account = signed_in_customer(request)
    if account is None or request.POST.get("customer") != str(account.pk):
        return None, None
    return account, visitor_of(account)


def _said(what: str) -> HttpResponse:
    response = redirect("cabinet_data")
    response["Location"] += f"?said={what}"
    return response


def _page(request: HttpRequest, account: Account, refusal: Refusal | None = None) -> HttpResponse:
    visitor, site = visitor_of(account), own_site()
    mine = DataRequest.objects.of_subject(site, account.login) if site else ()
    context: dict[str, Any] = cabinet_context(account) | {
        "visitor": visitor,
        "kinds": kinds_of(visitor) if visitor else [],
        "consents": told.consents(visitor) if visitor else [],
        "requests": mine,
        "open_kinds": {one.kind for one in mine if one.is_open},
        **_archive(request, visitor),
        "said": SAYS.get(request.GET.get("said", ""), ""),
        "error": refusal.detail if refusal else "",
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "cabinet/my_data.html", context, status=status)


def _form(
    request: HttpRequest,
    account: Account,
    visitor: Visitor,
    kind: str,
    typed: dict[str, str] | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    context = cabinet_context(account) | {
        "kind": kind,
        "visitor": visitor,
        "typed": typed or {},
        "error": refusal.detail if refusal else "",
        "error_field": refusal.field if refusal else "",
        "days": DataRequest.WORKING_DAYS,
        "most": DataRequest.MOST_TEXT,
    }
    status = status_of(refusal) if refusal else 200
    return render(request, "cabinet/ask_about_data.html", context, status=status)


def _archive(request: HttpRequest, visitor: Visitor | None) -> dict[str, Any]:
    """The latest of this session, while its day lasts."""
    mine = DataArchive.objects.lately(timezone.now()).filter(
        visitor=visitor, session_digest=session_digest(session_key_of(request))
    )
    found = mine.order_by("-asked_at", "-pk").first() if visitor else None
    return {"archive": found, "archive_size": size_text(found.size) if found else ""}
