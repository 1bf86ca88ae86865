"""Views of the list that one of the staff keeps, and the page on which they are put right."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from chat.actions.errors import Refusal
from chat.models import SavedView
from chat.tickets.actions import saved_views as actions
from chat.tickets.finding import address_of, read_wanted
from chat.tickets.pages import SECTION, ticket_list, typed_state
from chat.tickets.view_errors import NoSuchView
from chat.zone.answers import status_of
from operators.access import account_of, staff_page
from operators.models import Account


@require_safe
@staff_page(SECTION)
def saved_views(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@staff_page(SECTION)
def save_view(request: HttpRequest) -> HttpResponse:
    """What the list was asked for, under a title; a refusal is said above that same list."""
    asked, title = typed_state(request.POST.get("asked", "")), request.POST.get("title", "")
    wanted = read_wanted(asked)
    try:
        actions.save_view(account_of(request), title, wanted)
    except Refusal as refusal:
        unsaved = {"unsaved": refusal.detail, "view_title": title}
        return ticket_list(request, asked, unsaved=unsaved, status=status_of(refusal))
    return redirect(f"{reverse('tickets')}?{address_of(wanted)}&saved=saved")


@require_POST
@staff_page(SECTION)
def rename_view(request: HttpRequest, key: int) -> HttpResponse:
    title = request.POST.get("title", "")
    return _done(request, key, lambda account: actions.rename_view(account, key, title))


@require_POST
@staff_page(SECTION)
def move_view(request: HttpRequest, key: int) -> HttpResponse:
    up = request.POST.get("where") == "up"
    return _done(request, key, lambda account: actions.move_view(account, key, up=up))


@require_POST
@staff_page(SECTION)
def delete_view(request: HttpRequest, key: int) -> HttpResponse:
    return _done(request, key, lambda account: actions.delete_view(account, key), "deleted")


def _done(
    request: HttpRequest, key: int, act: Callable[[Account], None], saved: str = "saved"
) -> HttpResponse:
    """The page again; a refusal is said beside what it is about, with what was typed."""
    try:
        act(account_of(request))
    except NoSuchView as refusal:
        return _page(request, gone=refusal.detail, status=409)
    except Refusal as refusal:
        return _page(request, wrong=key, detail=refusal.detail, status=status_of(refusal))
    return redirect(f"{reverse('saved_views')}?saved={saved}")


def _page(
    request: HttpRequest, *, gone: str = "", wrong: int = 0, detail: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "views": list(account_of(request).saved_views.all()),
        "most": SavedView.MOST,
        "gone": gone,
        "wrong": wrong,
        "detail": detail,
        "typed": request.POST.get("title", ""),
        "saved": request.GET.get("saved", ""),
    }
    return render(request, "tickets/saved_views.html", context, status=status)
