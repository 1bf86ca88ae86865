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

from chat.files.downloads import hand_out
from chat.files.signatures import is_signed
from chat.models import Attachment, Conversation, InternalChat
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
    internal = attachment.internal_message
    if (signature := request.GET.get("s")) is not None:
        is_note = attachment.message is not None and attachment.message.visitor_seq is None
        return not is_note and internal is None and is_signed(attachment, signature)
    account = request.user
    if not isinstance(account, Account) or not account.is_staff:
        return False
    if internal is not None:
        return InternalChat.objects.visible_to(account).filter(pk=internal.chat_id).exists()
    if attachment.message is None:
        return False
    conversation = attachment.message.conversation_id
    return Conversation.objects.visible_to(account).filter(pk=conversation).exists()
