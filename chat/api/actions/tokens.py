"""Tokens as administrators keep them: issued, shown once, revoked; and when they were used."""

import hashlib
import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime

from chat.actions.changes import Doer, Subject, note_change
from chat.actions.locks import lock_tokens
from chat.api.errors import (
    NoSuchToken,
    NotesOfNothing,
    OverBeforeItBegins,
    SeesNothing,
    TooManyTokens,
)
from chat.models import ApiToken, Scope
from departments.models import Site
from operators.models import Account, Change, Role

# So that a scanner of leaked secrets, and people, know one when they see it.
PREFIX = "sphaera_"
_BYTES = 32
_HINT = len(PREFIX) + 4
MOST = 50
USED_TO = timedelta(minutes=1)


@dataclass(frozen=True)
class TokenDraft:
    """What the form says; without an end it is good until it is revoked."""

    name: str
    scopes: Collection[str]
    sites: Collection[int]
    pace: int
    ends_at: datetime | None = None


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def issue_token(doer: Doer, draft: TokenDraft, *, at: datetime) -> tuple[ApiToken, str]:
    """And what is shown once. Raises a Refusal."""
    if draft.ends_at is not None and draft.ends_at <= at:
        raise OverBeforeItBegins
    if Scope.NOTES in draft.scopes and Scope.CONVERSATIONS not in draft.scopes:
        raise NotesOfNothing
    if not draft.sites:
        raise SeesNothing
    shown = PREFIX + secrets.token_urlsafe(_BYTES)
    with transaction.atomic():
        if sum(one.revoked_at is None for one in lock_tokens()) >= MOST:
            raise TooManyTokens(MOST)
        account = Account.objects.create_account(
            f"api:{uuid.uuid4()}", None, name=draft.name, role=Role.SYSTEM, created_at=at
        )
        token = ApiToken.objects.create(
            account=account,
            digest=digest_of(shown),
            hint=shown[:_HINT],
            scopes=[scope for scope in Scope.values if scope in draft.scopes],
            pace=draft.pace,
            created_at=at,
            created_by_name=doer.account.name,
            ends_at=draft.ends_at,
        )
        token.sites.set(Site.objects.filter(pk__in=draft.sites))
        note_change(doer, _subject(token), Change.Deed.ADDED, after=_state(token), at=at)
    return token, shown


def revoke_token(doer: Doer, token_id: int, *, at: datetime) -> None:
    """From the next request on. Raises NoSuchToken."""
    with transaction.atomic():
        token = next((one for one in lock_tokens() if one.pk == token_id), None)
        if token is None or token.revoked_at is not None:
            raise NoSuchToken
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        Account.objects.filter(pk=token.account_id).update(is_active=False)
        note_change(doer, _subject(token), Change.Deed.REVOKED, before=_state(token), at=at)


def note_use(token: ApiToken, *, at: datetime) -> None:
    """At most once a minute, of however many requests at once."""
    if token.used_at is None or token.used_at <= at - USED_TO:
        found = ApiToken.objects.filter(pk=token.pk, used_at=token.used_at)
        found.update(used_at=at)


def _subject(token: ApiToken) -> Subject:
    return Subject(Change.Kind.TOKEN, token.pk, token.account.name)


def _state(token: ApiToken) -> dict[str, Any]:
    return {
        "hint": token.hint,
        "scopes": [str(Scope(scope).label) for scope in token.scopes],
        "sites": list(token.sites.values_list("name", flat=True)),
        "pace": token.pace,
        "ends_at": localtime(token.ends_at).isoformat() if token.ends_at else "",
    }
