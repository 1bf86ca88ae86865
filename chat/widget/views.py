"""The visitor's window: a loader for any page, an empty frame, and what fills it for a bearer."""

import re
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from csp.utils import build_policy
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseForbidden,
    JsonResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chat import access
from chat.actions.errors import Refusal
from chat.actions.sightings import note_refusal, note_sighting
from chat.actions.visitors import latest_conversation, recognise_visitor
from chat.agents import agent_of
from chat.barriers import barriers_before, demand_entry, is_excluded
from chat.files.refusals import BadFile
from chat.files.resumable import answer_begun, answer_piece
from chat.files.signatures import sign_file
from chat.files.storage import Owner
from chat.files.uploads import answer_upload, takes_upload
from chat.identity import BadToken, VoidToken, verify
from chat.keeping_out import KeptOut
from chat.mail.actions.transcripts import ask_for_transcript
from chat.models import Conversation, Sighting, Visitor
from chat.queue.availability import read_rules, take_snapshot
from chat.queue.expectation import expectation, usual_wait
from chat.queue.position import queue_position
from chat.sockets.frames import encode
from chat.sockets.history import whole
from chat.sockets.pages import last_page
from chat.text import number
from chat.widget.transcript import Transcript, TranscriptResponse, clock_of
from chat.wire.conversations import conversation_for_visitor, status_for_visitor
from chat.wire.faces import visitor_face
from chat.wire.messages import message_context
from chat.wire.photos import with_photos
from departments.models import Site, SiteAvatar
from departments.origins import BadOrigin, framing, is_among, read_origin
from operators.addresses import client_address, parse_address

# What only people read in the loader: lines of comment, and indentation.
FOR_PEOPLE = re.compile(rb"^\s*(?://.*|/\*\*.*\*/)\n|^\s+", re.MULTILINE)
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@require_safe
@gzip_page
def loader(request: HttpRequest) -> HttpResponse:
    """The one script of the embed code; the same bytes for everybody."""
    script = staticfiles_storage.open("js/widget/loader.js").read()
    script = FOR_PEOPLE.sub(b"", script)
    response = HttpResponse(script, content_type="text/javascript; charset=utf-8")
    patch_cache_control(response, public=True, max_age=300)
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
@gzip_page
@xframe_options_exempt
def shell(request: HttpRequest, key: str) -> HttpResponse:
    """The frame's page: no data and no window in it until a token came by postMessage."""
    site = get_object_or_404(Site.objects.active(), key=key)
    if not _is_framed(request):
        return HttpResponseForbidden(_("Окно открывается только на странице сайта."))
    origins = [*settings.PUBLIC_ORIGINS, *site.origins]
    response = render(request, "widget/shell.html", {"site": site, "parent_origins": origins})
    ancestors = list(framing(origins))
    response["Content-Security-Policy"] = build_policy(replace={"frame-ancestors": ancestors})
    origin = _referring_origin(request)
    if origin and not is_excluded(client_address(request)):
        is_listed = is_among(origin, origins)
        seen = Sighting.Outcome.OPENED if is_listed else Sighting.Outcome.NOT_LISTED
        note_sighting(site, origin, seen, at=timezone.now())
    return response


def _referring_origin(request: HttpRequest) -> str:
    """The loader's frame and its scripts always tell the page's, and no more of it."""
    address = request.headers.get("Referer", "")
    scheme, sep, rest = address.partition("://")
    return _read(f"{scheme}{sep}{rest.partition('/')[0]}")


def _read(origin: str) -> str:
    try:
        return read_origin(origin)
    except BadOrigin:
        return ""


@require_safe
@never_cache
def frame_blocked(request: HttpRequest, key: str) -> HttpResponse:
    """Asked for as a script, the one thing that such a page lets the loader ask for."""
    site = get_object_or_404(Site.objects.active(), key=key)
    origin = _referring_origin(request)
    if origin and not is_excluded(client_address(request)):
        note_sighting(site, origin, Sighting.Outcome.FRAME_SRC, at=timezone.now())
    response = HttpResponse(content_type="text/javascript; charset=utf-8")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def avatar(request: HttpRequest, key: str, name: str) -> HttpResponse:
    """The picture that the site's window begins with: no secret, and under its name for ever."""
    pictures = SiteAvatar.objects.filter(site__in=Site.objects.active().filter(key=key))
    picture = get_object_or_404(pictures, name=name)
    response = HttpResponse(bytes(picture.content), content_type="image/webp")
    patch_cache_control(response, public=True, max_age=365 * 24 * 3600, immutable=True)
    return response


def _is_framed(request: HttpRequest) -> bool:
    """Browsers say so wherever the page is secure or local; elsewhere they say nothing."""
    destination = request.headers.get("Sec-Fetch-Dest")
    if destination is not None:
        return destination == "iframe"
    return not request.is_secure() and request.get_host().rpartition(":")[0] not in LOOPBACK


@require_safe
@never_cache
@gzip_page
def window(request: HttpRequest, key: str) -> HttpResponse:
    """The window of the bearer, with their history in it."""
    site, at = _site(key), timezone.now()
    origin = _page_origin(request, site) if site else ""
    try:
        visitor = _bearer_at(request, site)
    except KeptOut:
        return _no_window()
    except BadToken as bad:
        if site and not is_excluded(client_address(request)):
            note_refusal(site, origin, bad, at=at)
        return HttpResponse(_("Войдите в личный кабинет."), status=401)
    note_sighting(visitor.site, origin, Sighting.Outcome.LOADED, at=at)
    agent = agent_of(request.headers.get("User-Agent", ""))
    return render(request, "widget/_window.html", _window(visitor) | {"agent": agent})


def _no_window() -> HttpResponse:
    return HttpResponseForbidden(_("Чат здесь недоступен."))


def _site(key: str) -> Site | None:
    return Site.objects.active().filter(key=key).first()


def _page_origin(request: HttpRequest, site: Site) -> str:
    """Of the page around the frame, as the window says; on another it would not be."""
    told = _read(request.headers.get("X-Page-Origin", ""))
    return told if is_among(told, [*settings.PUBLIC_ORIGINS, *site.origins]) else ""


@require_safe
@never_cache
@gzip_page
def earlier_messages(request: HttpRequest, key: str, public_id: str) -> HttpResponse:
    """Of a conversation of the bearer's, a page of what stands before the number `before`."""
    try:
        visitor = _bearer(request, key)
    except KeptOut:
        return _no_window()
    except BadToken:
        return HttpResponse(_("Войдите в личный кабинет."), status=401)
    conversation = get_object_or_404(access.conversations_of(visitor), public_id=public_id)
    face = visitor_face(visitor.site)
    shown = _shown(conversation, face, before=number(request.GET.get("before", "")))
    return render(request, "shared/_messages.html", {"messages": shown})


@require_safe
@never_cache
def transcript(request: HttpRequest, key: str) -> HttpResponseBase:
    """All conversations of the bearer as a text, by the clock of `timezone`."""
    try:
        visitor = _bearer(request, key)
    except KeptOut:
        return _no_window()
    except BadToken:
        return HttpResponse(_("Войдите в личный кабинет."), status=401)
    zone = clock_of(request.GET.get("timezone", ""), visitor.site.time_zone)
    response = TranscriptResponse(
        Transcript(visitor, zone), at=timezone.now(), content_type="text/plain; charset=utf-8"
    )
    response["Content-Disposition"] = "attachment"
    return response


STATUSES = {"unavailable": 409, "not_found": 404, "too_many": 429}


@csrf_exempt  # the bearer's token is the proof; no cookie takes part
@require_POST
@never_cache
def mail_transcript(request: HttpRequest, key: str) -> JsonResponse:
    """What the bearer's window shows, to the address they give."""
    try:
        visitor = _bearer(request, key)
    except KeptOut:
        return JsonResponse({"detail": _("Чат здесь недоступен.")}, status=403)
    except BadToken:
        return JsonResponse({"detail": _("Войдите в личный кабинет.")}, status=401)
    address, zone = request.POST.get("email", ""), request.POST.get("timezone", "")
    try:
        ask_for_transcript(visitor.pk, address, zone[:64], at=timezone.now())
    except Refusal as refusal:
        status = STATUSES.get(refusal.code, 422)
        return JsonResponse({"detail": refusal.detail}, status=status)
    return JsonResponse({"detail": _("Письмо отправляется.")}, status=202)


def _uploader(request: HttpRequest, key: str) -> Owner:
    try:
        return {"visitor": _bearer(request, key)}
    except KeptOut as out:
        raise BadFile(403, _("Чат здесь недоступен.")) from out
    except BadToken as bad:
        raise BadFile(401, _("Войдите в личный кабинет.")) from bad


@csrf_exempt  # the bearer's token is the proof; no cookie takes part
@require_POST
@never_cache
@takes_upload(_uploader)
def upload(request: HttpRequest, key: str) -> JsonResponse:
    return answer_upload(request, _uploader, key=key)


@csrf_exempt
@require_http_methods(["POST", "OPTIONS"])
@never_cache
def begin_upload(request: HttpRequest, key: str) -> HttpResponse:
    def address(public_id: UUID) -> str:
        return reverse("widget_piece", args=[key, public_id])

    return answer_begun(request, _uploader, address, key=key)


@csrf_exempt
@require_http_methods(["HEAD", "PATCH", "DELETE", "OPTIONS"])
@never_cache
@takes_upload(_uploader, is_piece=True)
def upload_piece(request: HttpRequest, key: str, public_id: UUID) -> HttpResponse:
    return answer_piece(request, _uploader, public_id, key=key)


def _bearer(request: HttpRequest, key: str) -> Visitor:
    return _bearer_at(request, _site(key))


def _bearer_at(request: HttpRequest, site: Site | None) -> Visitor:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if site is None or scheme.lower() != "bearer":
        raise VoidToken("nothing to check")
    at = timezone.now()
    identity = verify(site, token.strip(), at=at)
    barriers = barriers_before(site, identity.subject, at=at)
    address = parse_address(client_address(request))
    demand_entry(site, identity.subject, address, barriers, at=at)
    visitor = recognise_visitor(site, identity)
    visitor.is_held = bool(barriers.held)
    return visitor


def _window(visitor: Visitor) -> dict[str, Any]:
    at = timezone.now()
    conversation = latest_conversation(visitor.pk)
    is_active = conversation is not None and conversation.state == "active"
    owner = conversation.operator_id if conversation and is_active else None
    rules = read_rules()
    schedule = rules[visitor.site_id].schedule if visitor.site_id in rules else None
    wait = usual_wait(visitor.site_id, schedule, at=at)
    snapshot = take_snapshot(rules, at=at)
    told = status_for_visitor(snapshot, visitor.site_id, owner, is_held=visitor.is_held)
    return {
        "site": visitor.site,
        "visitor": visitor,
        "conversation": conversation_for_visitor(conversation, queue_position(conversation))
        if conversation
        else None,
        "messages": _shown(conversation, visitor_face(visitor.site)) if conversation else [],
        "earlier_url": reverse("widget_earlier", args=[visitor.site.key, conversation.public_id])
        if conversation
        else "",
        "read_seq": conversation.visitor_read_seq if conversation else 0,
        **told,
        "opens_words": _opening(told["opens_at"]) if told["opens_at"] else "",
        "expectation": "" if wait is None else expectation(wait),
        "look": encode(asdict(visitor.site.look)),
        "banner": snapshot.banners.get(visitor.site_id, ""),
        "sends_mail": settings.SENDS_MAIL,
    }


def _opening(opens_at: str) -> str:
    """By the site's clock, until the script of the window knows better."""
    there = datetime.fromisoformat(opens_at)
    return _("%(day)s с %(time)s") % {"day": f"{there:%d.%m}", "time": f"{there:%H:%M}"}


def _shown(
    conversation: Conversation, face: str, *, before: int | None = None
) -> list[dict[str, Any]]:
    found = with_photos(conversation.messages.filter(visitor_seq__isnull=False))
    shown = last_page(found if before is None else found.filter(visitor_seq__lt=before), whole)
    read = conversation.operator_read_seq
    return [message_context(message, face, read_up_to=read) for message in shown]


@require_safe
@never_cache
def file_link(request: HttpRequest, key: str, public_id: UUID) -> HttpResponse:
    """A freshly signed link to a file of the bearer's conversations: a window outlives the old."""
    try:
        visitor = _bearer(request, key)
    except KeptOut:
        return _no_window()
    except BadToken:
        return JsonResponse({"detail": _("Войдите в личный кабинет.")}, status=401)
    shown = access.files_shown_to(visitor)
    return JsonResponse({"url": sign_file(get_object_or_404(shown, public_id=public_id))})
