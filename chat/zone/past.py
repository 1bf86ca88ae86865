"""The tab «История» of the panel: the days of a visitor's conversations, one of them, a search."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from chat import access
from chat.history.days import asked_day, days_shown, zone_of
from chat.history.hits import hits_shown, neighbours
from chat.history.search import Wanted
from chat.history.terms import read_asked
from chat.models import Conversation
from chat.models.conversations import ConversationQuerySet
from chat.text import number
from chat.zone.workspace import find_conversation
from operators.access import ZONE, account_of, staff_page

# Of one visitor's conversations, the latest: so many are looked through.
MOST_WITHIN = 2000


@require_safe
@staff_page(ZONE)
def visitor_history(request: HttpRequest, public_id: str) -> HttpResponse:
    """A page of days before the conversation `before`, or of hits before the message `before`."""
    here, past = _past_of(request, public_id)
    before, asked = number(request.GET.get("before", "")), request.GET.get("q", "").strip()
    context: dict[str, Any] = {"cid": public_id, "here": here, "asked": asked}
    if asked:
        context |= hits_shown(_wanted(asked, past), before=before)
    else:
        context |= days_shown(past, before=before, zone=zone_of(here))
    is_part = before or "part" in request.GET
    template = "history/_panel_part.html" if is_part else "zone/information/_history.html"
    return render(request, template, context, status=422 if context.get("trouble") else 200)


@require_safe
@staff_page(ZONE)
def visitor_history_day(request: HttpRequest, public_id: str, past_id: str) -> HttpResponse:
    here, past = _past_of(request, public_id)
    found = past.select_related("visitor__site", "operator", "department")
    conversation = get_object_or_404(found, public_id=past_id)
    asked = request.GET.get("q", "").strip()
    context: dict[str, Any] = {"cid": public_id, "here": here, "asked": asked}
    context |= {"conversation": conversation} | asked_day(conversation, request.GET)
    wanted = _wanted(asked, past)
    if context["found"] and not wanted.asked.is_too_short:
        context |= neighbours(wanted, context["found"])
    template = "history/_past.html" if context["part"] else "history/_panel_day.html"
    return render(request, template, context)


def _past_of(request: HttpRequest, public_id: str) -> tuple[Conversation, ConversationQuerySet]:
    """The conversation that is open, and all that one may see of its visitor's."""
    account = account_of(request)
    here = find_conversation(account, public_id)
    return here, access.visible_to(account).filter(visitor=here.visitor_id)


def _wanted(asked: str, past: ConversationQuerySet) -> Wanted:
    return Wanted(read_asked(asked), None, within=past.order_by("-pk")[:MOST_WITHIN])
