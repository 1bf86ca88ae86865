"""The parts of the panel «Информация о посетителе», each by itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chat.zone.information import information
from chat.zone.workspace import find_conversation
from operators.access import ZONE, account_of, staff_page


@require_safe
@never_cache
@staff_page(ZONE)
def visitor_data(request: HttpRequest, public_id: str) -> HttpResponse:
    found = find_conversation(account_of(request), public_id)
    context = {"cid": public_id, "information": information(found, at=timezone.now())}
    return render(request, "zone/information/_data.html", context)
