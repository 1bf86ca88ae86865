"""Files handed out to those who may have them: whole, as a preview, as a page of ours."""

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chat import access
from chat.files.downloads import hand_out, hand_out_pdf, hand_out_preview
from chat.files.excerpts import excerpt_of
from chat.files.signatures import is_signed
from chat.models import Attachment, Verdict
from operators.models import Account

View = Callable[[HttpRequest, UUID], HttpResponseBase]
# Of strangers' text on a page of ours: no script, no form, nothing from elsewhere. Without scripts
# the page's own origin gives it no more than its fonts.
OF_TEXT = (
    "sandbox allow-downloads allow-same-origin; default-src 'none'; style-src 'self';"
    " font-src 'self'; img-src 'self'; frame-ancestors 'none'"
)


def _for_who_may(show: Callable[[HttpRequest, Attachment], HttpResponseBase]) -> View:
    """By one rule, whatever is shown of it; all else is not there."""

    @require_safe
    @never_cache
    def view(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
        attachment = get_object_or_404(
            Attachment.objects.select_related("message__conversation", "internal_message"),
            public_id=public_id,
        )
        if not _may_have(request, attachment):
            raise Http404
        if attachment.is_withheld:
            return _withheld(request, attachment)
        try:
            return show(request, attachment)
        except FileNotFoundError as gone:
            raise Http404 from gone

    return view


def _withheld(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    is_pending = attachment.verdict == Verdict.PENDING
    return render(
        request,
        "files/withheld.html",
        {"file": attachment, "is_pending": is_pending},
        status=409 if is_pending else 403,
    )


def _may_have(request: HttpRequest, attachment: Attachment) -> bool:
    if (signature := request.GET.get("s")) is not None:
        said = attachment.message
        is_theirs = attachment.internal_message is None and (not said or said.visitor_seq)
        is_theirs = is_theirs and not attachment.is_retracted
        return bool(is_theirs) and is_signed(attachment, signature)
    account = request.user
    if not isinstance(account, Account) or not account.is_staff:
        return False
    return access.may_have(account, attachment)


@_for_who_may
def download(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    """Always as a download, never as a page; a picture that has a preview also in place."""
    inline = bool(attachment.preview_size) and "inline" in request.GET
    return hand_out(request, attachment, inline=inline)


@_for_who_may
def preview(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    if not attachment.preview_size:
        raise Http404
    return hand_out_preview(request, attachment)


@_for_who_may
def look_into(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    """A text as a page of ours, a PDF in the browser's viewer."""
    if not attachment.is_shown_apart:
        raise Http404
    if attachment.content_type == "application/pdf":
        return hand_out_pdf(request, attachment)
    with attachment.file.open() as content:
        excerpt = excerpt_of(content)
    url = f"{attachment.get_absolute_url()}?{request.GET.urlencode()}"
    context = {"file": attachment, "excerpt": excerpt, "url": url}
    response = render(request, "files/text.html", context)
    response["Content-Security-Policy"] = OF_TEXT
    return response
