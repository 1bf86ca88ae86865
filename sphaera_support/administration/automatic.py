"""«Автоматические действия» of the settings: for whom something is done by itself, and what."""

from functools import partial
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat.actions import rules as actions
from chat.automatic.conditions import BadCondition
from chat.automatic.words import Names, read_names, told_conditions, told_deeds
from chat.models import AuthorKind, AutomaticRule, Closing, Firing, Message
from operators.access import administrator_page
from sphaera_support.administration.frame import (
    AdministrationForm,
    checked,
    doer_of,
    form_page,
    page,
    posted,
    said_in,
    saved,
)
from sphaera_support.administration.rule_conditions import arranged_in
from sphaera_support.administration.rule_form import RuleForm
from sphaera_support.administration.rule_trial import TrialForm


@require_safe
@administrator_page("settings")
def automatic_rules(request: HttpRequest) -> HttpResponse:
    named, counts = read_names(), _counts()
    current = AutomaticRule.objects.current()
    whole = current.select_related("site", "operator", "department", "field")
    rows = [_row(rule, named, counts.get(rule.pk, {})) for rule in whole]
    return page(request, "automatic_rules.html", {"rows": rows})


def _row(rule: AutomaticRule, named: Names, count: dict[str, int]) -> dict[str, Any]:
    try:
        when = told_conditions(rule, named)
    except BadCondition:
        when = _("Условия не читаются: откройте действие и сохраните их заново.")
    return {"rule": rule, "when": when, "deeds": told_deeds(rule), **count}


def _counts() -> dict[int, dict[str, int]]:
    """Of each rule how often it fired, and what came of its invitations."""
    theirs = Message.objects.filter(
        conversation=OuterRef("conversation"), author_kind=AuthorKind.VISITOR
    )
    ended = Closing.objects.filter(conversation=OuterRef("conversation"))
    fired = Firing.objects.annotate(
        is_accepted=Exists(theirs),
        is_declined=Exists(ended.filter(way=Closing.Way.DECLINED)),
    )
    counted: Any = (
        fired.order_by()
        .values("rule")
        .annotate(
            fired=Count("pk"),
            invited=Count("conversation"),
            accepted=Count("pk", filter=Q(is_accepted=True)),
            declined=Count("pk", filter=Q(is_declined=True, is_accepted=False)),
        )
    )
    return {row.pop("rule"): row for row in counted}


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def add_automatic_rule(request: HttpRequest) -> HttpResponse:
    arranged = arranged_in(request.POST)
    form = RuleForm(None if arranged else posted(request), arranged=arranged)
    if not arranged and (words := checked(request, form)) is not None:
        return words
    add = partial(actions.add_rule, doer_of(request), at=timezone.now())
    if form.is_sent and said_in(form, lambda: add(form.draft)):
        return saved("automatic_rules")
    return form_page(request, "automatic_rule.html", form, {"back": reverse("automatic_rules")})


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def change_automatic_rule(request: HttpRequest, pk: int) -> HttpResponse:
    rule = _found(pk)
    arranged = arranged_in(request.POST)
    form = RuleForm(None if arranged else posted(request), rule=rule, arranged=arranged)
    if not arranged and (words := checked(request, form)) is not None:
        return words
    change = partial(actions.change_rule, doer_of(request), pk, at=timezone.now())
    if form.is_sent and said_in(form, lambda: change(form.draft, shown=form.shown)):
        return saved("automatic_rules")
    context = {"rule": rule, "back": reverse("automatic_rules")}
    return form_page(request, "automatic_rule.html", form, context)


@require_POST
@administrator_page("settings")
def move_automatic_rule(request: HttpRequest, pk: int) -> HttpResponse:
    up = request.POST.get("where") == "up"
    actions.move_rule(doer_of(request), _found(pk).pk, up=up, at=timezone.now())
    return saved("automatic_rules")


@require_POST
@administrator_page("settings")
def switch_automatic_rule(request: HttpRequest, pk: int) -> HttpResponse:
    on = request.POST.get("on") == "1"
    actions.switch_rule(doer_of(request), _found(pk).pk, on=on, at=timezone.now())
    return saved("automatic_rules")


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("settings")
def delete_automatic_rule(request: HttpRequest, pk: int) -> HttpResponse:
    rule, form = _found(pk), AdministrationForm(posted(request))
    delete = partial(actions.delete_rule, doer_of(request), pk, at=timezone.now())
    if form.is_sent and said_in(form, delete):
        return saved("automatic_rules", how="deleted")
    context = {"rule": rule, "back": reverse("change_automatic_rule", args=[pk])}
    return form_page(request, "automatic_rule_deletion.html", form, context)


@require_safe
@administrator_page("settings")
def try_automatic_rules(request: HttpRequest) -> HttpResponse:
    """«Проверить»: by what is saved, and nothing is done."""
    named = read_names()
    form = TrialForm(request.GET if "site" in request.GET else None, named=named)
    verdicts = form.verdicts() if form.is_sent else None
    context = {"form": form, "verdicts": verdicts}
    return page(request, "automatic_trial.html", context, status=form.status)


def _found(pk: int) -> AutomaticRule:
    whole = AutomaticRule.objects.current().select_related("site", "operator", "field")
    return get_object_or_404(whole, pk=pk)
