"""What all pages of reports begin with: whose they are, what is asked for, what is missing."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from chat.history.deadline import TookTooLong
from operators.access import account_of
from operators.models import Account
from reports.access import narrowed
from reports.actions.counting import prepare
from reports.limits import TooMuch
from reports.pages.filters import OF_PERIOD, fields_of, filters_of, period_of, without
from reports.pages.periods import periods_of, words_of
from reports.selection import Selection

SECTION = "reports"
# Of the address, beside the selection: where one is in a list, and how it is sorted.
OF_LIST = ("after", "sort")


def selection_of(request: HttpRequest) -> Selection:
    return selected(account_of(request), request.GET, at=timezone.now())


def selected(account: Account, asked: Any, *, at: datetime) -> Selection:
    return narrowed(Selection.from_query(asked, at=at), account)


def asked_context(selection: Selection, only: Collection[str] | None = None) -> dict[str, Any]:
    """Of the period and the filters, as the form shows them: all, or `only` these."""
    asked = selection.to_query()
    before = selection.before
    return {
        "selection": selection,
        "asked": asked,
        "period_asked": period_of(asked),
        "periods": periods_of(selection, without(asked, *OF_PERIOD)),
        "period_words": words_of(selection.since, selection.until),
        "before_words": words_of(before.since, before.until),
        "earlier": f"?from={before.since}&to={before.until}{without(asked, *OF_PERIOD)}",
        "filters": [one for one in filters_of(selection) if only is None or one.name in only],
        "fields": fields_of(),
        "has_more": only is None,
        "is_narrowed": bool(without(asked, *OF_PERIOD)),
    }


def report_page(
    request: HttpRequest,
    template: str,
    selection: Selection,
    read: Callable[[Selection], dict[str, Any]],
    *,
    only: Collection[str] | None = None,
    about: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """`read` gives the page's context; what can not be read is said above the filters."""
    context, trouble = asked_context(selection, only) | dict(about or {}), selection.problem
    if not trouble:
        try:
            prepare(selection)
            context |= read(selection)
        except TooMuch as refused:
            trouble = refused.detail
        except TookTooLong:
            trouble = TooMuch().detail
    context["trouble"] = trouble
    return render(request, template, context, status=422 if trouble else 200)
