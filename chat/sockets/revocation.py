"""Whether those who hold a socket may still hold it, as what they were let in.

Compared with the database at every beat (chat.sockets.hub): no change of rights needs a doorbell.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet, Subquery
from django.utils import timezone

from chat.models import DataRequest, Visitor
from departments.models import Department, Membership, Site
from operators.models import Account
from operators.prepared import Prepared

NOT_SIGNED_IN, FORBIDDEN = 4401, 4403
# Rights are others than at the hello: the client comes back at once and is let in anew.
CHANGED = 4412

# A sign-out this long ago is known to every process that runs.
LOOK_BACK = timedelta(minutes=1)
MOST_DOUBTED = 500  # customers by name


@dataclass(frozen=True)
class Scope:
    """What a member of staff sees: of these departments, and visitors of these sites."""

    role: str
    departments: frozenset[int]
    sites: frozenset[int]


@dataclass(frozen=True)
class Place:
    """As whom, by which session and with which rights an operator's socket was let in."""

    account: int
    session_key: str
    session_hash: str
    scope: Scope


def scopes_of(accounts: Collection[Account]) -> dict[int, Scope]:
    """By account; an administrator is of every department."""
    own: dict[int, set[int]] = defaultdict(set)
    for account_id, department in Membership.objects.filter(
        account__in=[account.pk for account in accounts]
    ).values_list("account", "department"):
        own[account_id].add(department)
    everything, met = set(_departments.all()), _first_line.all()
    scopes = {}
    for account in accounts:
        departments = everything if account.is_administrator else own[account.pk]
        sites = frozenset(site for department, site in met if department in departments)
        scopes[account.pk] = Scope(account.role, frozenset(departments), sites)
    return scopes


def revoked_places(places: Collection[Place]) -> dict[Place, int]:
    """Of these places, the ones to close, with the close code."""
    accounts = Account.objects.in_bulk({place.account for place in places})
    keys = {place.session_key for place in places}
    alive = set(
        Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now()).values_list(
            "session_key", flat=True
        )
    )
    scopes = scopes_of(accounts.values())
    revoked = {}
    for place in places:
        account = accounts.get(place.account)
        if account is None or not account.is_active or not account.is_staff:
            revoked[place] = FORBIDDEN
        elif (
            place.session_key not in alive or account.get_session_auth_hash() != place.session_hash
        ):
            revoked[place] = NOT_SIGNED_IN
        elif scopes[account.pk] != place.scope:
            revoked[place] = CHANGED
    return revoked


def signed_out_lately(*, at: datetime) -> dict[int, datetime]:
    """{visitor: when they signed out of their site}; tokens of before then are void."""
    return {pk: when for pk, when in _signed_out.all(since=at - LOOK_BACK) if when}


def erased_lately(visitor_ids: Collection[int], *, at: datetime) -> set[int]:
    """Of these visitors, who are there no more. Hardly ever is anybody erased."""
    lately = DataRequest.objects.erased().filter(decided_at__gte=at - LOOK_BACK)
    if not visitor_ids or not lately.exists():
        return set()
    there = Visitor.objects.filter(pk__in=visitor_ids).values_list("pk", flat=True)
    return set(visitor_ids) - set(there)


def whom_to_doubt() -> tuple[set[int], set[str] | None]:
    """Sites that are put off, and logins of customers who are; None where those are too many to be
    named. Who lost their rights is among them, so that nobody else need be asked about.
    """
    sites, logins = set(_sites_put_off.all()), _customers_put_off.all()
    return sites, set(logins) if len(logins) <= MOST_DOUBTED else None


def revoked_visitors(visitor_ids: Collection[int]) -> set[int]:
    """Of these visitors, the ones whom no token lets in any more."""
    lost = Visitor.objects.filter(Q(site__is_active=False) | _put_off(), pk__in=visitor_ids)
    return set(lost.values_list("pk", flat=True))


def is_revoked(visitor: Visitor) -> bool:
    """Of a visitor of an active site."""
    # The whole rule is a third of what an arrival costs, and nearly everybody is beyond doubt.
    is_doubtful = _doubtful.first(login=visitor.subject) is not None
    return is_doubtful and visitor.pk in revoked_visitors([visitor.pk])


def _put_off() -> Q:
    """Customers of our own cabinet whose account was deactivated: there, `sub` is the login."""
    inactive = _inactive_customers().values("login")
    return Q(site=Subquery(Site.objects.own().values("pk")), subject__in=inactive)


def _inactive_customers() -> QuerySet[Account]:
    found: QuerySet[Account] = Account.objects.customers().filter(is_active=False)
    return found


_departments = Prepared(lambda: Department.objects.values_list("pk", flat=True))
_first_line = Prepared(
    lambda: Department.objects.filter(level=1, sites__isnull=False).values_list("pk", "sites")
)
_signed_out = Prepared(
    lambda since: Visitor.objects.filter(signed_out_at__gte=since).values_list(
        "pk", "signed_out_at"
    )
)
_sites_put_off = Prepared(
    lambda: Site.with_deleted.filter(is_active=False).values_list("pk", flat=True)
)
_customers_put_off = Prepared(
    lambda: _inactive_customers().values_list("login", flat=True)[: MOST_DOUBTED + 1]
)
_doubtful = Prepared(
    lambda login: _inactive_customers().filter(login=login).values_list("pk", flat=True)
)
