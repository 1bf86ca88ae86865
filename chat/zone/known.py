"""The parts of the panel «Информация о посетителе», each by itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chat.text import number
from chat.zone.information import information
from chat.zone.visits import latest_shown, visits_shown
from chat.zone.workspace import find_conversation
from operators.access import ZONE, account_of, staff_page


@require_safe
@never_cache
@staff_page(ZONE)
def visitor_data(request: HttpRequest, public_id: str) -> HttpResponse:
    found = find_conversation(account_of(request), public_id)
    context = {"cid": public_id, "information": information(found, at=timezone.now())}
    return render(request, "zone/information/_data.html", context)


@require_safe
@never_cache
@staff_page(ZONE)
def visitor_pages(request: HttpRequest, public_id: str) -> HttpResponse:
    """A page of visits before the visit `before`; asked for the `latest`, that one alone."""
    visitor, at = find_conversation(account_of(request), public_id).visitor, timezone.now()
    if "latest" in request.GET:
        context = latest_shown(visitor, at=at)
    else:
        context = visits_shown(visitor, before=number(request.GET.get("before", "")), at=at)
    return render(request, "zone/information/_visits.html", {"cid": public_id} | context)
