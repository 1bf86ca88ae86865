"""A page stays its account's, also when another signs in to the same browser meanwhile; what was
erased while a page was being read is answered like what was erased before.
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from operators.access import refuse_page
from operators.models import Account

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class keep_pages_apart:  # noqa: N801  reads as what it does in MIDDLEWARE
    """What a page of another account asks for is neither done nor shown under this one's name.

    Pages say whose they are: scripts by a header, forms by a field, the socket in its hello.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        named = _page_of(request)
        if not named or not isinstance(request.user, Account) or named == str(request.user.pk):
            return None
        detail = _("В этом браузере теперь другой сотрудник: %(name)s. Отсюда ничего не сделано.")
        detail %= {"name": request.user.name}
        response = refuse_page(request, detail, "sign_in/page_of_another.html")
        response["HX-Trigger"] = "anotheraccount"
        return response


class miss_what_is_gone:  # noqa: N801
    """404 where a row found a statement ago was erased or purged before the next one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, ObjectDoesNotExist):
            raise Http404 from exception


def _page_of(request: HttpRequest) -> str:
    named = request.headers.get("X-Page-Of", "")
    if not named and request.method == "POST" and request.content_type in FORMS:
        named = str(request.POST.get("page_of", ""))
    return named
