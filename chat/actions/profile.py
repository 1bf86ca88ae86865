"""What members of staff change of their own account."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from chat.actions.accounts import CHANGED, lock_member, subject_of
from chat.actions.changes import Doer, demand_version, note_change
from chat.actions.sign_ins import end_sessions
from chat.events import AccountShownAnew
from chat.happened import happened
from operators.models import Account, Change


@dataclass(frozen=True, kw_only=True)
class ProfileDraft:
    """Without a password it stays as it is."""

    shown_name: str
    password: str = field(default="", repr=False)


def change_profile(
    doer: Doer, draft: ProfileDraft, *, shown: int, session_key: str, at: datetime
) -> Account:
    """Another password ends all other sessions than that of the key. Raises a Refusal.

    That who does it knows the old password the caller has made sure of.
    """
    with transaction.atomic():
        account = lock_member(doer.account.pk)
        demand_version(subject_of(account), shown)
        before = {"shown_name": account.shown_name}
        after = {"shown_name": draft.shown_name}
        account.shown_name = draft.shown_name
        if draft.password:
            account.set_password(draft.password)
            end_sessions(account, but=session_key, at=at)
            after["password"] = str(CHANGED["password"])
        account.version += 1
        account.save(update_fields=["shown_name", "password", "version"])
        note_change(
            doer, subject_of(account), Change.Deed.CHANGED, before=before, after=after, at=at
        )
        if before["shown_name"] != account.shown_name:
            happened(AccountShownAnew(account=account, by_id=account.pk, at=at))
    return account
