"""Webhooks as administrators keep them: added, changed, switched off and on, deleted, tried out.

The log of changes says which fields are others. Of the address it knows the host alone, since the
rest often lets in whoever knows it; of secrets and headers that there are some.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from chat.actions.changes import Doer, Subject, demand_version, note_change
from chat.actions.locks import lock_webhooks
from chat.events import RulesChanged
from chat.happened import happened
from chat.models import Webhook, new_webhook_secret
from chat.streams import after_commit
from chat.webhooks import kinds, wanted
from chat.webhooks.actions.deliveries import send_all_again
from chat.webhooks.addresses import BadTarget, demand_literal_outside, read_target
from chat.webhooks.bodies import BadTemplate, check_template
from chat.webhooks.errors import (
    BadBody,
    BadHeaders,
    NoSuchWebhook,
    TooManyWebhooks,
    UnusableAddress,
)
from operators.models import Change

MOST = 50
MOST_HEADERS = 20
LONGEST_HEADER = 4000
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
# Ours to say, or the way of the request itself.
_TAKEN = re.compile(
    r"host|content-(length|type|encoding)|transfer-encoding|connection|upgrade|te|trailer|expect"
    r"|keep-alive|proxy-.*|webhook-.*|user-agent",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class WebhookDraft:
    """What the form says; a header whose value is None keeps the one it has."""

    title: str
    url: str
    kinds: Collection[str]
    shape: str = Webhook.Shape.JSON
    template: str = ""
    headers: Mapping[str, str | None] = field(default_factory=dict)
    only_fields: Collection[str] = ()
    with_notes: bool = False


def add_webhook(doer: Doer, draft: WebhookDraft, *, at: datetime) -> Webhook:
    """With a secret, which is shown once. Raises a Refusal."""
    with transaction.atomic():
        if len(lock_webhooks()) >= MOST:
            raise TooManyWebhooks(MOST)
        webhook = Webhook(created_at=at)
        _fill(webhook, draft)
        webhook.save()
        _note(doer, webhook, Change.Deed.ADDED, {}, _state(webhook), at=at)
    return webhook


def change_webhook(
    doer: Doer, webhook_id: int, draft: WebhookDraft, *, shown: int, at: datetime
) -> None:
    """`shown` is the version of the form. Raises a Refusal."""

    def change(webhook: Webhook) -> Change.Deed:
        demand_version(_subject(webhook), shown)
        _fill(webhook, draft)
        return Change.Deed.CHANGED

    _change(doer, webhook_id, change, at=at)


def renew_secret(doer: Doer, webhook_id: int, *, at: datetime) -> str:
    """The new one, which is shown once; the old one is valid for a day. Raises NoSuchWebhook."""

    def renew(webhook: Webhook) -> Change.Deed:
        webhook.old_secret, webhook.old_secret_until = webhook.secret, at + Webhook.OLD_SECRET_VALID
        webhook.secret = new_webhook_secret()
        return Change.Deed.SECRET_ROTATED

    return _change(doer, webhook_id, renew, at=at).secret


def switch_webhook(doer: Doer, webhook_id: int, *, on: bool, at: datetime) -> None:
    """Off, what waits stays; on again, it is tried anew. Raises NoSuchWebhook."""

    def switch(webhook: Webhook) -> Change.Deed:
        if on and not webhook.is_active:
            send_all_again(webhook.deliveries.pending(), at=at)
        webhook.is_active, webhook.paused_at, webhook.failing_since = on, None, None
        return Change.Deed.ACTIVATED if on else Change.Deed.DEACTIVATED

    _change(doer, webhook_id, switch, at=at)


def delete_webhook(doer: Doer, webhook_id: int, *, at: datetime) -> None:
    """With the log of its deliveries. Raises NoSuchWebhook."""
    with transaction.atomic():
        webhook = _found(webhook_id)
        _note(doer, webhook, Change.Deed.DELETED, _state(webhook), {}, at=at)
        webhook.delete()


def _change(
    doer: Doer, webhook_id: int, change: Callable[[Webhook], Change.Deed], *, at: datetime
) -> Webhook:
    with transaction.atomic():
        webhook = _found(webhook_id)
        before = _state(webhook)
        deed = change(webhook)
        webhook.version += 1
        webhook.save()
        _note(doer, webhook, deed, before, _state(webhook), at=at)
    return webhook


def _found(webhook_id: int) -> Webhook:
    for webhook in lock_webhooks():
        if webhook.pk == webhook_id:
            return webhook
    raise NoSuchWebhook


def _fill(webhook: Webhook, draft: WebhookDraft) -> None:
    _demand_address(draft.url)
    template = draft.template.strip()
    if template:
        try:
            check_template(draft.shape, template)
        except BadTemplate as bad:
            raise BadBody(str(bad.words)) from bad
    webhook.title, webhook.url = draft.title, draft.url
    webhook.kinds = [kind for kind in kinds.KINDS if kind in draft.kinds]
    webhook.shape, webhook.template = draft.shape, template
    webhook.headers = _headers(draft.headers, webhook.headers)
    webhook.only_fields = [name for name in kinds.FIELDS_OF_DATA if name in draft.only_fields]
    webhook.with_notes = draft.with_notes


def _demand_address(url: str) -> None:
    try:
        demand_literal_outside(read_target(url), settings.WEBHOOK_NETWORKS)
    except BadTarget as bad:
        raise UnusableAddress(str(bad.words)) from bad


def _headers(given: Mapping[str, str | None], kept: Mapping[str, str]) -> dict[str, str]:
    if len(given) > MOST_HEADERS:
        raise BadHeaders(_("Не больше %s заголовков.") % MOST_HEADERS)
    headers = {}
    for name, value in given.items():
        if not _NAME.fullmatch(name):
            raise BadHeaders(_("«%s»: имя заголовка — латинские буквы, цифры и дефис.") % name[:60])
        if _TAKEN.fullmatch(name):
            raise BadHeaders(_("«%s»: этот заголовок ставит сам чат.") % name)
        if value is None and name not in kept:
            raise BadHeaders(_("«%s»: впишите значение.") % name)
        headers[name] = kept[name] if value is None else _value(name, value)
    return headers


def _value(name: str, value: str) -> str:
    if not value.isascii() or not value.isprintable() or not value or len(value) > LONGEST_HEADER:
        raise BadHeaders(_("«%s»: значение — латиница, цифры и знаки, одна строка.") % name)
    return value


def _subject(webhook: Webhook) -> Subject:
    return Subject(Change.Kind.WEBHOOK, webhook.pk, webhook.title, webhook.version)


def _state(webhook: Webhook) -> dict[str, Any]:
    """As the log may know it."""
    return {
        "title": webhook.title,
        "address": read_target(webhook.url).origin,
        "kinds": webhook.kinds,
        "shape": webhook.shape,
        "template": _known_by(webhook.template),
        "headers": sorted(webhook.headers),
        "only_fields": webhook.only_fields,
        "with_notes": webhook.with_notes,
    }


def _known_by(template: str) -> str:
    """Whether it is another, and no more: keys of other systems stand in templates."""
    if not template:
        return ""
    digest = hashlib.sha256(template.encode()).hexdigest()[:8]
    return _("знаков: %(count)s (%(digest)s)") % {"count": len(template), "digest": digest}


def _note(
    doer: Doer,
    webhook: Webhook,
    deed: Change.Deed,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    at: datetime,
) -> None:
    note_change(doer, _subject(webhook), deed, before=before, after=after, at=at)
    after_commit(wanted.read)
    happened(RulesChanged(by_id=doer.account.pk, at=at))
