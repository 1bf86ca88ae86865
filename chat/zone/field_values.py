"""Extra fields in the zone: one saved as it is left, and those that a closing asks for."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from chat.actions import field_values as actions
from chat.actions.errors import Refusal
from chat.actions.field_values import Given, ValueChanged
from chat.filled import field_of
from chat.zone.answers import status_of, told
from chat.zone.field_rows import field_row
from chat.zone.workspace import find_conversation
from operators.access import ZONE, account_of, staff_page

# Beside the outcome of a closing: field-<key>, shown-<key>.
TYPED, SHOWN = "field-", "shown-"


@require_POST
@staff_page(ZONE)
def save_field(request: HttpRequest, public_id: str, key: str) -> HttpResponse:
    """The field again: as it is saved, or with what was typed and the words beside it."""
    account, given = account_of(request), _given(request.POST, "value", "shown")
    refusal: Refusal | None = None
    try:
        actions.save_value(account, public_id, key, given, at=timezone.now())
    except Refusal as refused:
        refusal = refused
    status = status_of(refusal) if refusal else 200
    filled = field_of(find_conversation(account, public_id), key)
    if filled is None:
        return told(request, refusal or actions.FieldGone())
    row = field_row(
        filled,
        typed=given.typed if refusal else None,
        error=refusal.detail if refusal else "",
        is_conflict=isinstance(refusal, ValueChanged),
    )
    context = {"cid": public_id, "row": row}
    response = render(request, "zone/information/_extra_field.html", context, status=status)
    response["HX-Retarget"], response["HX-Reswap"] = f"#{row['dom']}", "outerHTML"
    return response


def given_fields(post: QueryDict) -> dict[str, Given]:
    """What a closing came with, by key."""
    named = [name.removeprefix(TYPED) for name in post if name.startswith(TYPED)]
    return {key: _given(post, TYPED + key, SHOWN + key) for key in named}


def _given(post: QueryDict, typed: str, shown: str) -> Given:
    return Given(post.get(typed, ""), post.get(shown, ""))
