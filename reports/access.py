"""Who reads which report, every rule of it once."""

from dataclasses import replace

from operators.models import Account
from reports.selection import Selection


def reads_reports(account: Account) -> bool:
    """The report on conversations, and on operators other than oneself."""
    return account.can_read_reports


def reads_work_of(account: Account, other: Account) -> bool:
    """«Мои показатели» are everybody's own; those of others are of who reads reports and shares a
    department with them.
    """
    if account.pk == other.pk:
        return account.is_staff
    if account.is_administrator:
        return True
    shared = other.departments.filter(pk__in=account.departments.values("pk"))
    return reads_reports(account) and shared.exists()


def narrowed(selection: Selection, account: Account) -> Selection:
    """To what the account may read: an administrator all, others their own departments, as with
    conversations themselves (chat.access.visible_to).
    """
    if account.is_administrator:
        return selection
    own = tuple(sorted(account.departments.values_list("pk", flat=True)))
    return replace(selection, within=own if reads_reports(account) else ())
