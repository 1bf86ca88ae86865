"""Accounts of staff: added, changed, put off and on, deleted, with their sockets and places."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.utils.translation import gettext_lazy

from chat.actions import queue
from chat.actions.changes import Doer, Subject, demand_version, note_change
from chat.actions.conversations import return_to_queue
from chat.actions.errors import Refusal
from chat.actions.invitations import release_deactivated
from chat.actions.locks import lock_account, lock_administrators, lock_departments
from chat.actions.memberships import (
    Terms,
    refuse_to_leave_alone,
    seat_account,
    served_sites,
)
from chat.actions.repairs import repair_each
from chat.actions.sign_ins import end_sessions
from chat.events import AccountDeactivated, AccountShownAnew, RulesChanged
from chat.happened import happened
from chat.models import Conversation, LineCode
from chat.notices.actions.subscriptions import unsubscribe_all
from chat.streams import after_commit
from chat.text import folded
from departments.models import Department
from operators import photos, presence
from operators.models import Account, Change, Lease, Role

CHANGED = {"password": gettext_lazy("изменён")}
FIELDS = ("name", "shown_name", "login", "email", "role", "reads_reports", "may_export")


@dataclass(frozen=True, kw_only=True)
class AccountDraft:
    """What an account is to be, checked by itself. Without a password it keeps the one it has."""

    name: str
    login: str
    role: str = Role.OPERATOR
    shown_name: str = ""
    email: str = ""
    reads_reports: bool = False
    may_export: bool = False
    password: str = field(default="", repr=False)
    departments: Mapping[int, Terms] = field(default_factory=dict)


class LastAdministrator(Refusal):
    """Somebody must remain who can let others in."""

    code = "conflict"
    field = "role"
    words = gettext_lazy("Это последний администратор: сначала назначьте другого.")


class DeletesOneself(Refusal):
    code = "conflict"
    words = gettext_lazy("Себя удалить нельзя: это может сделать другой администратор.")


class NoSuchAccount(Refusal):
    """Deleted meanwhile, never there, or no member of staff."""

    code = "not_found"
    words = gettext_lazy("Такого аккаунта больше нет.")


@dataclass(eq=False)
class LoginTaken(Refusal):
    """By anybody, whatever the case."""

    login: str
    code = "invalid"
    field = "login"
    words = gettext_lazy("Логин «%(login)s» уже занят.")


class LinkVoid(Refusal):
    """Used, older than three days, or of an account that changed since."""

    code = "not_found"
    words = gettext_lazy("Ссылка уже не действует. Попросите у администратора новую.")


def add_account(doer: Doer, draft: AccountDraft, *, at: datetime) -> Account:
    """Without a password nobody signs in until a link has set one. Raises LoginTaken."""
    with transaction.atomic():
        departments = lock_departments()
        lock_administrators()  # so that logins are given one after the other
        _refuse_taken_login(draft.login)
        account: Account = Account.objects.create_account(
            draft.login,
            draft.password or None,
            created_at=at,
            **{name: getattr(draft, name) for name in FIELDS if name != "login"},
        )
        _seat(account, draft, departments)
        after = state_of(account) | (CHANGED if draft.password else {})
        note_change(doer, subject_of(account), Change.Deed.ADDED, after=_told(after), at=at)
        _follow(doer, account, *draft.departments, at=at)
    return account


def change_account(
    doer: Doer,
    account_id: int,
    draft: AccountDraft,
    *,
    shown: int,
    even_alone: bool = False,
    at: datetime,
) -> None:
    """`shown` is the version of the form; `even_alone` knows of LeavesAlone. Raises a Refusal."""
    with transaction.atomic():
        departments = lock_departments()
        account = lock_member(account_id)
        demand_version(subject_of(account), shown)
        _refuse_taken_login(draft.login, but=account.pk)
        if draft.role != Role.ADMINISTRATOR:
            _refuse_last(account)
        before, old, served = state_of(account), _departments(account), served_sites()
        for name in FIELDS:
            setattr(account, name, getattr(draft, name))
        if draft.password:
            account.set_password(draft.password)
            end_sessions(account, at=at)
        account.version += 1
        account.save()
        _seat(account, draft, departments)
        refuse_to_leave_alone(served, even_alone=even_alone)
        after = state_of(account) | (CHANGED if draft.password else {})
        note_change(
            doer, subject_of(account), Change.Deed.CHANGED, before=before, after=_told(after), at=at
        )
        if before["shown_name"] != account.shown_name or before["name"] != account.name:
            happened(AccountShownAnew(account=account, by_id=doer.account.pk, at=at))
        _follow(doer, account, *old, *draft.departments, at=at)


def deactivate_account(account: Account, *, by: Doer | None = None, at: datetime) -> None:
    """Close the account's socket and places; its open conversations go back to the queue, and it
    leaves those it was a guest in.

    That is after the commit, each in a transaction of its own: whoever holds an account's lock
    must not wait for a conversation's. What an error leaves behind, the sweep finds.
    """
    with transaction.atomic():
        account = lock_member(account.pk)
        _refuse_last(account)
        Account.objects.filter(pk=account.pk).update(is_active=False)
        if by is not None:
            note_change(by, subject_of(account), Change.Deed.DEACTIVATED, at=at)
        _end(account, at=at)


def activate_account(account: Account, *, by: Doer, at: datetime) -> None:
    with transaction.atomic():
        account = lock_member(account.pk)
        Account.objects.filter(pk=account.pk).update(is_active=True)
        note_change(by, subject_of(account), Change.Deed.ACTIVATED, at=at)
        _follow(by, account, at=at)


def delete_account(doer: Doer, account_id: int, *, at: datetime) -> None:
    """Put off for good. What it wrote stays under its name, its login is free. Raises a Refusal."""
    with transaction.atomic():
        lock_departments()
        account = lock_member(account_id)
        if account.pk == doer.account.pk:
            raise DeletesOneself
        _refuse_last(account)
        before, old = state_of(account), _departments(account)
        subject = subject_of(account)
        seat_account(account.pk, {})
        account.is_active, account.deleted_at = False, at
        # No login looks like this: the form takes no colon.
        account.login = f"deleted:{account.pk}"
        account.set_unusable_password()
        account.email, photo, account.photo = "", account.photo.name, ""
        account.version += 1
        account.save()
        account.saved_views.all().delete()
        after_commit(photos.discard, photo)
        end_sessions(account, at=at)
        note_change(doer, subject, Change.Deed.DELETED, before=before, at=at)
        _end(account, *old, at=at)


def sign_out_everywhere(doer: Doer, account_id: int, *, at: datetime) -> None:
    """Every session of before is worth nothing, and the sockets close. Raises NoSuchAccount."""
    with transaction.atomic():
        account = lock_member(account_id)
        signed_out = account.sign_out_count + 1
        Account.objects.filter(pk=account.pk).update(sign_out_count=signed_out)
        presence.release(account, Lease.Ending.SIGNED_OUT, at=at)
        end_sessions(account, at=at)
        note_change(doer, subject_of(account), Change.Deed.SIGNED_OUT, at=at)
        _follow(doer, account, at=at)


def make_link(doer: Doer, account_id: int, *, at: datetime) -> str:
    """What proves, once and for three days, that its bearer may set the account's password.

    Raises NoSuchAccount.
    """
    with transaction.atomic():
        account = lock_member(account_id)
        note_change(doer, subject_of(account), Change.Deed.LINK_MADE, at=at)
        return default_token_generator.make_token(account)


def is_link_good(account: Account | None, proof: str) -> bool:
    is_known = account is not None and account.is_active and account.deleted_at is None
    return is_known and default_token_generator.check_token(account, proof)


def use_link(
    account_id: int, proof: str, password: str, *, address: str | None, at: datetime
) -> Account:
    """Set the password; of several who use it at once, one does. Raises LinkVoid."""
    with transaction.atomic():
        try:
            account = lock_member(account_id)
        except NoSuchAccount:
            raise LinkVoid from None
        if not is_link_good(account, proof):
            raise LinkVoid
        account.set_password(password)
        account.save(update_fields=["password"])
        end_sessions(account, at=at)
        note_change(Doer(account, address), subject_of(account), Change.Deed.LINK_USED, at=at)
    return account


def is_login_taken(login: str, but: int | None = None) -> bool:
    """Compared here: SQLite knows the case of Latin letters only."""
    others = Account.objects.exclude(pk=but).values_list("login", flat=True)
    return folded(login) in map(folded, others)


def state_of(account: Account) -> dict[str, Any]:
    """As the log of changes keeps it."""
    places = account.memberships.select_related("department").order_by("department__name")
    return {
        **{name: _kept(getattr(account, name)) for name in FIELDS},
        "departments": [[one.department.name, one.priority, one.limit] for one in places],
    }


def _kept(value: Any) -> str | bool:
    return value if isinstance(value, bool) else str(value)


def _told(state: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is said in words of the reader's language."""
    return {name: str(value) if name in CHANGED else value for name, value in state.items()}


def lock_member(account_id: int) -> Account:
    """Of staff, with the administrators locked before it. Raises NoSuchAccount."""
    lock_administrators()
    if not Account.objects.staff().filter(pk=account_id).exists():
        raise NoSuchAccount
    return lock_account(account_id)


def _refuse_taken_login(login: str, but: int | None = None) -> None:
    if is_login_taken(login, but):
        raise LoginTaken(login)


def _refuse_last(account: Account) -> None:
    """The caller has locked the administrators."""
    others = Account.objects.active().filter(role=Role.ADMINISTRATOR).exclude(pk=account.pk)
    if account.is_administrator and account.is_active and not others.exists():
        raise LastAdministrator


def _departments(account: Account) -> list[int]:
    return list(account.memberships.values_list("department", flat=True))


def _seat(account: Account, draft: AccountDraft, departments: Iterable[Department]) -> None:
    """In those that are there."""
    there = {department.pk for department in departments}
    terms = {pk: terms for pk, terms in draft.departments.items() if pk in there}
    seat_account(account.pk, terms)


def subject_of(account: Account) -> Subject:
    return Subject(Change.Kind.ACCOUNT, account.pk, account.name, account.version)


def _follow(doer: Doer, account: Account, *departments: int, at: datetime) -> None:
    """Open sockets and the running queue know at once."""
    happened(RulesChanged(by_id=doer.account.pk, at=at))
    after_commit(queue.assign_for, account.pk, *departments, at=at)


def _end(account: Account, *departments: int, at: datetime) -> None:
    presence.release(account, Lease.Ending.DEACTIVATED, at=at)
    unsubscribe_all(account)
    happened(AccountDeactivated(account=account, at=at))
    happened(RulesChanged(at=at))
    after_commit(_let_go, account, at=at)
    after_commit(queue.assign_for, account.pk, *departments, at=at)


def _let_go(account: Account, *, at: datetime) -> None:
    owned = Conversation.objects.active().filter(operator=account)
    back = partial(return_to_queue, owner=account.pk, why=LineCode.DEACTIVATED, at=at)
    repair_each("conversation", back, owned.values_list("public_id"))
    release_deactivated(at=at)
