"""Search in the rail, among conversations; among people merely on the site it is the socket's."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chat.matching import MOST_WORDS
from chat.rows.found import found_rows
from chat.text import clean_line
from operators.access import ZONE, account_of, staff_page


@require_safe
@never_cache
@staff_page(ZONE)
def found_visitors(request: HttpRequest) -> HttpResponse:
    """Rows of what the words `q` find; without words, of nothing."""
    query = clean_line(request.GET.get("q", ""), MOST_WORDS)
    found = found_rows(account_of(request), query, at=timezone.now()) if query else {"rows": []}
    return render(request, "zone/lists/_found.html", found)
