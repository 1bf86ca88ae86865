"""A browser asks for notices, and wants none any more."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.actions.errors import Refusal
from chat.actions.locks import lock_notice_rules
from chat.models import PushSubscription
from chat.notices import wanted
from chat.notices.sealing import POINT, SECRET, decoded, seal
from chat.streams import after_commit
from chat.webhooks.addresses import BadTarget, demand_literal_outside, read_target
from operators.models import Account, SignIn


class PushesAreOff(Refusal):
    code = "conflict"
    words = _("Уведомления через сервер браузера выключены администратором.")


class BadSubscription(Refusal):
    code = "invalid"
    words = _("Браузер прислал подписку, по которой ничего не отправить.")


@dataclass(frozen=True)
class SubscriptionDraft:
    """As a browser has it: keys in base64url."""

    endpoint: str
    public_key: str
    secret: str


def subscribe(
    account: Account, session_key: str, draft: SubscriptionDraft, *, at: datetime
) -> None:
    """In place of what the session, or the same browser in another one, had. Raises a Refusal."""
    _demand_usable(draft)
    with transaction.atomic():
        if not lock_notice_rules().pushes:
            raise PushesAreOff
        sign_in = SignIn.objects.filter(account=account, session_key=session_key).first()
        if sign_in is None:
            raise BadSubscription
        same = Q(sign_in=sign_in) | Q(endpoint=draft.endpoint)
        PushSubscription.objects.filter(same).delete()
        PushSubscription.objects.create(
            sign_in=sign_in,
            endpoint=draft.endpoint,
            public_key=draft.public_key,
            secret=draft.secret,
            created_at=at,
        )
        after_commit(wanted.read)


def unsubscribe(session_key: str) -> None:
    """What is on its way goes with it."""
    PushSubscription.objects.filter(sign_in__session_key=session_key).delete()


def unsubscribe_all(account: Account) -> None:
    PushSubscription.objects.filter(sign_in__account=account.pk).delete()


def _demand_usable(draft: SubscriptionDraft) -> None:
    if not draft.endpoint.startswith("https://"):
        raise BadSubscription
    if len(draft.endpoint) > PushSubscription.MAX_ENDPOINT:
        raise BadSubscription
    try:
        demand_literal_outside(read_target(draft.endpoint), settings.PUSH_NETWORKS)
        point, secret = decoded(draft.public_key), decoded(draft.secret)
        if (len(point), len(secret)) != (POINT, SECRET):
            raise BadSubscription
        seal(b"", point, secret)
    except (BadTarget, ValueError) as problem:
        raise BadSubscription from problem
