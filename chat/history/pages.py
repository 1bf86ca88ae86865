"""`/history/`: a search across everything one may see, and the day that a hit stands in."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from chat import access
from chat.history.days import asked_day
from chat.history.hits import hits_shown, neighbours
from chat.history.search import Wanted
from chat.history.terms import MOST_ASKED, read_asked
from chat.models import Ownership
from chat.models.conversations import ConversationQuerySet
from chat.text import number
from departments.models import Department
from operators.access import account_of, staff_page
from operators.models import Account

SECTION = "history"


class HistoryForm(forms.Form):
    """Who is asked for led the conversation at some time; its department is that of now."""

    q = forms.CharField(max_length=MOST_ASKED, required=False)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
    operator = forms.ChoiceField(required=False)
    department = forms.ChoiceField(required=False)

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        # Read once, and only where somebody chooses or is offered a choice.
        self._offer("department", lambda: self._departments)
        self._offer("operator", lambda: self._colleagues)

    def _offer(self, name: str, listed: Callable[[], list[tuple[str, str]]]) -> None:
        field: Any = self.fields[name]
        field.choices = lambda: [("", _("любой")), *listed()]

    @cached_property
    def _departments(self) -> list[tuple[str, str]]:
        is_free = self.account.is_administrator
        found = Department.objects.all() if is_free else self.account.departments
        return _listed(found.order_by("level", "name"))

    @cached_property
    def _colleagues(self) -> list[tuple[str, str]]:
        found = Account.objects.ever_staff()
        if not self.account.is_administrator:
            found = found.filter(departments__in=self.account.departments.all()).distinct()
        return _listed(found.order_by("name"))

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        since, until = asked.get("since"), asked.get("until")
        if since and until and since > until:
            self.add_error("until", _("Конец периода раньше его начала."))
        return asked

    @property
    def wanted(self) -> Wanted:
        asked = self.cleaned_data
        until = asked["until"]
        return Wanted(
            read_asked(asked["q"]),
            self._conversations(),
            since=_midnight(asked["since"]) if asked["since"] else None,
            until=_midnight(until + timedelta(days=1)) if until else None,
        )

    def _conversations(self) -> ConversationQuerySet | None:
        operator, department = self.cleaned_data["operator"], self.cleaned_data["department"]
        found = access.visible_to(self.account)
        if operator:
            led = Ownership.objects.filter(account=operator).values("conversation")
            found = found.filter(pk__in=led)
        if department:
            found = found.filter(department=department)
        is_narrowed = operator or department
        return found if is_narrowed or not self.account.is_administrator else None


def _listed(found: Any) -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in found.values_list("pk", "name")]


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone())


@require_safe
@staff_page(SECTION)
def history(request: HttpRequest) -> HttpResponse:
    """Asked for what is older than the message `before`, the hits alone."""
    form = HistoryForm(account_of(request), request.GET)
    before = number(request.GET.get("before", ""))
    context: dict[str, Any] = {"form": form, "asked": request.GET.get("q", "").strip()}
    status = 200 if form.is_valid() else 422
    if status == 200 and context["asked"]:
        context |= hits_shown(form.wanted, before=before)
        status = 422 if context["trouble"] else 200
    is_part = before and request.headers.get("HX-Request")
    template = "history/_hits.html" if is_part else "history/history.html"
    return render(request, template, context, status=status)


@require_safe
@staff_page(SECTION)
def history_day(request: HttpRequest, public_id: str) -> HttpResponse:
    """The day of the message `seq`, or another, with what was looked for around it."""
    account = account_of(request)
    found = access.visible_to(account).select_related("visitor__site", "operator", "department")
    conversation = get_object_or_404(found, public_id=public_id)
    context = {"conversation": conversation} | asked_day(conversation, request.GET)
    form = HistoryForm(account, request.GET)
    if context["found"] and form.is_valid() and not (wanted := form.wanted).asked.is_too_short:
        context |= neighbours(wanted, context["found"])
    is_part = context["part"] and request.headers.get("HX-Request")
    template = "history/_past.html" if is_part else "history/day.html"
    return render(request, template, context)
