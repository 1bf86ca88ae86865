"""The tab «Комментарии» of the panel, and the remark among the data."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from chat import access
from chat.actions import comments as actions
from chat.actions.comments import Subject
from chat.actions.errors import Refusal
from chat.markup import find_links, to_html
from chat.models import Comment, Conversation
from chat.text import number
from chat.zone.answers import status_of
from chat.zone.information import remark, shown_network
from chat.zone.workspace import find_conversation
from operators.access import ZONE, account_of, staff_page
from operators.models import Account

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@staff_page(ZONE)
def visitor_comments(request: HttpRequest, public_id: str) -> HttpResponse:
    """A page of what stands before the comment `before`; posted, one more."""
    account = account_of(request)
    if request.method == "POST":
        subject = request.POST.get("subject", "")
        wanted = Subject(subject) if subject in list(Subject) else Subject.VISITOR
        text = request.POST.get("text", "")
        return _done(
            request,
            "comment-error",
            lambda at: actions.add_comment(account, public_id, wanted, text, at=at),
        )
    conversation = find_conversation(account, public_id)
    context = _listed(account, conversation, before=number(request.GET.get("before", "")))
    return render(request, "zone/information/_comments.html", context)


@require_POST
@staff_page(ZONE)
def change_comment(request: HttpRequest, public_id: str, comment_id: int) -> HttpResponse:
    account, text = account_of(request), request.POST.get("text", "")
    return _done(
        request,
        f"comment-error-{comment_id}",
        lambda at: actions.change_comment(account, public_id, comment_id, text, at=at),
    )


@require_POST
@staff_page(ZONE)
def pin_comment(request: HttpRequest, public_id: str, comment_id: int) -> HttpResponse:
    account, is_pinned = account_of(request), "on" in request.POST
    return _done(
        request,
        f"comment-error-{comment_id}",
        lambda at: actions.pin_comment(account, public_id, comment_id, is_pinned=is_pinned, at=at),
    )


@require_POST
@staff_page(ZONE)
def delete_comment(request: HttpRequest, public_id: str, comment_id: int) -> HttpResponse:
    account = account_of(request)
    return _done(
        request,
        f"comment-error-{comment_id}",
        lambda at: actions.delete_comment(account, public_id, comment_id, at=at),
    )


@require_POST
@staff_page(ZONE)
def save_remark(request: HttpRequest, public_id: str) -> HttpResponse:
    """The field again: as it is saved, or with what was typed and the words beside it."""
    account, text = account_of(request), request.POST.get("text", "")
    shown = request.POST.get("shown", "")
    try:
        visitor = actions.save_remark(account, public_id, text, shown=shown, at=timezone.now())
    except Refusal as refusal:
        status, error = status_of(refusal), refusal.detail
        visitor = find_conversation(account, public_id).visitor
    else:
        status, error = 200, ""
    shown_now = remark(visitor, typed=text if error else None) | {"error": error}
    context = {"cid": public_id, "remark": shown_now}
    response = render(request, "zone/information/_remark.html", context, status=status)
    response["HX-Retarget"], response["HX-Reswap"] = "#remark", "outerHTML"
    return response


def _done(request: HttpRequest, target: str, act: Callable[[Any], object]) -> HttpResponse:
    """The line for what is wrong, filled where it is refused; the list is asked for again."""
    status, words = 200, ""
    try:
        act(timezone.now())
    except Refusal as refusal:
        status, words = status_of(refusal), refusal.detail
    context = {"target": target, "words": words}
    response = render(request, "zone/information/_comment_error.html", context, status=status)
    response["HX-Retarget"], response["HX-Reswap"] = f"#{target}", "outerHTML"
    return response


def _listed(account: Account, conversation: Conversation, *, before: int) -> dict[str, Any]:
    visitor = conversation.visitor
    seen = access.comments_about(visitor, visitor.last_address)
    found = seen.filter(pinned_at=None, pk__lt=before) if before else seen
    listed = list(found.in_order()[: PAGE + 1])
    return {
        "cid": conversation.public_id,
        "comments": [_comment(account, one) for one in listed[:PAGE]],
        "count": seen.count(),
        "before": before,
        "more": listed[PAGE - 1].pk if len(listed) > PAGE else 0,
    }


def _comment(account: Account, comment: Comment) -> dict[str, Any]:
    return {
        "pk": comment.pk,
        "error_id": f"comment-error-{comment.pk}",
        "text": comment.text,
        "html": to_html(comment.text, find_links(comment.text)),
        "about": _about(comment.network),
        "author": comment.author_name,
        "created_at": comment.created_at,
        "edited_at": comment.edited_at,
        "is_pinned": comment.pinned_at is not None,
        "may_change": access.to_change_comment(account, comment) is None,
        "may_delete": access.to_delete_comment(account, comment) is None,
    }


def _about(network: str) -> str:
    if not network:
        return ""
    shown = shown_network(network)
    return (_("о сети %s") if "/" in shown else _("об адресе %s")) % shown
