"""Whether those who hold a socket may still hold it, as what they were let in.

Compared with the database at every beat (chat.sockets.hub): no change of rights needs a doorbell.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, Q, QuerySet, Subquery
from django.utils import timezone

from chat.models import DataRequest, Visitor
from departments.models import Department, Membership, Site
from operators.models import Account, Role
from operators.prepared import Among, Prepared

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


def scope_of(account: Account) -> Scope:
    return _scopes({account.pk: account.role})[account.pk]


def _scopes(roles: Mapping[int, str]) -> dict[int, Scope]:
    """By account, of each its role; an administrator is of every department."""
    own: dict[int, set[int]] = defaultdict(set)
    for account, department in _memberships.all(accounts=list(roles)):
        own[account].add(department)
    everything, met = set(_departments.all()), _first_line.all()
    scopes = {}
    for account, role in roles.items():
        departments = everything if role == Role.ADMINISTRATOR else own[account]
        sites = frozenset(site for department, site in met if department in departments)
        scopes[account] = Scope(role, frozenset(departments), sites)
    return scopes


def revoked_places(places: Collection[Place]) -> dict[Place, int]:
    """Of these places, the ones to close, with the close code."""
    named = list({place.account for place in places})
    staff = {pk: (role, *proof) for pk, role, *proof in _active_staff.all(accounts=named)}
    keys = [place.session_key for place in places]
    alive = set(_sessions.all(keys=keys, at=timezone.now()))
    scopes = _scopes({account: role for account, (role, *_proof) in staff.items()})
    revoked = {}
    for place in places:
        if place.account not in staff:
            revoked[place] = FORBIDDEN
            continue
        _role, password, sign_outs = staff[place.account]
        proof = _session_hash(password, sign_outs, settings.SECRET_KEY)
        if place.session_key not in alive or proof != place.session_hash:
            revoked[place] = NOT_SIGNED_IN
        elif scopes[place.account] != place.scope:
            revoked[place] = CHANGED
    return revoked


@lru_cache(maxsize=1000)
def _session_hash(password: str, sign_outs: int, _key: str) -> str:
    return Account(password=password, sign_out_count=sign_outs).get_session_auth_hash()


@dataclass(frozen=True)
class RightsLost:
    """What the pulse has to know of visitors' rights, whoever is connected.

    `signed_out`: {visitor: when they signed out of their site}; tokens of before then are void.
    `sites` are put off, and so are the customers with these `logins`, None where those are too many
    to be named. Who lost their rights is among them, so that nobody else need be asked about.
    """

    signed_out: Mapping[int, datetime]
    is_anybody_erased: bool
    sites: set[int]
    logins: set[str] | None


def rights_lost(*, at: datetime) -> RightsLost:
    since = at - LOOK_BACK
    logins = set(_customers_put_off.all())
    return RightsLost(
        signed_out={pk: when for pk, when in _signed_out.all(since=since) if when},
        is_anybody_erased=_erased.first(since=since) is not None,
        sites=set(_sites_put_off.all()),
        logins=logins if len(logins) <= MOST_DOUBTED else None,
    )


def erased_of(visitor_ids: Collection[int]) -> set[int]:
    """Of these visitors, who are there no more."""
    there = Visitor.objects.filter(pk__in=visitor_ids).values_list("pk", flat=True)
    return set(visitor_ids) - set(there)


def revoked_visitors(visitor_ids: Collection[int]) -> set[int]:
    """Of these visitors, the ones whom no token lets in any more."""
    lost = Visitor.objects.filter(Q(site__is_active=False) | _put_off(), pk__in=visitor_ids)
    return set(lost.values_list("pk", flat=True))


def doubts(subject: object) -> Exists:
    """Whether a visitor of an active site, of this subject, may be one of them. The whole rule is a
    third of what an arrival costs, and nearly everybody is beyond doubt.
    """
    return Exists(_inactive_customers().filter(login=subject))


def _put_off() -> Q:
    """Customers of our own cabinet whose account was deactivated: there, `sub` is the login."""
    inactive = _inactive_customers().values("login")
    return Q(site=Subquery(Site.objects.own().values("pk")), subject__in=inactive)


def _inactive_customers() -> QuerySet[Account]:
    found: QuerySet[Account] = Account.objects.customers().filter(is_active=False)
    return found


_active_staff = Prepared(
    lambda accounts: (
        Account.objects.ever_staff()
        .filter(Among("pk", accounts), is_active=True)
        .order_by()
        .values_list("pk", "role", "password", "sign_out_count")
    )
)
_sessions = Prepared(
    lambda keys, at: Session.objects.filter(
        Among("session_key", keys), expire_date__gt=at
    ).values_list("session_key", flat=True)
)
_memberships = Prepared(
    lambda accounts: Membership.objects.filter(Among("account", accounts)).values_list(
        "account", "department"
    )
)
_departments = Prepared(lambda: Department.objects.values_list("pk", flat=True))
_first_line = Prepared(
    lambda: Department.objects.filter(level=1, sites__isnull=False).values_list("pk", "sites")
)
_signed_out = Prepared(
    lambda since: Visitor.objects.filter(signed_out_at__gte=since).values_list(
        "pk", "signed_out_at"
    )
)
_erased = Prepared(
    lambda since: (
        DataRequest.objects.erased()
        .filter(decided_at__gte=since)
        .order_by()
        .values_list("pk", flat=True)[:1]
    )
)
_sites_put_off = Prepared(
    lambda: Site.with_deleted.filter(is_active=False).values_list("pk", flat=True)
)
_customers_put_off = Prepared(
    lambda: _inactive_customers().values_list("login", flat=True)[: MOST_DOUBTED + 1]
)
