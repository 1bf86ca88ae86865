"""The question asked of who leaves the zone: what of those who wait for an answer?"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from chat.actions import departure
from chat.actions.errors import BadPromise, Refusal
from chat.actions.handover import Card
from chat.actions.transfers import transfer_conversation
from chat.models import Conversation
from chat.rows.conversations import conversation_rows
from chat.text import clean_text
from chat.wire.faces import wire_time
from chat.wire.moments import clock_time
from chat.zone.answers import status_of
from chat.zone.transfers import addressees, chosen_addressee, first_words
from departments.models import stage_now
from operators.access import ZONE, account_of, staff_page
from operators.models import Account

PROMISES = (15, 30, 60, 120, 240)  # minutes
TOMORROW = time(10, 0)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page(ZONE)
def departure_question(request: HttpRequest) -> HttpResponse:
    """204 when nobody waits, or everything asked for was done; else the question."""
    account = account_of(request)
    errors: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        for conversation in departure.left_behind(account, at=timezone.now()):
            cid = conversation.public_id
            try:
                _decide(account, conversation, request.POST)
            except Refusal as refusal:
                status, errors[cid] = status_of(refusal), refusal.detail
    at = timezone.now()
    left_behind = departure.left_behind(account, at=at)
    waiting = list(left_behind.select_related("visitor__site", "department"))
    if not waiting:
        return HttpResponse(status=204)
    if request.method == "POST" and not errors:
        status = 409  # somebody wrote just now
    context = _question(waiting, request.POST, errors, at=at)
    context["is_more"] = status == 409 and not errors
    return render(request, "zone/shell/_departure.html", context, status=status)


def _decide(account: Account, conversation: Conversation, asked: QueryDict) -> None:
    at, cid = timezone.now(), conversation.public_id
    decisions: dict[str, Callable[[], object]] = {
        "queue": partial(departure.put_back, account, cid, at=at),
        "keep": lambda: departure.promise_answer(
            account, cid, _promised(asked.get(f"until-{cid}", ""), conversation, at), at=at
        ),
        "pass": lambda: transfer_conversation(
            account,
            cid,
            chosen_addressee(asked.get(f"to-{cid}", "")),
            _card(conversation, clean_text(asked.get(f"note-{cid}", ""))),
            even_absent=True,
            at=at,
        ),
    }
    decide = decisions.get(asked.get(f"do-{cid}", ""))
    if decide is not None:
        decide()


def _card(conversation: Conversation, note: str) -> Card:
    """The visitor's own words; of one who sent nothing but files, the operator's."""
    return Card(note=note, asked=first_words(conversation) or note)


def _promised(chosen: str, conversation: Conversation, at: datetime) -> datetime:
    """A number of minutes, or «tomorrow», in the morning of the site. Raises BadPromise."""
    if chosen == "tomorrow":
        zone = ZoneInfo(conversation.visitor.site.time_zone)
        day = timezone.localdate(at, zone) + timedelta(days=1)
        return datetime.combine(day, TOMORROW, tzinfo=zone)
    if chosen not in map(str, PROMISES):
        raise BadPromise
    return at + timedelta(minutes=int(chosen))


def _question(
    waiting: list[Conversation], asked: QueryDict, errors: dict[str, str], *, at: datetime
) -> dict[str, Any]:
    departments = stage_now().levels > 1
    conversations = [
        {
            **row,
            "panel": f"departure-{row['cid']}",
            "decision": asked.get(f"do-{row['cid']}", "queue"),
            "to": asked.get(f"to-{row['cid']}", ""),
            "until": asked.get(f"until-{row['cid']}", str(PROMISES[1])),
            "note": asked.get(f"note-{row['cid']}", ""),
            "error": errors.get(row["cid"], ""),
            "promises": _promises(conversation, at),
            **addressees(conversation, at=at, departments=departments),
        }
        for row, conversation in zip(conversation_rows(waiting, at=at), waiting, strict=True)
    ]
    return {"waiting": conversations}


def _promises(conversation: Conversation, at: datetime) -> list[dict[str, str]]:
    """`words` have places for the day and the time by the reader's clock (shared/times.js)."""
    listed = {
        str(minutes): (_("%s мин") % minutes if minutes < 60 else _("%s ч") % (minutes // 60))
        + " ({time})"
        for minutes in PROMISES
    } | {"tomorrow": _("{day} до {time}")}
    untils = {value: _promised(value, conversation, at) for value in listed}
    return [
        {
            "value": value,
            "words": words,
            "until": wire_time(untils[value]),
            "label": words.format(day=_("завтра"), time=clock_time(untils[value])),
        }
        for value, words in listed.items()
    ]
