"""«Адреса и места»: the files by which addresses are cities and owners of networks."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from chat.actions.geo_files import TITLES, put_geo_file, remove_geo_file
from chat.files.refusals import BadFile
from chat.files.storage import Owner
from chat.files.uploads import takes_upload
from chat.geo import NoGeoFile, geo_files
from operators.access import administrator_page
from operators.models import Account
from sphaera_support.administration.frame import (
    AdministrationForm,
    doer_of,
    form_page,
    page,
    posted,
    said_in,
    saved,
)

# Networks move: after so long many addresses are somewhere else.
OLD_AFTER = timedelta(days=180)


class GeoForm(AdministrationForm):
    file = forms.FileField(
        label=gettext_lazy("Файл базы"),
        required=False,
        help_text=gettext_lazy("City или ASN: .mmdb, .mmdb.gz или .tar.gz"),
    )


def _uploader(request: HttpRequest) -> Owner:
    account = request.user
    if not isinstance(account, Account) or not account.is_active or not account.is_administrator:
        raise BadFile(403, _("Загрузить базу может администратор."))
    return {"account": account}


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
@takes_upload(_uploader)
def geo(request: HttpRequest) -> HttpResponse:
    form = GeoForm(posted(request), request.FILES if request.method == "POST" else None)
    if form.is_sent and said_in(form, lambda: _take(request)):
        return saved("geo")
    at = timezone.now()
    return form_page(request, "geo.html", form, {"kinds": _kinds(at)})


def _take(request: HttpRequest) -> None:
    file = request.FILES.get("file")
    if file is None:
        raise NoGeoFile
    put_geo_file(doer_of(request), file, name=file.name or "", at=timezone.now())


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def remove_geo(request: HttpRequest, kind: str) -> HttpResponse:
    found = {file.kind: file for file in geo_files()}
    if kind not in found:
        raise Http404
    if request.method == "POST":
        remove_geo_file(doer_of(request), kind, at=timezone.now())
        return saved("geo", how="deleted")
    context = {"title": TITLES[kind], "file": found[kind]}
    return page(request, "geo_removal.html", context)


def _kinds(at: datetime) -> list[dict[str, Any]]:
    """What there is of each kind; without a file its name alone."""
    found = {file.kind: file for file in geo_files()}
    return [
        {
            "key": kind,
            "title": title,
            "file": found.get(kind),
            "is_old": kind in found and at - found[kind].built_at > OLD_AFTER,
            "days": (at - found[kind].built_at).days if kind in found else 0,
        }
        for kind, title in TITLES.items()
    ]
