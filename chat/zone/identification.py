"""The bar «Идентификация»: as it is now, and each step changed in its place."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from chat import access
from chat.actions import identification as actions
from chat.actions.errors import NotFound, Refusal
from chat.actions.field_values import ValueChanged
from chat.identification import identification_of
from chat.models import Step
from chat.text import number
from chat.zone.answers import status_of, told
from chat.zone.identification_rows import bar_shown, judgement_row, step_row
from chat.zone.workspace import find_conversation
from departments.criticality import Criticality, Impact, Urgency
from operators.access import ZONE, account_of, staff_page


@require_safe
@never_cache
@staff_page(ZONE)
def visitor_identification(request: HttpRequest, public_id: str) -> HttpResponse:
    account, at = account_of(request), timezone.now()
    found = find_conversation(account, public_id)
    may_judge = access.to_judge(access.standing_of(account, found, at=at)) is None
    bar = bar_shown(identification_of(found, at=at), may_judge=may_judge)
    context = {"cid": public_id, "bar": bar}
    return render(request, "zone/information/_identification.html", context)


@require_POST
@staff_page(ZONE)
def settle_value(request: HttpRequest, public_id: str, step: str) -> HttpResponse:
    """The step again: as it is saved, or with what was typed and the words beside it."""
    if step not in Step.values:
        raise Http404
    account, at, wanted = account_of(request), timezone.now(), Step(step)
    typed, refusal = request.POST.get("value", ""), None
    try:
        actions.settle_value(
            account,
            public_id,
            wanted,
            typed,
            shown=request.POST.get("shown", ""),
            is_said="said" in request.POST,
            at=at,
        )
    except NotFound as refused:
        return told(request, refused)
    except Refusal as refused:
        refusal = refused
    found = find_conversation(account, public_id)
    row = step_row(
        identification_of(found, at=at),
        wanted,
        typed=typed if refusal else None,
        error=refusal.detail if refusal else "",
        is_conflict=isinstance(refusal, ValueChanged),
    )
    context, status = {"cid": public_id, "row": row}, status_of(refusal) if refusal else 200
    response = render(request, "zone/information/_step.html", context, status=status)
    response["HX-Retarget"], response["HX-Reswap"] = f"#{row['dom']}", "outerHTML"
    return response


@require_POST
@staff_page(ZONE)
def judge_conversation(request: HttpRequest, public_id: str) -> HttpResponse:
    """The step again, or the words beside it: what was typed stays where it is."""
    account, at, post = account_of(request), timezone.now(), request.POST
    try:
        actions.judge(
            account,
            public_id,
            impact=_chosen(Impact, post.get("impact", "")),
            urgency=_chosen(Urgency, post.get("urgency", "")),
            chosen=_chosen(Criticality, post.get("criticality", "")),
            reason=post.get("reason", ""),
            at=at,
        )
    except Refusal as refusal:
        status = status_of(refusal)
        error = {"target": "judgement-error", "words": refusal.detail}
        response = render(request, "zone/information/_comment_error.html", error, status=status)
        target = error["target"]
    else:
        row = judgement_row(identification_of(find_conversation(account, public_id), at=at).judged)
        context = {"cid": public_id, "row": row, "may_judge": True}
        response = render(request, "zone/information/_judgement.html", context)
        target = "identified-criticality"
    response["HX-Retarget"], response["HX-Reswap"] = f"#{target}", "outerHTML"
    return response


def _chosen(kind: Any, typed: str) -> Any:
    value = number(typed)
    return kind(value) if value in kind.values else None
