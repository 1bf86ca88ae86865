"""Kept answers in the zone: all that one may insert, asked for once by a tab, and what was used."""

import json
from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_POST, require_safe

from chat import access, placeholders
from chat.actions import templates as actions
from chat.actions.template_files import copy_template_files
from chat.actions.templates import NoSuchTemplate
from chat.files.refusals import BadFile
from chat.link_addresses import known_address
from chat.models import Conversation, TemplateFile, TemplateWords
from chat.models.templates import AnswerTemplateQuerySet
from chat.text import number
from operators.access import ZONE, account_of, staff_page
from operators.models import Account


@require_safe
@staff_page(ZONE)
def templates(request: HttpRequest) -> HttpResponse:
    """304 to a tab that has them; how often they were used is no reason to have them again."""
    account = account_of(request)
    words = TemplateWords.objects.first() or TemplateWords()
    shown = access.templates_shown_to(account)
    at, count = shown.state()
    tag = f'"{account.pk}-{at.timestamp() if at else 0}-{count}-{words.version}"'
    known = get_conditional_response(request, etag=tag)
    if known is not None:
        return known
    files = _files_of(shown)
    found = shown.with_uses_of(account).values(*COLUMNS, "uses")
    rows = [_row(row) | {"files": files[row["pk"]]} for row in found]
    given = {"templates": rows, "words": words.words}
    # Escaped, Russian would be three times as long.
    as_it_is = {"ensure_ascii": False}
    return JsonResponse(given, json_dumps_params=as_it_is, headers={"ETag": tag})


COLUMNS = ("pk", "owner", "code", "title", "text", "group", "site", "link_title", "link_url")


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["pk"],
        "code": row["code"],
        "title": row["title"],
        "text": row["text"],
        "group": row["group"],
        "site": row["site"],
        "isOwn": row["owner"] is not None,
        "uses": row["uses"],
        "link": _link(row["link_title"], row["link_url"]),
    }


def _link(title: str, url: str) -> dict[str, Any] | None:
    """The card that goes with it, as it will be read."""
    address = known_address(url)
    if address is None:
        return None
    shown = {"domain": address.domain, "rest": address.rest, "isMixed": address.is_mixed}
    return {"title": title, "url": url, **shown}


def _files_of(shown: AnswerTemplateQuerySet) -> dict[int, list[str]]:
    """Their names, by the template's key."""
    named: dict[int, list[str]] = defaultdict(list)
    rows = TemplateFile.objects.filter(template__in=shown.order_by().values("pk"))
    for template, name in rows.values_list("template", "name"):
        named[template].append(name)
    return named


@require_POST
@staff_page(ZONE)
def template_files(request: HttpRequest, pk: int) -> HttpResponse:
    """Copies of its files, to go with an answer; as of uploads, whose answer they have."""
    try:
        copied = copy_template_files(account_of(request), pk, at=timezone.now())
    except BadFile as bad:
        return JsonResponse(bad.words, status=bad.status, headers=bad.headers)
    except NoSuchTemplate as missing:
        return JsonResponse({"detail": missing.detail}, status=404)
    files = [{"id": one.public_id, "name": one.name, "size": one.size} for one in copied]
    return JsonResponse({"files": files}, status=201)


@require_POST
@staff_page(ZONE)
def templates_used(request: HttpRequest) -> HttpResponse:
    """`template`, as often as there are: what went out in one answer."""
    used = [number(one) for one in request.POST.getlist("template")]
    actions.note_template_uses(account_of(request), used, at=timezone.now())
    return HttpResponse(status=204)


def placeholders_of(account: Account, conversation: Conversation) -> str:
    """{name: value} as JSON; null for what has none."""
    name, with_patronymic = placeholders.name_parts(conversation.visitor.name)
    values = {
        placeholders.NAME: name,
        placeholders.NAME_AND_PATRONYMIC: with_patronymic,
        placeholders.OPERATOR: account.public_name,
        placeholders.SITE: conversation.visitor.site.name,
        placeholders.TICKET: "",
    }
    return json.dumps({key: value or None for key, value in values.items()}, ensure_ascii=False)
