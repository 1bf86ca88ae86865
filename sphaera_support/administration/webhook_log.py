"""What a webhook was told: the log of its deliveries, sent again by a press, and a test."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from chat.actions.errors import Refusal
from chat.models import Webhook, WebhookDelivery
from chat.models.webhooks import WebhookDeliveryQuerySet
from chat.webhooks import couriers
from chat.webhooks.actions import deliveries as actions
from chat.webhooks.kinds import TITLES
from operators.access import account_of, administrator_page
from sphaera_support.administration.frame import page, saved

A_PAGE = 50
State = WebhookDelivery.State


@require_safe
@administrator_page("settings")
def deliveries(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest first; a page goes on by the key of the last one above it."""
    webhook = get_object_or_404(Webhook, pk=pk)
    wanted = _wanted(request.GET)
    found = _found(webhook, wanted).prefetch_related("attempts")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 16:
        found = found.filter(pk__lt=int(before))
    shown = list(found[: A_PAGE + 1])
    rows = [_row(one) for one in shown[:A_PAGE]]
    context = {
        "webhook": webhook,
        "rows": rows,
        "states": State.choices,
        "kinds": TITLES.items(),
        "wanted": wanted,
        "address": urlencode(wanted),
        "older": urlencode({**wanted, "before": shown[A_PAGE - 1].pk})
        if len(shown) > A_PAGE
        else "",
    }
    return page(request, "webhook_log.html", context)


def _wanted(asked: QueryDict) -> dict[str, str]:
    """What of the filter there is."""
    given = {"state": asked.get("state", ""), "kind": asked.get("kind", "")}
    known = {"state": set(State.values), "kind": set(TITLES)}
    return {name: value for name, value in given.items() if value in known[name]}


def _found(webhook: Webhook, wanted: dict[str, str]) -> WebhookDeliveryQuerySet:
    return WebhookDelivery.objects.filter(webhook=webhook, **wanted)


def _row(delivery: WebhookDelivery) -> dict[str, Any]:
    last = next(iter(delivery.attempts.all()), None)
    return {"delivery": delivery, "title": TITLES.get(delivery.kind, delivery.kind), "last": last}


@require_safe
@administrator_page("settings")
def delivery(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    return _delivery_page(request, _one(pk, delivery))


def _delivery_page(
    request: HttpRequest, one: WebhookDelivery, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "webhook": one.webhook,
        "delivery": one,
        "title": TITLES.get(one.kind, one.kind),
        "attempts": one.attempts.all(),
        "refusal": refusal,
    }
    return page(request, "webhook_delivery.html", context, status=status)


def _one(pk: int, delivery: int) -> WebhookDelivery:
    found = WebhookDelivery.objects.select_related("webhook")
    return get_object_or_404(found, pk=delivery, webhook=pk)


@require_POST
@administrator_page("settings")
def send_again(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    one = _one(pk, delivery)
    try:
        actions.send_again(one.pk, at=timezone.now())
    except Refusal as refusal:
        return _delivery_page(request, one, refusal=refusal.detail, status=409)
    return saved("webhook_delivery", pk, delivery)


@require_POST
@administrator_page("settings")
def send_all_again(request: HttpRequest, pk: int) -> HttpResponse:
    """What the filter of the list shows, on all its pages."""
    webhook = get_object_or_404(Webhook, pk=pk)
    wanted = _wanted(request.POST)
    actions.send_all_again(_found(webhook, wanted), at=timezone.now())
    return redirect(f"{reverse('webhook_log', args=[pk])}?{urlencode({**wanted, 'saved': 1})}")


@require_POST
@administrator_page("settings")
def test_webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """Sent while who pressed waits, ten seconds at most; what came of it is its page in the log."""
    webhook = Webhook.objects.filter(pk=pk).first()
    if webhook is None:
        raise Http404
    data = {"text": gettext("Проверка связи"), "by": {"name": account_of(request).name}}
    claimed = actions.begin_test(webhook, data, at=timezone.now())
    couriers.carry(claimed)
    return redirect("webhook_delivery", pk, claimed.delivery.pk)
