"""Files handed out to those who may have them."""

from uuid import UUID

from django.http import (
    Http404,
    HttpRequest,
)
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chat import access
from chat.files.downloads import hand_out
from chat.files.signatures import is_signed
from chat.models import Attachment
from operators.models import Account


@require_safe
@never_cache
def download(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """A file for those who may see its conversation, always as a download, never as a page."""
    attachment = get_object_or_404(
        Attachment.objects.select_related("message__conversation", "internal_message"),
        public_id=public_id,
    )
    if not _may_have(request, attachment):
        raise Http404
    inline = attachment.is_image and "inline" in request.GET
    try:
        return hand_out(request, attachment, inline=inline)
    except FileNotFoundError as gone:
        raise Http404 from gone


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
